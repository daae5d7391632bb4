# Articles that are out, and what readers say about them
articles-text = What the account has published, newest first.
articles-none = No articles yet
articles-none-text = They appear here once a draft is published or articles are sent to followers.
article-title = Title
article-reads = Reads
article-open = Open the article
article-withdraw = Take back
article-withdraw-title = Take back “{ $title }”?
article-withdraw-text = { $count ->
    [one] Its page then says that it was taken back.
   *[other] The pages of its { $count } articles then say that they were taken back.
  } This cannot be undone: it would have to be published anew.
publication-pending = being published
publication-published = published
publication-failed = failed
publication-removed = taken back
publication-failure-account_closed = The account was closed before it came out. The draft is back in its place.
publication-failure-pictures_gone = Pictures in it are no longer there. The draft is back in its place: put them in again and publish once more.
publication-failure-draft_gone = Its draft was removed before it came out.
comments-text = What readers say under the articles. Everybody sees a comment once you feature it.
comments-none = No comments
comments-none-text = What readers write appears here.
comments-all = All
comments-new = New
comments-elected = Featured
comments-removed = Removed
comments-open = open
comments-closed = closed
comments-close = Close comments
comments-reopen = Open comments
comment-reply = Reply
comment-unreply = Remove reply
comment-elect = Feature
comment-unelect = Feature no longer
comment-restore = Put back
comments-by-article = By article
comments-every-article = Every article
comments-picked = Selected comments:
comments-pick = Select
comments-none-new = Nothing new is waiting. Comments that readers see stand under Featured.
comments-none-removed = What is removed stands here and can be put back.

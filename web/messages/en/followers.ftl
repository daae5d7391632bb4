# Followers and tags
nav-followers = Followers
nav-tags = Tags
followers-text = Find followers by name, remark or OpenID, and sort them by tags.
followers-q = Name, remark or OpenID
followers-find = Search
followers-filters = Filters
followers-standing = Who
followers-tag = Tag
followers-source = Came by
followers-language = Language
followers-wrote = Wrote
followers-any = Any
followers-days = { $count ->
    [one] in the last day
   *[other] in the last { $count } days
}
followers-chosen = Ticked followers:
followers-choose = Choose
followers-give = Add tag
followers-take = Remove tag
followers-none = Nobody follows yet
followers-none-text = Put a QR code on a door, a table or a parcel, and whoever scans it can follow.
followers-nobody = Nobody like this
followers-nobody-text = Try another part of the name, or fewer filters.
followers-nobody-yet = Nobody like this so far
followers-all = All followers
followers-cut = { $count } followers were looked at for this page. There may be more further on.
followers-further = Look further
followers-none-chosen = Tick at least one follower.
followers-gone = One of them does not follow any more. Load the page again and choose anew.
followers-no-tag = This tag is gone. Choose another.
follower = Follower
follower-nameless = No name
follower-since = Follows since
follower-last = Last active
follower-about = About
follower-received = Broadcasts received
follower-history = Follow history
follower-history-none = Nothing is on record.
follower-what = What
follower-came = Followed
follower-went = Left
follower-consents = Consents
follower-consents-none = They have not been asked for anything yet.
follower-conversation = Conversation
follower-no-tags = No tags yet.
follower-remark-hint = Only your team sees it. At most 29 characters.
follower-block = Block
follower-block-title = { $count ->
    [one] Block this follower?
   *[other] Block { $count } followers?
}
follower-block-text = What blocked followers write does not arrive, and nothing is sent to them. They are not told.
follower-unblock = Unblock
follower-unblock-title = { $count ->
    [one] Unblock this follower?
   *[other] Unblock { $count } followers?
}
follower-unblock-text = What they write will arrive again, and broadcasts will be sent to them. What was sent meanwhile stays away.
standing-following = Follows
standing-blocked = Blocked
standing-left = Left
source-search = Search
source-scene = QR code or link
source-card = Recommendation
source-article = Article
source-payment = Payment
source-other = Other
consent-what = What
consent-yes = Agreed
consent-no = Refused
consent-base = Web pages: who they are
consent-profile = Web pages: name and picture
consent-until = until { $day }
consent-left = { $count ->
    [one] one notice left
   *[other] { $count } notices left
}
tags-text = Tags sort followers. Broadcasts and menus can be for a tag.
tag = Tag
tag-starred = Starred
tag-members = Followers
tag-make = Create tag
tag-rename = New name
tag-remove-title = Remove this tag?
tag-remove-text = “{ $name }” is taken from { $count ->
    [one] one follower
   *[other] { $count } followers
}. What was sent to it stays with whom it was sent to.
field-tag_name = Name of the tag
field-remark = Remark
invalid-tag = Give the tag a name of 1 to 30 characters.
invalid-tag_name = Give the tag a name of 1 to 30 characters.
invalid-remark = A remark has at most 29 characters.
invalid-openids = Choose 1 to 50 followers.
conflict-tag_taken = There is a tag of this name already.
conflict-too_many_tags = An account has at most 100 tags. Remove one first.
conflict-tags_of_follower = A follower has at most 20 tags. Remove one from them first.
conflict-tag_too_large = More than 100,000 followers have this tag. Take it from some of them first.
conflict-system_tag = This tag belongs to every account and stays.
done-tagged = The tag has been added.
done-untagged = The tag has been removed.
done-blocked = Blocked.
done-unblocked = Unblocked.
done-tag-made = The tag is there.
done-tag-removed = The tag has been removed.
followers-choose-all = Choose all on this page

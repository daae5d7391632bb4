# Broadcasts: composing, approving, scheduling, sending, and what came of it
nav-broadcasts = Broadcasts
nav-calendar = Calendar
plan-tab-drafts = Drafts
plan-tab-waiting = To approve
plan-tab-scheduled = Scheduled
plan-tab-sent = Sent
plan-tab-failed = Not sent
plan-none-drafts = No drafts
plan-none-waiting = Nothing waits for approval
plan-none-scheduled = Nothing is scheduled
plan-none-sent = Nothing was sent yet
plan-none-failed = Everything went out
plan-none-text = A broadcast goes to all followers, to a tag or to a segment, at once or at its time.
plan-new = New broadcast
plan-edit = Change the broadcast
plan-compose-text = Save it to see what would happen. Nothing is sent from this page.
plan-name = Name
plan-name-hint = For you and your colleagues. Followers do not see it.
plan-what = What
plan-to = To whom
plan-when = When
plan-choose = Choose…
plan-type-text = Text
plan-type-image = Picture
plan-type-voice = Voice
plan-type-video = Video
plan-type-articles = Articles
plan-type-other = Message
plan-text = Text
plan-file = File
plan-file-hint = One of the account's permanent files.
plan-title = Heading
plan-description = Text beneath
plan-article = Draft
plan-article-hint = The draft is published when the broadcast is sent.
plan-clicks = Count clicks on links
plan-clicks-hint = When it is sent, each link becomes a short address of this server that counts and leads on. Who clicked is not kept. A test shows the links as you wrote them.
plan-to-all = All followers
plan-to-tag = Followers with a tag
plan-to-segment = A segment
plan-tag = Tag
plan-segment = Segment
plan-when-now = As soon as it is sent off
plan-when-at = At a time
plan-send-at = To be sent
plan-no-time = as soon as it is sent off
plan-save = Save and look
plan-live = Followers see
plan-preview = Preview
plan-preview-empty = Nothing to see yet.
plan-upload = Upload a file
plan-upload-file = Picture, voice or video
plan-upload-hint = Pictures and videos of at most 10 MB, voice recordings of at most 2 MB. It is kept among the account's files and chosen here. Save what you have typed first.
plan-upload-do = Upload
plan-older = Older
plan-whom-all = All followers
plan-whom-tag = Tag “{ $name }”
plan-whom-segment = Segment “{ $name }”
plan-whom-some-segment = A segment
plan-whom-list = A list of followers
plan-state-draft = draft
plan-state-awaiting = to approve
plan-state-scheduled = scheduled
plan-state-preparing = being sent
plan-state-paused = paused
plan-state-sent = sent
plan-state-failed = failed
plan-state-cancelled = cancelled
plan-state-withdrawn = withdrawn
plan-quota-day = { $count ->
    [0] Today's broadcast is spent.
    [one] One broadcast is left today.
   *[other] { $count } broadcasts are left today.
}
plan-quota-month = { $count ->
    [0] Nothing was sent this month. Each follower gets up to four a month.
    [one] One was sent this month. Whoever got it can get { $left } more.
   *[other] { $count } were sent this month. Whoever got all of them can get { $left } more.
}
plan-next = What comes next
plan-schedule = Schedule it
plan-schedule-hint = It goes out by itself at its time. Until then you can pause, change or cancel it.
plan-send-now = Send it now
plan-send-now-hint = It goes out within a second or two and cannot be taken back from those who have read it.
plan-ask = Ask for approval
plan-ask-hint = Somebody else who may send looks at it and schedules it.
plan-approve = Approve
plan-note = What should change
plan-send-back = Send back
plan-waits = It waits for somebody else who may send.
plan-sent-back = Sent back: { $note }
plan-pause = Pause
plan-resume = Go on
plan-reschedule = Give it another time
plan-copy = Copy
plan-cancel = Cancel it
plan-cancel-title = Cancel this broadcast?
plan-cancel-text = “{ $name }” will not be sent. You can copy it later.
plan-listed = { $count ->
    [one] { $count } follower is listed so far.
   *[other] { $count } followers are listed so far.
}
plan-facts = Facts
plan-created-by = Begun by
plan-changed-by = Changed by
plan-approved-by = Approved by
plan-somebody = somebody who has left
plan-test = Send it to yourself
plan-test-openid = Your openid here
plan-test-hint = Follow the account, then find yourself among the followers. We keep it for the next time.
plan-test-do = Send a test
plan-results = Results
plan-links = Check the links
plan-failure-quota = It was not sent: everybody in the audience has had their share of the month, or the day's broadcast was spent.
plan-failure-right = It was not sent: the account may not broadcast.
plan-failure-tag = It was not sent: its tag is gone. Choose another audience.
plan-failure-draft = It was not sent: the draft of its articles is gone.
plan-failure-media = It was not sent: one of its files is gone.
plan-failure-missed = It was not sent: nothing was running at its time, and an hour later it was too late. Give it another time.
plan-failure-nobody = It was not sent: its segment means nobody.
plan-failure-other = It was not sent. Look at it once more and schedule it again.
outlook-title = What would happen
outlook-text = Nothing is sent by looking.
outlook-is-bad = stops it
outlook-is-warn = look
outlook-is-ok = fine
outlook-no-right = This account may not broadcast: it has to be verified first.
outlook-fault-text = There is no text yet.
outlook-fault-file = Choose a file: there is none, or it is gone.
outlook-fault-days = A condition of its segment is out of range.
outlook-fault-article = Choose a draft: there is none, or it is gone.
outlook-fault-audience = Its audience is gone. Choose another.
outlook-fault-segment_tag = A tag of its segment is gone.
outlook-fault-conditions = Its segment has no conditions.
outlook-reached = { $count ->
    [0] It would reach nobody.
    [one] It would reach { $number } follower.
   *[other] It would reach { $number } followers.
}
outlook-reached-at-most = { $count ->
    [one] It would reach { $number } follower at most. Whether they have had their four of this month is found out when it is sent.
   *[other] It would reach { $number } followers at most. Who of them has had their four of this month is found out when it is sent, and gets nothing.
}
outlook-blocked = { $count ->
    [one] { $number } is blocked and left out.
   *[other] { $number } are blocked and left out.
}
outlook-sated = { $count ->
    [one] { $number } has had their four of this month and gets nothing.
   *[other] { $number } have had their four of this month and get nothing.
}
outlook-day-spent = The one broadcast of that day is spent.
outlook-month-spent = { $count } were sent in that month: whoever got four of them gets nothing.
outlook-quiet = It would arrive in the quiet hours, { $from } to { $until }.
outlook-not-quiet = It is outside the quiet hours.
outlook-near = “{ $name }” goes out within a day of it: { $at }. Some may get both.
outlook-not-near = Nothing else goes out within a day of it.
outlook-counted = { $count ->
    [one] Its link becomes a short address that counts clicks.
   *[other] Its { $count } links become short addresses that count clicks.
}
outlook-language = { $percent } % of those looked at speak { $name }, and nothing in it is written for them.
outlook-silent = { $count ->
    [one] “{ $name }”: { $count } picture has no text for those who cannot see it.
   *[other] “{ $name }”: { $count } pictures have no text for those who cannot see them.
}
outlook-no-cover = “{ $name }” has no cover.
outlook-articles-fine = All articles have covers, and their pictures have texts.
links-text = Each address was asked once, for five seconds at most.
link-found = leads somewhere
link-moved = leads on to another address
link-broken = broken ({ $count })
link-silent = no answer
link-forbidden = private: not asked
rules-title = Rules for sending
rules-text = What holds for everybody who sends.
rules-approval = Four eyes
rules-approval-label = Somebody else approves what is sent
rules-approval-hint = It holds for all accounts of the brand. What is changed afterwards is approved anew. What is scheduled without an approval waits for one.
rules-quiet = Quiet hours
rules-quiet-label = Warn when something would arrive in these hours
rules-quiet-hint = In the account's time zone. They may go past midnight.
rules-quiet-from = From
rules-quiet-until = Until
results-reached = Reached
results-readers = Readers
results-reads = Reads
results-clicks = Went on to the original
results-share = { $count } % of those reached
results-by = { $count ->
    [one] by { $count } reader
   *[other] by { $count } readers
}
results-over-time = Reads over time
results-clicks-over-time = Clicks over time
results-link-clicks = Clicks
results-links = Links
results-link = Link
results-of-clicks = { $count } % of the clicks
results-links-hint = Every click counts. Link previews and programs that say they only look do not.
results-hour = Hour
results-hours = By hour
results-days = By day
results-from = From
results-sheet = As CSV
results-no-reads = Of messages other than articles, nobody tells us who has read them. Of texts, clicks on links can be counted.
results-withdraw = Withdraw
results-withdraw-title = Withdraw this broadcast?
results-withdraw-text = Whoever has not read it never will. It still counts against the quota.
results-withdrawn = Withdrawn:
calendar-before = Earlier
calendar-today = This month
calendar-after = Later
calendar-list = This month as a list
calendar-publication = article comes out
calendar-none = Nothing in this month.
calendar-moved = It has another time:
calendar-undo = Put it back to
calendar-drag = Drag a broadcast to another day; it keeps its time. Times are changed in the list below.
calendar-weekday-1 = Mon
calendar-weekday-2 = Tue
calendar-weekday-3 = Wed
calendar-weekday-4 = Thu
calendar-weekday-5 = Fri
calendar-weekday-6 = Sat
calendar-weekday-7 = Sun
invalid-plan_name = A name has 1 to 60 characters.
invalid-audience = Choose to whom it goes.
invalid-article = Choose a draft.
invalid-title = A heading has at most 200 characters.
invalid-note = A note has at most 300 characters.
invalid-quiet = Choose two different times of a day.
invalid-openid = No follower of this account has this openid.
invalid-type = This file is of a type that cannot be sent.
invalid-size = This file is empty or too large.
conflict-too_many_plans = An account has at most 500 broadcasts on their way. Cancel some first.
conflict-plan_ended = It is too late for this: see how it stands now.
conflict-plan_changed = Somebody changed it since you opened it. This is how it is now: look at it and try again.
conflict-plan_underway = It is on its way already.
conflict-plan_not_asked = It does not wait for approval any more.
conflict-own_plan = You changed it last or asked for approval: somebody else must approve it.
conflict-approval_required = Your brand wants somebody else to approve it. Ask for approval.
conflict-plan_time_passed = Its time is over. Give it another one.
done-plan-saved = Saved. This is what would happen.
done-plan-scheduled = Scheduled. It goes out by itself.
done-plan-sending = On its way.
done-plan-asked = It waits for approval now.
done-plan-approved = Approved. It goes out at its time.
done-plan-sent-back = Sent back.
done-plan-paused = Paused.
done-plan-resumed = Scheduled again.
done-plan-rescheduled = It has another time.
done-plan-cancelled = Cancelled.
done-plan-copied = This is the copy.
done-plan-tested = A test is on its way to you.
done-broadcast-withdrawn = Withdrawn.

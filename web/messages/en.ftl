# What the console says, in English. zh-CN.ftl has the same keys.

## Frame
skip = Skip to content
menu = Menu
nav = Main
nav-accounts = Accounts
nav-overview = Overview
nav-inbox = Inbox
nav-deliveries = Delivery log
nav-developer = Developer
nav-team = Team
nav-brand = Brand: { $brand }
nav-settings = Settings
nav-unread = { $count ->
    [one] { $count } unread conversation
   *[other] { $count } unread conversations
}
theme = Light or dark
language = Language
brand-switch = Other brands
crumbs = Breadcrumb
pages = Pages
newest = Newest
older = Older
cancel = Cancel
save = Save
change = Change
create = Create
remove = Remove
back = Back
copy = Copy
copied = Copied
actions = Actions
today = Today
yesterday = Yesterday
time = Time
you = you
to-console = To the console

## Signing in
login-title = Sign in
login-heading = Sign in to Crier
sign-in = Sign in
sign-out = Sign out

## Fields
field-email = Email
field-password = Password
field-new-password = New password
field-current = Current password
field-name = Name
field-brand = Brand name
field-handle = Handle
field-kind = Kind
field-description = Description
field-time_zone = Time zone
field-role = Role
field-url = URL
field-token-wechat = Token
field-token-native = Secret
field-endpoint = Endpoint
field-endpoint-name = Name
field-hears = Events it is told
field-headers = Headers of your own
field-timeout_ms = Timeout (ms)
field-rate = Requests a second
field-concurrency = Requests at once
field-persistent = Try again by the long schedule
field-overlap = Old secrets stay good for
field-from = From
field-until = Until
field-what = What to send again
field-event = Event id
field-key = EncodingAESKey
field-dialect = Protocol
field-mode = Message protection

## What is wrong with a field
invalid-email = This is no address that mail can be sent to.
invalid-password = A password has at least 10 characters.
invalid-current = This is not your password.
invalid-name = A name has 1 to 60 characters.
invalid-brand = A brand's name has 1 to 60 characters.
invalid-handle = A handle has 3 to 40 of a–z, 0–9, _ and -, and begins with a letter.
invalid-description = A description has at most 300 characters.
invalid-time_zone = Choose a time zone.
invalid-url = The URL must begin with http:// or https:// and name a host.
invalid-token-wechat = A token has 3 to 32 letters and digits.
invalid-token-native = A secret is whsec_ followed by 24 to 64 bytes as base64.
invalid-headers = One header a line, such as X-Key: abc. At most ten, in plain ASCII, and none that Crier sets itself (Host, Content-Type, webhook-… and the like).
invalid-timeout_ms = A timeout has 500 to 30,000 milliseconds.
invalid-rate = Choose 1 to 10,000 requests a second.
invalid-concurrency = Choose 1 to 256 requests at once.
invalid-overlap = Choose how long the old secrets stay good, a week at the most.
invalid-from = Choose a day and time in the past, before the end.
invalid-until = Choose a day and time.
invalid-event = An event id is a number, such as 7093812345.
invalid-endpoint = There is no such endpoint.
invalid-key = An EncodingAESKey has exactly 43 letters and digits.
invalid-text = Write something, at most 2,048 bytes.
conflict-handle_taken = This handle is taken.
conflict-email_taken = This address has a member already: sign in with it.
conflict-already_member = This person is in the brand already.
conflict-last_owner = A brand keeps at least one owner. Make somebody else an owner first.
conflict-delivery_pending = This delivery is still being made.
conflict-endpoint_off = The endpoint is switched off. Switch it on first, then send again.
conflict-recovery_running = A recovery of this endpoint is under way. Wait for its end, or stop it.
conflict-too_many_endpoints = An account has at most 10 endpoints. Remove one first.
denied-credentials = Email or password is wrong.
denied-not-following = This person does not follow the account any more.
denied-window-closed = The reply window has closed: write again after the follower does.
denied-window-spent = The replies of this window are used up: write again after the follower does.
limited = { $count ->
    [one] Too many tries. Wait { $count } second and try again.
   *[other] Too many tries. Wait { $count } seconds and try again.
}

## Errors
error-missing = Nothing here
error-missing-detail = This page does not exist, or it belongs to somebody else.
error-forbidden = Not with your role
error-forbidden-detail = Ask an owner of the brand to do this, or to change your role.
error-stale = This form is out of date
error-stale-detail = It was opened a long time ago or in another sign-in. Go back, reload the page and send it again.
error-unreadable = This request could not be read
error-unreadable-detail = Go back and try again.
error-busy = Too busy just now
error-busy-detail = Nothing is lost. Try again in a moment.
error-broken = Something broke on our side
error-broken-detail = It has been written down. Try again, and tell whoever runs this installation if it stays.

## Accounts
home-title = Accounts
account-new = New account
account-new-title = New account
account-new-text = What followers see, and how the account behaves.
account-create = Create account
accounts-none = No accounts yet
accounts-none-text = An official account speaks to its followers and hears what they write.
kind-subscription = Subscription account
kind-subscription-hint = For content: articles and broadcasts, folded together in the follower's list.
kind-service = Service account
kind-service-hint = For an organisation: stands in the follower's main list and may send notices.
handle-hint = Part of addresses, such as harbour. Left empty, one is made.
description-hint = One or two sentences that followers see on the account's card.
time-zone-hint = Where the account's days begin.
followers-count = { $count ->
    [one] { $count } follower
   *[other] { $count } followers
}
brand-new = New brand
brand-new-title = New brand
brand-new-text = A brand owns accounts and has members.
brand-hint = The organisation's name, such as Harbour Ferries.
brand-none = No brand yet
brand-none-text = Ask an owner of a brand to invite you.
brand-none-admin = Create the first brand, then its accounts.

## Overview
figure-followers = Followers
figure-new-followers = { $count } new in a day
figure-conversations = Conversations
figure-unread = { $count } unread
figure-open = Open deliveries
figure-open-hint = last 7 days
figure-failed = Failed deliveries
figure-delivered = { $count } delivered in 7 days
about = About
created = Created
webhook = Webhook
endpoints = Endpoints
webhook-none = Nothing listens to this account's events yet.
set-up = Set up
endpoint-none = not set up
endpoint-healthy = healthy
endpoint-healthy-text = It is told events as they happen.
endpoint-failing-since = failing since { $when }
endpoint-failing-text = Nothing has gone well since. If that stays so for days, it is switched off, and those who look after it are told by mail.
endpoint-off-switched = switched off
endpoint-off-switched-text = A member switched it off. What it misses stays on record as failed and can be recovered once it is on.
endpoint-off-failing = off: failed for days
endpoint-off-failing-text = It was switched off because nothing had gone well for days. Mend it, then choose Verify: that switches it on. What it missed is on record and can be recovered.
endpoint-off-gone = off: answered 410
endpoint-off-gone-text = It was switched off because it answered that it is gone for good. If it is back, choose Verify: that switches it on. What it missed is on record and can be recovered.
endpoint-unverified = Its URL has not been checked.
endpoint-verified-at = Verified { $when }.

## Developer
developer-text = What your backend needs to speak for this account.
credentials = Credentials
api-address = API address
app-id = App id
original-id = Original id
app-secret = App secret
secret-kept = Shown once when it is made; only its fingerprint is kept.
secret-once = Copy the app secret now.
secret-once-text = It is shown this once and cannot be looked up later.
secret-reset = Reset app secret
secret-reset-title = Reset the app secret?
secret-reset-text = The present secret stops working at once, and so does every backend that uses it until you give it the new one.
webhook-text = Your backend's address. It is asked with a signed request before anything is saved.
endpoint-new = New endpoint
endpoint-add = Add endpoint
endpoint-state = State
endpoint-log = Delivery log
endpoint-answers = answers
endpoint-answering = Answers
endpoint-answers-text = Its answers become messages to followers.
endpoint-answers-not = It only listens: another endpoint's answers become messages.
endpoint-checked = Last check
endpoint-secrets = Old secrets
endpoint-previous = Good until { $when }.
endpoint-settings = Settings
endpoint-settings-text = When the URL, the protocol, secrets or headers change, the URL is checked before anything is saved.
endpoint-options = Name, events, headers and limits
endpoint-name-hint = What the log calls it. Its host, if empty.
endpoint-remove = Remove endpoint
endpoint-remove-title = Remove { $name }?
endpoint-remove-text = It is told nothing more, and what it was still to be told fails. Its deliveries stay in the log.
endpoint-remove-answering = It is told nothing more, and nobody's answers become messages until you choose another endpoint for that. Its deliveries stay in the log.
hears-hint = None checked means every event, also kinds that come later.
headers-hint = Sent with every request, one a line: Name: value. They are stored encrypted.
timeout-hint = Empty: as the protocol has it.
rate-hint = Empty: no limit.
concurrency-hint = Empty: no limit of its own.
persistent-hint = What still fails after the first attempts is tried again after seconds, minutes and hours. The conversation does not wait for it.
answer-make = Let its answers become messages
verify = Verify
rotate = Rotate secrets
rotate-text = Makes new secrets at once. Until the old ones end, requests can be verified with either.
overlap-0 = not at all
overlap-1 = 1 hour
overlap-24 = 24 hours
overlap-168 = 7 days
overlap-hint = Time to give your backend the new ones.
recover = Recover
recover-text = Sends again what this endpoint missed, a few at a time. Replays carry the same event id and say that they are replays.
recover-failed = Everything that failed
recover-all = Everything
recovery-failed = What failed from { $from } until { $until }
recovery-all = Everything from { $from } until { $until }
recovery-resent = { $count ->
    [one] { $shown } sent again
   *[other] { $shown } sent again
}
recovery-running = under way
recovery-done = done
recovery-stopped = stopped
until-hint = Empty: until now.
zone = Time zone: { $zone }
stop = Stop
url-hint = Where your backend listens, with http:// or https://.
token-hint-wechat = Signs requests: 3 to 32 letters and digits, the same in your backend.
token-hint-native = Signs requests by the Standard Webhooks specification. Give it to your backend's library.
token-new-wechat = Generate token
token-new-native = Generate secret
dialect-wechat = WeChat Official Accounts
dialect-wechat-hint = XML pushes as WeChat sends them; existing backends work unchanged.
dialect-native = Crier events
dialect-native-hint = JSON events, signed by the Standard Webhooks specification.
speak-wechat = Use WeChat's protocol instead
speak-native = Use Crier events instead
key-hint = Encrypts messages: 43 letters and digits. The previous one is good for 24 hours after a change.
key-new = Generate EncodingAESKey
mode-plain = Plain
mode-plain-hint = Messages are signed and sent in clear.
mode-compatible = Compatible
mode-compatible-hint = Messages are sent in clear and encrypted at once, to move a backend over.
mode-safe = Safe
mode-safe-hint = Messages are sent encrypted only.
verify-save = Verify and save
check-passed = The URL answered as it should.
check-not-saved = Nothing was saved.
check-not-changed = Nothing has changed: the endpoint is as it was.
answer-status = Status
answer-took = Time taken
took-ms = { $count } ms
no-answer = no answer
request = Request
answer = Answer
switch-on = Switch on
switch-on-text = What it missed while off is on record as failed. Verify switches it on too.
switch-off = Switch off
switch-off-text = What happens while it is off stays on record as failed, and can be recovered.

## Inbox
conversations = Conversations
conversation = Conversation
messages = Messages
new = new
inbox-none = No messages yet
inbox-none-text = What followers write shows here as it arrives.
inbox-choose = Choose a conversation
inbox-choose-text = Its messages and the reply show here.
earlier = Earlier messages
to-newest = These are earlier messages. Go to the newest.
reply = Reply
reply-placeholder = Write a reply
send = Send
read = read
window-open = { $count ->
    [one] { $count } more reply until { $until }.
   *[other] { $count } more replies until { $until }.
}
window-closed = The reply window is closed. It opens when the follower writes.
window-spent = The replies of this window are used up. More come when the follower writes.
origin-backend = Backend
origin-template = Notice
origin-broadcast = Broadcast
summary-out = You: { $text }
type-text = Text
type-image = Picture
type-voice = Voice message
type-video = Video
type-music = Music
type-location = Place
type-link = Link
type-news = Articles
type-menu = Question
type-template = Notice
type-mini_program = Mini program

## Delivery log
deliveries-text = Every event on its way to your endpoints, and every attempt at it.
deliveries-filter = State
filter = Filter
filter-clear = Show everything
any = Any
go-on = Go on
searched-to = Searched back to { $when }.
replay = replay
replay-text = It has been asked for once more after its end: a replay carries the same event id and says that it is one.
next-attempt = Next attempt
retries = { $count ->
    [0] then by the long schedule
    [one] { $count } by the long schedule
   *[other] { $count } by the long schedule
}
request-not-kept = The request of an attempt that went well is not kept: it told the event above.
request-none = Nothing was sent.
deliveries-none = Nothing to show
deliveries-none-text = Events show here as soon as an endpoint is told of them.
deliveries-none-such = No delivery matches these filters.
delivery-title = Delivery #{ $id }
event = Event
event-content = Event content
event-unknown = Event
event-message = Message
event-followed = Followed
event-unfollowed = Left
event-scanned = Scene code scanned
event-tapped = Menu tapped
event-broadcast_finished = Broadcast finished
event-template_finished = Notice finished
state = State
state-all = All
state-pending = Open
state-waiting = Waiting
state-delivered = Delivered
state-failed = Failed
verdict = What happened
attempts = Attempts
attempts-none = No attempt has been made yet.
attempt = Attempt { $count }
resend = Send again
verdict-delivered = Your backend took it.
verdict-timeout = Your backend did not answer in time.
verdict-unresolved = The host's name does not resolve to an address.
verdict-forbidden_address = The address is private or reserved, and this installation does not allow it.
verdict-unreachable = Nobody listens there, or the connection broke.
verdict-tls = The certificate of the host does not hold, or the host does not speak TLS.
verdict-bad_status = Your backend answered with a status outside 200 to 299.
verdict-gone = Your backend answered that this address is gone for good (410).
verdict-redirect = Your backend answered with a redirect, which is not followed.
verdict-too_large = The answer is larger than 64 KB, or its headers are too many or too long.
verdict-malformed_answer = The answer is not in the protocol: neither empty, nor success, nor a message.
verdict-bad_signature = The answer's signature does not hold, or it was encrypted with another key.
verdict-wrong_recipient = The answer is addressed to somebody else than who wrote.
verdict-unknown_media = The answer names media that is not there.
verdict-wrong_echo = The answer is not the echo that was asked for. Check that the token is the same in your backend.
verdict-not_spoken = The protocol has no words for this event; nothing was sent.
verdict-endpoint_off = The endpoint was switched off; nothing was sent.

## Team
members = Members
since = Since
until = Until
past = past
role-owner = Owner
role-owner-hint = Everything, and who else is in.
role-editor = Editor
role-editor-hint = Talks with followers and what the accounts say.
role-agent = Agent
role-agent-hint = Talks with followers.
role-developer = Developer
role-developer-hint = Endpoints, app secret and delivery log.
roles-heading = What roles may do
invite-heading = Invite somebody
invite = Send invitation
invited-heading = Open invitations
withdraw = Withdraw
remove-title = Remove { $name } from the brand?
remove-text = They lose their access at once. What they wrote stays, under their name.
join = Join
invitation-title = Join { $brand }
invitation-offer = You are invited to look after the accounts of { $brand }. Your role: { $role }.
invitation-sign-in = You are a member already: sign in to join.
invitation-somebody-else = You are signed in as { $email }, but this invitation is for somebody else. Sign out to accept it.
invitation-gone-title = This invitation does not hold any more
invitation-gone-text = It has been used, withdrawn or replaced, or its seven days are over. Ask for a new one.

## Settings
password-hint = At least 10 characters.
password-text = Your other browsers are signed out after a change.
password-change = Change password

## What was just done
done-account = The account is there and active.
done-brand-created = The brand is there. Create its first account.
done-secret = The app secret is new.
done-webhook = Verified and saved. Events go to this URL from now on.
done-webhook-on = The endpoint is on.
done-webhook-off = The endpoint is off.
done-verified = Verified. The endpoint is on.
done-answering = This endpoint's answers become messages from now on.
done-rotated = The secrets are new. Give them to your backend; they stand in the settings below.
done-endpoint-removed = The endpoint is removed.
done-recovering = The recovery has begun.
done-recovery-stopped = The recovery is stopped.
done-resend = It is sent again.
done-invited = The invitation is on its way.
done-withdrawn = The invitation is withdrawn.
done-role = The role is changed.
done-removed = The member is out of the brand.
done-joined = Welcome to the brand.
done-saved = Saved.
done-password = The password is changed.

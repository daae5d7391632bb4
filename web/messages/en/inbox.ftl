# Inbox
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
origin-auto = Automatic
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

# 受信箱
conversations = トーク一覧
conversation = トーク
messages = メッセージ
new = 新着
inbox-none = メッセージはまだありません
inbox-none-text = フォロワーからのメッセージが、届いた順にここに表示されます。
inbox-choose = トークを選んでください
inbox-choose-text = メッセージと返信欄がここに表示されます。
earlier = 以前のメッセージ
to-newest = 以前のメッセージを表示しています。最新へ移動します。
reply = 返信
reply-placeholder = 返信を入力
send = 送信
read = 既読
window-open = { $count ->
   *[other] { $until } まで、あと { $count } 回返信できます。
}
window-closed = 返信できる期間が終わっています。フォロワーからメッセージが届くと返信できます。
window-spent = この期間の返信回数を使い切りました。フォロワーからメッセージが届くと、また返信できます。
origin-backend = バックエンド
origin-template = 通知
origin-broadcast = 一斉配信
origin-auto = 自動応答
summary-out = あなた：{ $text }
type-text = テキスト
type-image = 画像
type-voice = 音声メッセージ
type-video = 動画
type-music = 音楽
type-location = 位置情報
type-link = リンク
type-news = 記事
type-menu = 質問
type-template = 通知
type-mini_program = ミニアプリ

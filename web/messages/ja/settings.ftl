# 設定
password-hint = 10 文字以上。
own-zone-hint = ログイン履歴、チーム、操作記録、プラットフォームの時刻に使います。アカウントのページではアカウントのタイムゾーンで表示します。
password-text = 変更すると、他のブラウザからログアウトします。
password-change = パスワードを変更
own-mails = あなたへのメール
own-mails-mentions = 同僚にメンションされたとき
own-mails-mentions-hint = 2 分以内に確認しなかった場合に送ります。同じトークについては 15 分に 1 通までです。予約した返信を送れなかったときにも送ります。

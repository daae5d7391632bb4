# 設定
password-hint = 10 文字以上。
password-text = 変更すると、他のブラウザからログアウトします。
password-change = パスワードを変更

# Settings
password-hint = 至少 10 个字符。
own-zone-hint = 登录设备、团队、操作日志和平台页面按此时区显示；公众号页面按公众号的时区显示。
password-text = 更改后，其他浏览器会退出登录。
password-change = 更改密码
own-mails = 发给你的邮件
own-mails-mentions = 同事提到我时
own-mails-mentions-hint = 两分钟内你没有看到才会发送；同一会话每 15 分钟最多一封。你设置的定时回复没有发出时也会发送。

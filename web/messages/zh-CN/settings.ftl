# Settings
password-hint = 至少 10 个字符。
password-text = 更改后，其他浏览器会退出登录。
password-change = 更改密码

# Signing in
login-title = 登录
login-heading = 登录 Crier
sign-in = 登录
sign-out = 退出登录

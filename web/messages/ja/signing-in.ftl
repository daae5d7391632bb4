# ログイン
login-title = ログイン
login-heading = Crier にログイン
sign-in = ログイン
sign-out = ログアウト

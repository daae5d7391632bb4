# Signing in
login-title = Sign in
login-heading = Sign in to Crier
sign-in = Sign in
sign-out = Sign out

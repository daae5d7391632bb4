# Settings
password-hint = At least 10 characters.
password-text = Your other browsers are signed out after a change.
password-change = Change password

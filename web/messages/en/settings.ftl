# Settings
password-hint = At least 10 characters.
own-zone-hint = Times of sessions, of the team, of the log and of the platform are shown in it. Pages of an account show the account's.
password-text = Your other browsers are signed out after a change.
password-change = Change password
own-mails = Mails to you
own-mails-mentions = When a colleague mentions me
own-mails-mentions-hint = Sent if you have not seen the mention within two minutes; about one conversation at most every quarter of an hour. Also when a reply you planned was not sent.

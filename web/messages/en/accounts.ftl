# Accounts
home-title = Accounts
account-new = New account
account-new-title = New account
account-new-text = What followers see, and how the account behaves.
account-create = Create account
accounts-none = No accounts yet
accounts-none-text = An official account speaks to its followers and hears what they write.
kind-subscription = Subscription account
kind-subscription-hint = For content: articles and broadcasts, folded together in the follower's list.
kind-service = Service account
kind-service-hint = For an organisation: stands in the follower's main list and may send notices.
handle-hint = Part of addresses, such as harbour. Left empty, one is made.
description-hint = One or two sentences that followers see on the account's card.
time-zone-hint = Where the account's days begin.
followers-count = { $count ->
    [one] { $count } follower
   *[other] { $count } followers
}
brand-new = New brand
brand-new-title = New brand
brand-new-text = A brand owns accounts and has members.
brand-hint = The organisation's name, such as Harbour Ferries.
brand-none = No brand yet
brand-none-text = Ask an owner of a brand to invite you.
brand-none-admin = Create the first brand, then its accounts.

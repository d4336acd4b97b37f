"""Room `connections`: what channels are connected to, accounts of WeChat and vendors of messages and calls.

It owns the connections with their settings and sealed secrets, and what a check found. Invariants: a secret never leaves but to
Siyu itself, and never to another address than it was told for; one connection for a kind and account. What is told of people by
these connections are its events: `account_followed`, `account_unfollowed`, `account_scanned`, `account_menu_clicked`,
`account_message_received`, `subscription_answered`, `call_ended`.
"""

"""Room `company`: the units, the staff and their roles, log-in and sessions, keys of programs, and the audit.

Invariants: units form one tree, and `path` of a unit is its parent's path and its own id; a password or a secret is
kept as a hash only; a session ends when its owner's password changes or its owner is deactivated; the audit is
append-only and holds nothing personal. Events, about nobody: `unit_moved` {unit_id, old_path, new_path}.

It also holds the corps of WeCom that the company is connected to, their secrets sealed, what new contacts are greeted with, and
what a check found. Events of greetings: `welcome_sent`, `welcome_failed`.
"""

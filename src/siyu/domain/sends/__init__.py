"""Sends: one message to the people of a segment, once. What is to be said and to whom is a definition of kind `send`.

Asking for a send publishes its draft and makes a run of that version. A run above the company's size waits until somebody else
approves it; then it waits for its time, takes down who the people are, and asks for their messages part by part. What WeCom's
mass tasks need stands here too: a task carries one content to many people of a corp, members of the staff confirm their share,
and each message's outcome is read back.

Events: `send_asked`, `send_approved`, `send_refused`, `send_started`, `send_ended`, about nobody; messages tell of people.

Invariants: one run for one version, and one open run for one send; who asked for a run, or wrote its draft, does not approve it;
who the people of a run are does not change after its start; one task for one content and the same messages.
"""

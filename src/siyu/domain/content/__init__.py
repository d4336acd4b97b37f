"""Content: what is said to customers, and the links in it. So far the tracked links.

A link is an address that Siyu sends people to; it is kept once and never changes. The short code in a message names the link
and the message, and is signed: nothing is stored for each message, and nobody can make a code up.

Events: none of its own; a click is an outcome of the message (`message_clicked`).

Invariants: one row for one address; an address is http or https.
"""

"""Content: what is said to customers, and the links in it.

A link is an address that Siyu sends people to; it is kept once and never changes. The short code in a message names the link
and the message, and is signed: nothing is stored for each message, and nobody can make a code up.

What a message says stands here for every published version of a journey or a send, one content for each place that sends.

Events: none of its own; a click is an outcome of the message (`message_clicked`).

Invariants: one row for one address; an address is http or https; the content of a published version never changes.
"""

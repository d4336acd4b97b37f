"""Content: what is said to customers, and the links in it.

A link is an address that Siyu sends people to; it is kept once and never changes. The short code in a message names the link
and the message, and is signed: nothing is stored for each message, and nobody can make a code up.

What a message says stands here for every published version of a journey or a send, one content for each place that sends.

What staff send and say themselves stands on the shelf: materials and scripts, which are definitions. A link that somebody of
the staff gives to a customer is tracked: who opened it, how long it was read, on how many devices more.

Events: `script_used`, `link_opened`, `link_forwarded`, `material_read`; a click in a message is an outcome of the message
(`message_clicked`).

Invariants: one row for one address; an address is http or https; the content of a published version never changes; the same bytes
are kept once; a link that was given shows the version that it was given for.
"""

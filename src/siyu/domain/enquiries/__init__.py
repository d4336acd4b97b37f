"""Room `enquiries`: what the front line does not know, asked, answered by the middle office, kept so that all find it.

An enquiry may be about a customer, a script, a step of a journey or a task. Its answer may become a script, or a wish that a step
of a journey be changed; a journey changes by being published, never by a wish. Owns the schema `enquiries`. No events: it is
between members of the staff.

Invariants: what was asked is seen by who asked and by those who answer for them; others find just the answers that were shared, in
the words that the answerer gave them, without the customer. An enquiry belongs to a profile, so it follows merges and splits by
itself, and goes with an erasure.
"""

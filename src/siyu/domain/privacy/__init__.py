"""Privacy: what persons may ask for under the law (a copy of what is known, its erasure), and how long anything is kept.

Owns the requests with their proof, the keyed hashes of those who are not to come back by an import, and the rules of retention.
The engine of the same name does what was decided here.

Events: none of its own; room `customers` tells `customer_erased`.

Invariants: a customer has at most one open request of a kind; an erasure runs only after a member of staff approved it with the
word; what is erased stands, sealed, in its request only until the search for it is over; a certificate is never changed.
"""

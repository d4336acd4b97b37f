"""Room `hooks`: calls to programs of other people: where they go, what is in them, what came of them.

Owns endpoints (an address with its secret, and which events it is told of) and calls. Invariants: one call for a key of an
endpoint, however often it is asked for; what is in a call is sealed, and nothing of it stands in a log; an endpoint that fails
again and again is let be for a while, and its calls wait; the secret never leaves. It records no events.
"""

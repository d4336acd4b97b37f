"""Orders: what customers bought and paid.

Events: `order_paid` {shop, order_id, total_fen, currency, quantity}.

Invariants: one order for each (shop, order_id); an order once told is never changed by telling it again, and one
told again with another content is refused. Orders carry the profile they were placed under, so a merge changes none.
"""

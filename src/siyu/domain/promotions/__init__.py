"""Room `promotions`: pools of coupon codes, and who was given which.

Owns pools and codes. Events: `coupon_issued`, `coupon_redeemed`, each once for a code. Invariants: a code is given to one customer
and once; for one key there is one code, however often it is asked for; who asks gets no code of a pool that is empty, archived or
over, and none beyond what one customer may have. A code belongs to the profile that it was given to and is its customer's.
What a code is worth is the shop's to know: no amounts stand here.
"""

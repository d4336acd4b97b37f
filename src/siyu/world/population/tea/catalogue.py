"""The names of everything that happens in the made-up world."""

from __future__ import annotations

PAGE_VIEWED = "page_viewed"
PRODUCT_VIEWED = "product_viewed"
CART_ADDED = "cart_added"
COUPON_CLAIMED = "coupon_claimed"
ARTICLE_READ = "article_read"
CHECKED_IN = "checked_in"
SHARE_SENT = "share_sent"
ORDER_COMPLETED = "order_completed"
CONSENT_GRANTED = "consent_granted"
CONSENT_WITHDRAWN = "consent_withdrawn"

EVENT_NAMES = frozenset(
    {
        PAGE_VIEWED,
        PRODUCT_VIEWED,
        CART_ADDED,
        COUPON_CLAIMED,
        ARTICLE_READ,
        CHECKED_IN,
        SHARE_SENT,
        ORDER_COMPLETED,
        CONSENT_GRANTED,
        CONSENT_WITHDRAWN,
    }
)
"""What people do; beside these they tell who they are, which has no name."""

ONLINE = frozenset({PAGE_VIEWED, PRODUCT_VIEWED, CART_ADDED, COUPON_CLAIMED, ARTICLE_READ, SHARE_SENT})
"""What is done on a telephone, which says what it is and in which city."""

"""What of an event may stay when its person is erased: numbers, money and the ids of things. Pure.

By an allow-list of names: what nobody thought of is dropped. Numbers, order and segment ids stay, so all sums stay; what anybody
wrote, and every number that could be a person's (a birthday, a place on the map), goes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from siyu.kernel.events import STRIPPED

NUMBERS: Final = frozenset(
    {
        *(
            "total",
            "revenue",
            "value",
            "subtotal",
            "tax",
            "shipping",
            "discount",
            "price",
            "amount",
            "quantity",
            "count",
        ),
        *(
            "points",
            "score",
            "position",
            "step",
            "version",
            "clicks",
            "chances",
            "balance",
            "refund",
            "minutes",
            "days",
        ),
        *("total_fen", "amount_fen", "refund_fen", "discount_fen", "price_fen", "shipping_fen", "balance_fen"),
        *("segment_id", "journey_id", "entry_id", "message_id", "link_id", "unit_id", "winner_id", "loser_id"),
        *("customer_id", "profiles", "definition_id", "form_id", "answer_id"),
    }
)
"""Names under which a number, or a text that is one, stays."""

THINGS: Final = frozenset(
    {
        *("order_id", "orderId", "checkout_id", "product_id", "productId", "sku", "variant", "category", "shop"),
        *("currency", "channel", "purpose", "state", "reason", "kind", "message_key", "coupon_id", "campaign_id"),
        *("segment_id", "journey_id", "product_sku", "brand_id", "level", "store_id"),
    }
)
"""Names under which the id of a thing, or a word of a fixed list, stays: short, without blanks, and nobody's contact."""

NUMBER_LISTS: Final = frozenset({"profile_ids"})
LISTS: Final = frozenset({"products", "items"})
"""Names under which a list of things stays, each of them stripped in the same way."""

LIST_LENGTH_MAX = 1_000
_THING = re.compile(r"[A-Za-z0-9_.:/#\-]{1,64}")
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
_CONTACT = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])|[0-9]{17}[0-9Xx]|@")


def stripped(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The properties that may stay, and the mark. Stripping again changes nothing."""
    return {**_things(properties), STRIPPED: True}


def _things(properties: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, value in properties.items():
        if name in LISTS and isinstance(value, list):
            kept[name] = [_things(each) for each in value[:LIST_LENGTH_MAX] if isinstance(each, Mapping)]
        elif name in NUMBER_LISTS and isinstance(value, list):
            kept[name] = [each for each in value if isinstance(each, int) and not isinstance(each, bool)]
        elif (name in NUMBERS and _is_number(value)) or (name in THINGS and _is_thing(value)):
            kept[name] = value
    return kept


def _is_number(value: object) -> bool:
    if isinstance(value, str):
        return _NUMBER.fullmatch(value) is not None and not _is_contact(value)
    return isinstance(value, int | float) and not _is_contact(str(value))


def _is_thing(value: object) -> bool:
    if isinstance(value, int):
        return not _is_contact(str(value))
    return isinstance(value, str) and _THING.fullmatch(value) is not None and not _is_contact(value)


def _is_contact(text: str) -> bool:
    """Whether a text could be somebody's: a mainland phone, an identity card's number, an address with an @."""
    return _CONTACT.search(text) is not None


def contacts_in(value: Any) -> set[str]:
    """Phones and e-mail addresses anywhere in a value: what must not be found any more when it was dropped."""
    found: set[str] = set()
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, Mapping):
            pending += each.values()
        elif isinstance(each, list):
            pending += each
        elif isinstance(each, str | int | float) and not isinstance(each, bool):
            found.update(_PHONE_OR_EMAIL.findall(str(each)))
    return found


_PHONE_OR_EMAIL = re.compile(
    r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])|[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9.\-]{1,190}[A-Za-z0-9]"
)

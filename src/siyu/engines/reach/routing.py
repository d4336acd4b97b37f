"""The router: which of the channels that may and can reach a customer is taken. Pure.

By the author's order it is the first. `cheapest` takes the one that gets through for the least: what a message costs, over how
likely it gets through to this customer. How likely is estimated from messages of late (Laplace: everything starts at one of two);
the customer's own outweigh those of everybody, for theirs count one by one and the others' together as `OTHERS_WEIGH` messages.
Where a message has a worth, that counts too: what it is expected to bring less what it costs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from siyu.domain.messages.contracts import Recent

OTHERS_WEIGH: Final = 4.0
ONLY_WAY = "only_way"
AUTHORS_ORDER = "authors_order"
CHEAPEST = "cheapest"
LIKELIEST = "likeliest"
WORTH_MOST = "worth_most"
NOTHING = Recent()


@dataclass(frozen=True, slots=True)
class Route:
    """Channels, best first, and why they stand so."""

    ways: tuple[str, ...]
    routed_by: str | None


def likelihood(of_channel: Recent, of_customer: Recent) -> float:
    """How likely a message of the channel gets through to the customer; above 0 and below 1."""
    others = (of_channel.got_through + 1) / (of_channel.got_through + of_channel.failed + 2)
    tries = of_customer.got_through + of_customer.failed
    return (of_customer.got_through + OTHERS_WEIGH * others) / (tries + OTHERS_WEIGH)


def routed(
    ways: Sequence[str],
    choosing: Literal["author", "cheapest"],
    costs_fen: Mapping[str, int],
    of_channels: Mapping[str, Recent],
    of_customer: Mapping[str, Recent],
    worth: int = 0,
) -> Route:
    """The channels in the order in which they are taken; what is equally good stays in the author's order."""
    if len(ways) < 2:
        return Route(tuple(ways), ONLY_WAY if ways else None)
    if choosing == "author":
        return Route(tuple(ways), AUTHORS_ORDER)
    likely = {way: likelihood(of_channels.get(way, NOTHING), of_customer.get(way, NOTHING)) for way in ways}
    if worth > 0:
        gains = {way: likely[way] * worth - costs_fen.get(way, 0) for way in ways}
        return Route(tuple(sorted(ways, key=lambda way: -gains[way])), WORTH_MOST)
    prices = {way: costs_fen.get(way, 0) / likely[way] for way in ways}
    best = sorted(ways, key=lambda way: (prices[way], -likely[way]))
    return Route(tuple(best), CHEAPEST if prices[best[0]] < prices[best[1]] else LIKELIEST)

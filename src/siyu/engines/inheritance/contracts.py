"""What somebody wants handed over, and what would come of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from siyu.domain.contacts.contracts import Obstacle, Sharing
from siyu.kernel.actors import system_actor

ACTOR = system_actor("inheritance")

Chosen = Literal["everyone", "segment", "list", "tag", "customers", "nobody"]


@dataclass(frozen=True, slots=True)
class Choice:
    """Which customers of a member: `of_id` is a segment's, a list's or a tag's; `customer_ids` those that are named."""

    of: Chosen = "everyone"
    of_id: int = 0
    customer_ids: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """Which customers and groups of a member go to whom. `group_ids` None: all groups of the member. `by_hand` {customer: taker}.
    `again_of`: only what another inheritance of the member could not hand over."""

    giver_id: int
    taker_ids: Sequence[int]
    choice: Choice = Choice()
    sharing: Sharing = Sharing.EVEN
    by_hand: Mapping[int, int] = field(default_factory=dict)
    group_ids: Sequence[int] | None = ()
    message: str = ""
    again_of: int | None = None


@dataclass(frozen=True, slots=True)
class TakerShare:
    """What one taker would get, with what they have now."""

    member_id: int
    customers_now: int
    customers: int
    groups: int


@dataclass(frozen=True, slots=True)
class Outline:
    """What would come of a wish: `chosen` customers, of whom `customers` can be handed over and the others cannot, {why: how many};
    the same of groups. `days`: how long it takes at least, for a member takes so many groups a day."""

    chosen: int
    customers: int
    obstacles: Mapping[Obstacle, int]
    groups: int
    groups_under_way: int
    takers: Sequence[TakerShare]
    days: int

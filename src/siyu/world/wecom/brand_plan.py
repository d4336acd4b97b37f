"""From what a made-up brand's WeCom is made, and what a brand of its own brings to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from siyu.world.wecom.corp import Corp


@dataclass(frozen=True, slots=True)
class BrandUnit:
    """A unit of the company, and the department that it is there."""

    unit_id: int
    parent_id: int | None
    name: str


@dataclass(frozen=True, slots=True)
class BrandMember:
    """Somebody of the company's staff."""

    userid: str
    name: str
    email: str
    unit_id: int
    has_customers: bool


@dataclass(frozen=True, slots=True)
class BrandCode:
    """A code that hangs since an instant (of Unix) and is known by its channel; {userid: the state of whom it brought to them}."""

    channel: str
    since: int
    states: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BrandPlan:
    """From what the corp is made. `brand` says whose people its customers are.
    `units` begin with the root, each after the one above it; there are no `codes` yet where the plan is told ahead."""

    brand: str
    name: str
    seed: int
    customers: int
    anchor: str
    zone: str
    units: Sequence[BrandUnit]
    staff: Sequence[BrandMember]
    codes: Sequence[BrandCode] = ()

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> BrandPlan:
        """The plan that was written down."""
        told: dict[str, Any] = json.loads(text)
        units = [BrandUnit(**each) for each in told.pop("units")]
        staff = [BrandMember(**each) for each in told.pop("staff")]
        return cls(units=units, staff=staff, codes=[BrandCode(**each) for each in told.pop("codes", ())], **told)


@dataclass(frozen=True, slots=True)
class BrandOutside:
    """What is a brand's own: its corp's tags, names, and who is friends with whom. Groups whose names begin alike share a code.
    `follows_share` of the friends follow the account too; the last of them have just written what is `written` to it."""

    tags: Mapping[str, Sequence[str]]
    service_name: str
    account_name: str
    group_names: Sequence[str]
    group_state: str
    befriend: Callable[[Corp, BrandPlan], None]
    follows_share: float
    written: Sequence[str]

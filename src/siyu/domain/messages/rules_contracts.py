"""The company's rules of reaching customers: one document, a version for each change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StrictBool

from siyu.domain.content.contracts import ChannelName

CHANNELS_MAX = 40
_STRICT = ConfigDict(extra="forbid")
_Cap = Annotated[int, Field(strict=True, ge=0, le=1_000)]
_Quota = Annotated[int, Field(strict=True, ge=0, le=1_000_000_000)]
_Fen = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
ClockTime = Annotated[str, Field(strict=True, pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


@dataclass(frozen=True, slots=True)
class Limits:
    """How many messages a customer gets at most on a business day, in seven of them and in MONTH_DAYS, today's with them."""

    __pydantic_config__ = _STRICT

    per_day: _Cap | None = None
    per_week: _Cap | None = None
    per_month: _Cap | None = None


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From when to when nothing that serves marketing goes out, by the customer's own clock; from 21:00 to 09:00 is a night."""

    __pydantic_config__ = _STRICT

    start: ClockTime
    end: ClockTime


@dataclass(frozen=True, slots=True)
class ChannelRules:
    """Of one channel: a customer's limits, how many messages the company sends in a day, and what one costs.
    `may_repeat`: what may have gone out is sent again where nobody can tell; else it is given up."""

    __pydantic_config__ = _STRICT

    limits: Limits = Limits()
    quota_per_day: _Quota | None = None
    cost_fen: _Fen | None = None
    may_repeat: StrictBool = False


_NOTHING = ChannelRules()


@dataclass(frozen=True, slots=True)
class Confirming:
    """What is asked of members of the staff who confirm mass tasks in WeCom: how many different contents a day, and how many
    seconds each takes them. What nobody confirmed is brought to mind again every so many hours, at most so many times."""

    __pydantic_config__ = _STRICT

    contents_per_day: Annotated[int, Field(strict=True, ge=1, le=100)] = 10
    seconds: Annotated[int, Field(strict=True, ge=1, le=3_600)] = 30
    remind_after_hours: Annotated[int, Field(strict=True, ge=1, le=24)] = 3
    reminders_max: Annotated[int, Field(strict=True, ge=0, le=3)] = 2


@dataclass(frozen=True, slots=True)
class ReachRules:
    """How the company reaches its customers. `limits` hold over all channels; `choosing` says which of several channels is taken:
    the first in the author's order that may and can, or the one that gets through for the least. A send to more than
    `approval_above` customers needs a second person. `wecom_quota`: how many mass messages of WeCom a customer gets, as its
    administrator set it: one a day, seven a week, or as many a month as it has days. `confirming`: what staff are asked for."""

    __pydantic_config__ = _STRICT

    limits: Limits = Limits(per_day=2)
    channels: Annotated[Mapping[ChannelName, ChannelRules], Field(max_length=CHANNELS_MAX)] = field(
        default_factory=dict
    )
    quiet: QuietHours | None = QuietHours("21:00", "09:00")
    choosing: Literal["author", "cheapest"] = "author"
    approval_above: Annotated[int, Field(strict=True, ge=0, le=1_000_000_000)] = 1_000
    wecom_quota: Literal["daily", "weekly", "monthly"] = "daily"
    confirming: Confirming = Confirming()

    def of_channel(self, channel: str) -> ChannelRules:
        """What holds for a channel; nothing in particular where nothing was said of it."""
        return self.channels.get(channel, _NOTHING)


@dataclass(frozen=True, slots=True)
class KeptRules:
    """The rules in force: the version and when it was set; version 0 and None where nobody ever set any."""

    rules: ReachRules
    version: int
    set_at: datetime | None

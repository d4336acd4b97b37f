"""The demo brand's channel codes, as they hang somewhere, and whoever has looked at them in the history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from siyu.assembly.demo.brand import ACTOR, INTAKE, Designing
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import Identity
from siyu.domain.definitions.contracts import DefinitionStatus
from siyu.domain.entries import reading as entries_reading
from siyu.domain.entries import service as entries
from siyu.kernel.actors import Actor
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Reading

CODES_MAX: Final = 200


def posters(reading: Reading, actor: Actor, zone: ZoneInfo) -> dict[int, str]:
    """{code: name} of the codes that hang somewhere."""
    found = entries.list_codes(reading, actor, PageRequest(size=CODES_MAX), zone).rows
    return {each.code_id: each.name for each in found if each.status is DefinitionStatus.LIVE}


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody who is known saw a code, known by its channel, and which member or store it showed them."""

    at: datetime
    who: Identity
    channel: str
    target_id: int


def record_looks(d: Designing, looks: Iterable[Look]) -> None:
    """Counts each and notes it down as the code's page would have, in the order of time."""
    codes = {each.code.channel: each for each in entries_reading.codes_in_force(d.work)}
    told = sorted(looks, key=lambda each: each.at)
    groups: dict[Sequence[Identity], datetime] = {(each.who,): each.at for each in reversed(told)}
    profile_of = customers.resolve(d.work, INTAKE, groups)
    for each in told:
        d.clock.set(each.at)
        entries.count_visit(d.work, ACTOR, codes[each.channel], each.target_id, d.zone)
        entries.record_view(d.work, ACTOR, codes[each.channel], profile_of[each.who], d.zone)

"""The demo brand's channel codes, as they hang somewhere."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

from siyu.domain.definitions.contracts import DefinitionStatus
from siyu.domain.entries import service as entries
from siyu.kernel.actors import Actor
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Reading

CODES_MAX: Final = 200


def posters(reading: Reading, actor: Actor, zone: ZoneInfo) -> dict[int, str]:
    """{code: name} of the codes that hang somewhere."""
    found = entries.list_codes(reading, actor, PageRequest(size=CODES_MAX), zone).rows
    return {each.code_id: each.name for each in found if each.status is DefinitionStatus.LIVE}

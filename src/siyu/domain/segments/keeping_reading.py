"""What is kept true, and what is to be. Part of `reading`."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from siyu.domain.definitions import reading as definitions
from siyu.domain.definitions.contracts import InvalidDefinitionError
from siyu.domain.segments import hidden_store, keeping_store
from siyu.domain.segments.contracts import SEGMENT_KIND, Call, Condition, Reason, Served, Standing
from siyu.domain.segments.definition import CONDITION, parse_definition
from siyu.domain.segments.expanding import Expansion, spelling
from siyu.domain.segments.hidden_contracts import HIDDEN_KIND
from siyu.domain.segments.ladders_contracts import LADDER_KIND
from siyu.domain.segments.referring import PublishedBook
from siyu.kernel.errors import NotFoundError
from siyu.platform.postgres.database import Reading

CALLS_AT_ONCE = 100_000
KINDS = (SEGMENT_KIND, HIDDEN_KIND)
"""The definitions that have members."""


def standing(reading: Reading) -> Standing:
    """As of when, and up to where in the log, membership is true."""
    return keeping_store.standing(reading.driver)


def kept(reading: Reading) -> list[Served]:
    """What is kept true, by segment."""
    return [
        Served(segment_id, version, spelled, _understood(document))
        for segment_id, version, spelled, document in keeping_store.kept(reading.driver)
    ]


@lru_cache(maxsize=4096)
def _understood(document: str) -> Condition:
    return CONDITION.validate_json(document)


def wanted(reading: Reading) -> list[Served]:
    """What is to be kept true: the version in force of every live segment, all that it refers to written out. One that
    cannot be written out now is left as it is."""
    versions = [each for kind in KINDS for each in definitions.live_versions(reading, kind)]
    conditions = {each.definition_id: parse_definition(each.document) for each in versions}
    expansion = Expansion(PublishedBook(reading, conditions))
    found = []
    for each in versions:
        try:
            document = expansion.of(conditions[each.definition_id])
        except (InvalidDefinitionError, NotFoundError):
            continue
        found.append(Served(each.definition_id, each.version, spelling(document), document))
    return found


def waiting(reading: Reading) -> list[Served]:
    """What is to be built: new, changed, resumed, or referring to what was changed."""
    now = keeping_store.spellings(reading.driver)
    return [each for each in wanted(reading) if now.get(each.segment_id) != each.spelling]


def ladders_of(reading: Reading, segment_ids: Collection[int]) -> dict[int, int]:
    """{segment: ladder} of those that are stages of one."""
    owners = hidden_store.owners_of(reading.driver, segment_ids, LADDER_KIND)
    return {segment_id: ladder_id for segment_id, (ladder_id, _) in owners.items()}


def calls(reading: Reading) -> list[Call]:
    """Who was called to be looked at again, the oldest first."""
    return keeping_store.calls(reading.driver, CALLS_AT_ONCE)


def due(reading: Reading, until_ms: int, size: int) -> dict[int, Reason]:
    """Whose time has come by then, the longest ago first, at most so many of them, and why they will be looked at."""
    ids, reasons = keeping_store.due(reading.driver, until_ms, size)
    return dict(zip(ids.tolist(), map(Reason, reasons.tolist()), strict=True))


def next_due_ms(reading: Reading) -> int:
    """When anybody is to be looked at next: 0 at once, NEVER_MS not before something happens."""
    return keeping_store.next_due_ms(reading.driver)


def fingerprint(reading: Reading) -> object:
    """Another whenever a definition was touched: while it is the same, nothing new waits but for what definitions refer to."""
    return definitions.fingerprint(reading)

"""What pricing and replaying of journeys ask of other engines: who fulfils conditions, and what reaching somebody costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from siyu.assembly.installation import Installation
from siyu.assembly.sending import gate_of
from siyu.domain.company.reading import staff_ids_below
from siyu.domain.groups import reading as groups
from siyu.domain.messages import reading as messages
from siyu.domain.segments import service as segments
from siyu.domain.segments.contracts import Ids
from siyu.engines.audience.evaluate import evaluate
from siyu.engines.audience.sets import StoredSets
from siyu.engines.orchestration.pricing import Costs, Pricing
from siyu.engines.orchestration.replaying import replay_once
from siyu.engines.reach.planning_rules import rules_of
from siyu.kernel.actors import Actor, system_actor
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database, Reading
from siyu.platform.settings import Settings

__all__ = ["AskedAudience", "pricing_of", "replay", "targets_of"]


class AskedAudience:
    """The engine `audience`, asked with documents of conditions."""

    def __init__(self, database: Database, columns: Columns, zone: ZoneInfo, actor: Actor) -> None:
        self._database, self._columns, self._zone, self._actor = database, columns, zone, actor

    def members(self, conditions: Sequence[Mapping[str, Any]], as_of: datetime, whom: Ids | None) -> Sequence[Ids]:
        """For each condition those who fulfil it, ascending."""
        if not conditions:
            return []
        with self._database.read() as reading:
            asked = [segments.understand(reading, self._actor, dict(each)).expanded for each in conditions]
        answers = evaluate(self._columns, asked, as_of, zone=self._zone, sets=StoredSets(self._database), whom=whom)
        return [answers.members(number) for number in range(len(asked))]


@contextmanager
def pricing_of(
    settings: Settings, database: Database, columns: Columns, secret_key: str, reading: Reading, actor: Actor
) -> Iterator[Pricing]:
    """What a journey is priced with."""
    with gate_of(settings, database, columns, secret_key) as reach:
        yield Pricing(
            reading,
            columns,
            AskedAudience(database, columns, settings.zone, actor),
            settings.zone,
            Costs(reach.costs_fen(messages.reach_rules(reading).rules), rules_of(reading).confirmation_seconds),
        )


def replay(installation: Installation, *, replay_id: int) -> None:
    """Walks an edited journey over the last month."""
    zone = installation.settings.zone
    audience = AskedAudience(installation.database, installation.columns, zone, system_actor("orchestration"))
    replay_once(installation.database, installation.columns, audience, zone, replay_id)


def targets_of(reading: Reading, document: Mapping[str, Any]) -> int:
    """How many groups or accounts a journey is for; 0 of one about customers."""
    targets = document.get("targets")
    if targets is None or document["subject"] == "customer":
        return 0
    if document["subject"] == "account":
        return len(staff_ids_below(reading, None) if targets["all"] else targets["staff_ids"])
    owned = groups.count_owned(reading)
    return sum(owned.values()) if targets["all"] else len(targets["group_ids"])

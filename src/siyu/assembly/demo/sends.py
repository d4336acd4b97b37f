"""The demo brand's sends, in every state that there is: one waits for the visitor, since somebody else than its operator has to
let it go out."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from siyu.assembly.demo.acting import PAGE_MAX, find_acting
from siyu.assembly.demo.brand import ACTOR, DemoBrand, OfferedSend, SendFate
from siyu.assembly.installation import Installation
from siyu.domain.definitions.contracts import DefinitionStatus
from siyu.domain.segments import reading as segments_reading
from siyu.domain.segments.service import list_segments
from siyu.domain.sends import service as sends
from siyu.domain.sends.contracts import RunState
from siyu.engines.reach.planning_preview import recipients
from siyu.engines.reach.planning_rules import rules_of
from siyu.kernel.actors import Actor
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import UnitOfWork

BUILT_SECONDS: Final = 20.0
AHEAD: Final = timedelta(days=2)


def offer_sends(installation: Installation, brand: DemoBrand) -> None:
    """Once their segments are counted, the operator makes the sends that there are not yet; of a segment that is not counted, the
    next start does."""
    with installation.database.read() as reading:
        made = {each.name for each in sends.list_sends(reading, ACTOR, PageRequest(size=PAGE_MAX)).rows}
    missing = [each for each in brand.sends if each.name not in made]
    segments = _wait_for_segments(installation, {each.segment for each in missing}) if missing else {}
    for each in missing:
        if each.segment in segments:
            with installation.database.begin() as work:
                people = find_acting(work, brand.operator_email), find_acting(work, brand.email)
                _make(work, people, installation.settings.zone, each, segments[each.segment])


def _make(
    work: UnitOfWork, people: tuple[Actor | None, Actor | None], zone: ZoneInfo, send: OfferedSend, segment_id: int
) -> None:
    """By the operator; where it needs a second person and does not wait for one, whoever shows the demo has let it go out."""
    operator, other = people
    if operator is None:
        return
    document: dict[str, Any] = {"segment_id": segment_id, **send.document}
    if send.fate in (SendFate.AHEAD, SendFate.PAUSED, SendFate.CANCELLED):
        document["starts_at"] = (work.clock.now() + AHEAD).isoformat()
    made = sends.create_send(work, operator, send.name, document)
    count = recipients(work, operator, made.latest) if send.fate is not SendFate.WRITTEN else 0
    if not count:
        return
    asked = sends.ask_for_send(
        work, operator, made.send_id, zone, recipients=count, approve_above=rules_of(work).approve_above
    )
    run = asked.run
    if send.fate is not SendFate.WAITING and other is not None and run is not None and run.state is RunState.WAITING:
        sends.approve_send(work, other, made.send_id, run.version, zone)
    if send.fate is SendFate.PAUSED:
        sends.pause_send(work, operator, made.send_id)
    elif send.fate is SendFate.CANCELLED:
        sends.cancel_send(work, operator, made.send_id)


def _wait_for_segments(installation: Installation, names: Collection[str]) -> Mapping[str, int]:
    """{name: id} of those that are counted, as soon as all are."""
    until = time.monotonic() + BUILT_SECONDS
    while True:
        with installation.database.read() as reading:
            found = list_segments(reading, ACTOR, PageRequest(size=PAGE_MAX)).rows
            live = {
                each.name: each.segment_id
                for each in found
                if each.status is DefinitionStatus.LIVE and each.name in names
            }
            states = segments_reading.states_of(reading, list(live.values()))
        counted = {name: each for name, each in live.items() if each in states and states[each].size is not None}
        if len(counted) == len(live) or time.monotonic() >= until:
            return counted
        time.sleep(0.2)

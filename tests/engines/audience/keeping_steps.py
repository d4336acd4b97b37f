"""The steps by which what happened comes to be in membership, driven by hand."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from siyu.domain.segments import reading
from siyu.engines.audience.building import build_waiting
from siyu.engines.audience.keeping import Audience, has_work, tick_once
from siyu.engines.audience.merges import MERGES
from siyu.engines.projection.projecting import COLUMNS_CONSUMER, ROW_EVENTS, columns_projector
from siyu.platform.columns.client import Columns
from siyu.platform.eventlog.consuming import consume_once
from siyu.platform.eventlog.projecting import project_once
from siyu.platform.eventlog.sequencer import sequence_once
from siyu.platform.postgres.database import Database

SHANGHAI = ZoneInfo("Asia/Shanghai")


def an_audience(database: Database, columns: Columns) -> Audience:
    return Audience(database, columns, (COLUMNS_CONSUMER,), SHANGHAI, ROW_EVENTS)


def sequence(database: Database) -> None:
    with database.autocommit() as driver:
        while sequence_once(driver):
            pass


def project(audience: Audience) -> None:
    sequence(audience.database)
    while project_once(audience.database, columns_projector(audience.columns)):
        pass


def follow(database: Database) -> None:
    sequence(database)
    while consume_once(database, MERGES):
        pass


def settle(audience: Audience) -> None:
    """Everything there is has gone everywhere, and everybody it is time for was looked at."""
    for _ in range(6):
        project(audience)
        build_waiting(audience)
        project(audience)
        if tick_once(audience) is None and not has_work(audience):
            return
    raise AssertionError("it never comes to rest")


def in_segment(database: Database, segment_id: int) -> list[int]:
    with database.read() as work:
        return [int(each) for each in reading.members_of(work, segment_id)]

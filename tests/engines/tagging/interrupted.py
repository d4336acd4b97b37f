"""Tags by segment, form and bulk in a process of its own, to be killed: `python -m tests.engines.tagging.interrupted URL BULK`."""

from __future__ import annotations

import sys
from dataclasses import replace

from siyu.domain.segments.contracts import SEGMENT_ENTERED
from siyu.engines.tagging.contracts import TAGGING_CONSUMER
from siyu.engines.tagging.follow import follow_forms, follow_segments
from siyu.engines.tagging.working import work_bulk
from siyu.platform.eventlog.consuming import Consumer, consume_once
from siyu.platform.postgres.database import Database

FOLLOWING = replace(
    Consumer(TAGGING_CONSUMER, {SEGMENT_ENTERED: (follow_segments,), "form_answered": (follow_forms,)}), events_max=20
)


def main(url: str, bulk_id: str) -> None:
    database = Database(url)
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    while consume_once(database, FOLLOWING) is not None:
        pass
    work_bulk(database, int(bulk_id))


if __name__ == "__main__":
    main(*sys.argv[1:])

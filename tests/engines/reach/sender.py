"""Workers that deliver until they are killed or nothing is left; started by tests of crashes as a process of its own.

    python -m tests.engines.reach.sender webhook DATABASE_URL URL LEASE_SECONDS
    python -m tests.engines.reach.sender vendor DATABASE_URL URL STARTED

For each line on its standard input it forks a worker (the imports are done once), prints the worker's process id, and, when
that has ended, the signal that killed it or 0.
"""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from zoneinfo import ZoneInfo

from siyu.channels.webhook import WebhookChannel
from siyu.domain.content.contracts import SignedAddresses
from siyu.domain.messages.contracts import Channel
from siyu.engines.reach import Reach, deliver_once
from siyu.kernel.clock import SystemClock
from siyu.platform.postgres.database import Database
from tests.engines.reach.vendor_channel import HurriedClock, VendorChannel


def deliver(kind: str, database_url: str, url: str, last: str) -> None:
    if kind == "webhook":
        webhook = WebhookChannel(url, "a secret", SystemClock())
        webhook.batch_max = 20
        deliver_all(Database(database_url), webhook, timedelta(seconds=float(last)))
    else:
        deliver_all(Database(database_url, clock=HurriedClock(float(last))), VendorChannel(url), timedelta(minutes=5))


def deliver_all(database: Database, channel: Channel, lease: timedelta) -> None:
    addresses = SignedAddresses("https://brand.example", "another secret")
    reach = Reach({channel.name: channel}, addresses, ZoneInfo("Asia/Shanghai"))
    while deliver_once(database, reach, lease=lease):
        pass


def main(arguments: list[str]) -> None:
    for _ in sys.stdin:
        worker = os.fork()
        if worker == 0:
            deliver(*arguments)
            os._exit(0)
        print(worker, flush=True)
        _, status = os.waitpid(worker, 0)
        print(os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])

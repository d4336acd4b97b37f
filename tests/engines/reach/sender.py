"""Workers that deliver until they are killed or nothing is left; started by test_crash.py as a process of its own.

    python sender.py DATABASE_URL WEBHOOK_URL LEASE_SECONDS

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
from siyu.engines.reach import Reach, deliver_once
from siyu.kernel.clock import SystemClock
from siyu.platform.postgres.database import Database


def deliver(database_url: str, webhook_url: str, lease_seconds: str) -> None:
    database = Database(database_url)
    channel = WebhookChannel(webhook_url, "a secret", SystemClock())
    channel.batch_max = 20
    addresses = SignedAddresses("https://brand.example", "another secret")
    reach = Reach({channel.name: channel}, addresses, ZoneInfo("Asia/Shanghai"))
    lease = timedelta(seconds=float(lease_seconds))
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

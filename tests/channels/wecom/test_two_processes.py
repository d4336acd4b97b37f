"""Two processes of one installation share a token; both come at once, and one of them fetches."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from siyu.platform.postgres.database import Database
from tests.channels.wecom.emulated import AGENT_ID, CORP_ID, SECRET, Emulated
from tests.conftest import START

CALLER = f"""
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from siyu.channels.wecom.client import Wecom
from siyu.channels.wecom.contacts import list_departments
from siyu.channels.wecom.tokens import WecomApp
from siyu.kernel.clock import ManualClock
from siyu.platform.postgres.database import Database
from siyu.platform.sealing.ring import DataKey, KeyRing

database = Database(
    sys.argv[1], clock=ManualClock(datetime.fromisoformat("{START.isoformat()}")), keys=KeyRing([DataKey(1, bytes(range(32)))])
)
with Wecom.over(database, WecomApp("{CORP_ID}", "{SECRET}", sys.argv[2], {AGENT_ID})) as wecom, ThreadPoolExecutor(3) as threads:
    print("ready", flush=True)
    for _ in sys.stdin:
        print(sum(map(len, threads.map(list_departments, [wecom] * 3))), flush=True)
"""


@contextmanager
def caller(database: Database, url: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-P", "-c", CALLER, database.url, url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def told(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def call(*processes: subprocess.Popen[str]) -> set[str]:
    """All of them call at the same time."""
    for each in processes:
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()
    return {told(each) for each in processes}


def test_two_processes_fetch_one_token_and_renew_it_once(database: Database, emulated: Emulated) -> None:
    fetched: list[str] = []
    original = emulated.corp.tokens.give

    def counting(*given: object) -> object:
        reply = original(*given)  # type: ignore[arg-type]  # handed on as it came
        fetched.append(str(reply["access_token"]))
        return reply

    emulated.corp.tokens.give = counting  # type: ignore[method-assign, assignment]  # to count what goes by
    with caller(database, emulated.url) as one, caller(database, emulated.url) as other:
        assert {told(one), told(other)} == {"ready"}
        (departments,) = call(one, other)
        assert int(departments) > 0
        assert len(fetched) == 1
        emulated.corp.tokens.revoke()
        assert call(one, other) == {departments}
        assert len(fetched) == 2
        assert fetched[0] != fetched[1]

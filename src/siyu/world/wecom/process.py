"""`python -m siyu.world wecom`: the emulated WeCom as a process of its own, stopped by a signal or with its parent.

Apps come in by the doors (`/world/app/add`), so that no secret stands in a list of processes.
"""

from __future__ import annotations

import argparse
import dataclasses
import signal
import sys
import threading
from collections.abc import Sequence

from siyu.kernel.clock import SystemClock
from siyu.platform.watch import stop_when_parent_is_gone
from siyu.world.wecom.building import Size, build_corp
from siyu.world.wecom.rules import MassQuota, Rules
from siyu.world.wecom.server import WecomServer

CORP_ID = "ww5174656d75736979"


def run(arguments: Sequence[str]) -> int:
    """Answers until it is told to stop; the address is the first line of its output."""
    given = _parser().parse_args(arguments)
    stopped = threading.Event()
    for known in (signal.SIGTERM, signal.SIGINT):
        signal.signal(known, lambda *_: stopped.set())
    if given.with_parent:
        stop_when_parent_is_gone()
    rules = rules_from(given.rule)
    size = Size(given.members, given.customers, given.chats)
    corp = build_corp(given.corp_id, SystemClock(), size, seed=given.seed, rules=rules)
    with WecomServer(corp, given.port) as server:
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        stopped.wait()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="siyu.world wecom")
    size = Size()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--corp-id", default=CORP_ID)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--members", type=int, default=size.members)
    parser.add_argument("--customers", type=int, default=size.customers)
    parser.add_argument("--chats", type=int, default=size.chats)
    parser.add_argument("--rule", action="append", default=[], metavar="NAME=VALUE", help="see rules.py")
    parser.add_argument("--with-parent", action="store_true", help="stop when the standard input closes")
    return parser


def rules_from(given: Sequence[str]) -> Rules:
    """Rules with some of them changed, each told as NAME=VALUE; ValueError for one that is not there."""
    changed: dict[str, object] = {}
    known = {field.name: field.type for field in dataclasses.fields(Rules)}
    for one in given:
        name, _, value = one.partition("=")
        if name not in known:
            raise ValueError(f"there is no rule {name}")
        kind = known[name]
        if kind == "bool":
            changed[name] = value in ("1", "true", "yes")
        elif kind == "MassQuota":
            changed[name] = MassQuota(value)
        elif kind in ("int", "float"):
            changed[name] = int(value) if kind == "int" else float(value)
        else:
            first, _, second = value.partition(",")
            changed[name] = (int(first), int(second))
    return dataclasses.replace(Rules(), **changed)  # type: ignore[arg-type]  # each value has just got its field's type

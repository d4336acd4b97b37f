"""`python -m siyu.world wechat`: the emulated WeChat platform as a process of its own, stopped by a signal or with its parent."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Sequence

from siyu.kernel.clock import SystemClock
from siyu.platform.watch import stop_when_parent_is_gone
from siyu.world.wechat.accounts import Platform
from siyu.world.wechat.dispatch import AccountService
from siyu.world.wecom.server import LoopbackServer


class WechatServer(LoopbackServer):
    """What stands for https://api.weixin.qq.com."""

    def __init__(self, platform: Platform, port: int = 0) -> None:
        self.platform = platform
        super().__init__(AccountService(platform), platform.postman, port)


def run(arguments: Sequence[str]) -> int:
    """Answers until it is told to stop; the address is the first line of its output."""
    parser = argparse.ArgumentParser(prog="siyu.world wechat")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--with-parent", action="store_true", help="stop when the standard input closes")
    given = parser.parse_args(arguments)
    stopped = threading.Event()
    for known in (signal.SIGTERM, signal.SIGINT):
        signal.signal(known, lambda *_: stopped.set())
    if given.with_parent:
        stop_when_parent_is_gone()
    with WechatServer(Platform(SystemClock(), seed=given.seed), given.port) as server:
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        stopped.wait()
    return 0

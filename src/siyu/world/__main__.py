"""`python -m siyu.world`: the made-up outside as a process of its own, stopped by a signal or with its parent.

`… wecom` is the emulated WeCom, `… wechat` are the emulated accounts of WeChat; without such a word it is the receiver of the
webhook channel's messages, with the demo's WeCom beside it where a plan of one is named.

The key of the messages' signature, from which the secrets of that WeCom are made too,
comes in the environment (SIYU_WEBHOOK_SECRET), where no process list shows it.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from siyu.kernel.clock import Clock, ScaledClock, SystemClock
from siyu.platform.collection import collect_seldom
from siyu.platform.watch import stop_when_parent_is_gone
from siyu.world.receiver import DELAY_SECONDS, Manners, Receiver

STOP_SECONDS = 20
"""For so long at most the world puts down where everybody is, once its parent is gone; the living alone may take fifteen."""

if TYPE_CHECKING:
    from siyu.world.living.running import LivingThread
    from siyu.world.vendors.server import VendorServer
    from siyu.world.wecom.brand import BrandWecom


def main() -> int:
    """Receives until it is told to stop."""
    if sys.argv[1:2] == ["wecom"]:
        from siyu.world.wecom.process import run

        return run(sys.argv[2:])
    if sys.argv[1:2] == ["wechat"]:
        from siyu.world.wechat.process import run as run_accounts

        return run_accounts(sys.argv[2:])
    parser = argparse.ArgumentParser(prog="siyu.world")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--delay-seconds-max", type=float, default=DELAY_SECONDS[1])
    parser.add_argument(
        "--wecom-plan", type=Path, help="what the brand's WeCom is made of; it begins when the file is there"
    )
    parser.add_argument("--wecom-port", type=int, default=0)
    parser.add_argument("--siyu-url", default="", help="whose pages the phones of that WeCom open")
    parser.add_argument("--vendors-port", type=int, default=0, help="vendors of text messages and calls listen there")
    parser.add_argument("--siyu-address", default="", help="whom the vendors and that WeCom call back")
    parser.add_argument(
        "--living-plan", type=Path, help="what the living have to know; they begin when the file is there"
    )
    parser.add_argument("--clock-from", default="", help="what the time was when, as the setting clock_from has it")
    parser.add_argument("--clock-speed", type=int, default=1)
    given = parser.parse_args()
    clock = ScaledClock.from_text(given.clock_from, given.clock_speed) if given.clock_from else SystemClock()
    secret = os.environ.get("SIYU_WEBHOOK_SECRET", "")
    if not secret:
        parser.error("SIYU_WEBHOOK_SECRET is not set")
    stopped = threading.Event()
    for known in (signal.SIGTERM, signal.SIGINT):
        signal.signal(known, lambda *_: stopped.set())
    stop_when_parent_is_gone(stop_seconds=STOP_SECONDS)
    collect_seldom()
    shortest = min(DELAY_SECONDS[0], given.delay_seconds_max)
    manners = Manners(seed=given.seed, delay_seconds_min=shortest, delay_seconds_max=given.delay_seconds_max)
    receiver = Receiver(given.port, secret, manners, clock=clock)
    receiver.start()
    wecom = _wecom(given, secret, clock)
    vendors = _vendors(given, secret, clock)
    living = _living(given, wecom, clock)
    if living is not None:
        if (
            given.clock_speed > 1
        ):  # in real time nobody sits there for hours until somebody looks: the receiver does at once
            receiver.on_message = living.push
        if vendors is not None:
            vendors.vendors.on_text = living.text
            living.text_back = vendors.vendors.reply
    stopped.wait()
    if living is not None:
        living.stop()
    if vendors is not None:
        vendors.stop()
    if wecom is not None:
        wecom.stop()
    receiver.stop()
    return 0


def _living(given: argparse.Namespace, wecom: BrandWecom | None, clock: Clock) -> LivingThread | None:
    if given.living_plan is None or wecom is None:
        return None
    from siyu.platform.logs import configure_logs
    from siyu.world.living.running import LivingThread

    configure_logs(clock=clock, process="world")
    living = LivingThread(given.living_plan, clock, lambda: wecom.corp, wecom.accounts.doors)
    living.start()
    return living


def _vendors(given: argparse.Namespace, secret: str, clock: Clock) -> VendorServer | None:
    if not given.vendors_port:
        return None
    from siyu.world.vendors.brand import brand_vendors

    vendors = brand_vendors(given.vendors_port, secret, given.siyu_address, given.seed, clock)
    vendors.start()
    return vendors


def _wecom(given: argparse.Namespace, secret: str, clock: Clock) -> BrandWecom | None:
    if given.wecom_plan is None:
        return None
    from siyu.world.wecom.brand import BrandWecom

    wecom = BrandWecom(given.wecom_plan, given.wecom_port, secret, given.siyu_address, given.siyu_url, clock)
    wecom.start()
    return wecom


if __name__ == "__main__":
    sys.exit(main())

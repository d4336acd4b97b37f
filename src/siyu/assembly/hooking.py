"""Outgoing calls joined to the rest: the way out, and what is forgotten of them."""

from __future__ import annotations

from siyu.assembly.installation import Installation
from siyu.channels.webhook.calls import HookCaller
from siyu.domain.hooks import service as hooks
from siyu.domain.hooks.contracts import AddressCheck
from siyu.engines.calling.making import ACTOR
from siyu.kernel.clock import Clock
from siyu.platform.http import HttpLimits, OutgoingHttp
from siyu.platform.settings import Settings

LIMITS = HttpLimits(connect_seconds=3, read_seconds=5, total_seconds=10, answer_bytes_max=16 * 1024)
FORGOTTEN_AT_ONCE = 5_000


def hook_caller(installation: Installation) -> HookCaller:
    """What makes calls, with limits of its own: nobody who is called may hold others up for long."""
    return HookCaller(
        installation.database.clock, OutgoingHttp(LIMITS), takes_inner=installation.settings.inner_addresses
    )


def address_check(settings: Settings, clock: Clock) -> AddressCheck:
    """Says whether an address may be called, as calls will be looked at."""
    return HookCaller(clock, OutgoingHttp(LIMITS), takes_inner=settings.inner_addresses).check_address


def forget_hook_calls(installation: Installation) -> None:
    """Job: forgets calls that ended long ago."""
    while True:
        with installation.database.begin() as work:
            gone = hooks.forget_calls(work, ACTOR, FORGOTTEN_AT_ONCE)
        if gone < FORGOTTEN_AT_ONCE:
            return

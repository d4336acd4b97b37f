"""The demo brand's own program, which is told of events: an endpoint that the demo's outside answers at."""

from __future__ import annotations

from siyu.assembly.demo.brand import ACTOR, DemoBrand
from siyu.assembly.demo.ports import LOOPBACK, outside_port
from siyu.assembly.hooking import address_check
from siyu.assembly.installation import Installation
from siyu.domain.definitions.contracts import EventMatch
from siyu.domain.hooks import service as hooks
from siyu.platform.settings import Settings
from siyu.world.receiver import CALLS_PATH


def calls_url(settings: Settings) -> str:
    """Where the outside takes calls."""
    return f"http://{LOOPBACK}:{outside_port(settings)}{CALLS_PATH}"


def connect_program(installation: Installation, brand: DemoBrand) -> None:
    """Makes the endpoint and tries it; done before, it only looks after the address, which may be another than the last time."""
    url = calls_url(installation.settings)
    check = address_check(installation.settings, installation.database.clock)
    with installation.database.begin() as work:
        known = next((each for each, _ in hooks.list_endpoints(work, ACTOR) if each.name == brand.program.name), None)
        if known is None:
            events = [EventMatch(name) for name in brand.program.events]
            made = hooks.create_endpoint(work, ACTOR, brand.program.name, url, check, events=events)
            hooks.try_endpoint(work, ACTOR, made.endpoint.endpoint_id)
        elif known.url != url:
            hooks.save_endpoint(
                work,
                ACTOR,
                known.endpoint_id,
                known.name,
                url,
                check,
                events=known.events,
                tells_who=known.tells_who,
                is_enabled=known.is_enabled,
            )

"""How a fresh installation comes to its first administrator, and what is still to be done after that."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from siyu.domain.company import service as company
from siyu.domain.company.contracts import OpenedSession, RefusedLogIn
from siyu.domain.company.reading import company_name, has_wecom
from siyu.domain.customers.reading import newest_profile_id
from siyu.domain.definitions.reading import live_versions
from siyu.domain.journeys.contracts import JOURNEY_KIND
from siyu.domain.metrics.service import install_shipped
from siyu.domain.segments.contracts import SEGMENT_KIND
from siyu.kernel.actors import Actor, system_actor
from siyu.platform.crypto import derive_key
from siyu.platform.postgres.database import Database, Reading, UnitOfWork
from siyu.platform.settings import Settings

NAMELESS: Final = Settings().brand_name
"""What a company is called by who has set nothing."""
CODE_BYTES: Final = 10
BRAND_SECONDS: Final = 30.0
ACTOR = system_actor("setup")


@dataclass(frozen=True, slots=True)
class FirstAdmin:
    """What somebody tells who sets an installation up."""

    code: str
    company_name: str
    name: str
    email: str
    password: str
    address: str


@dataclass(frozen=True, slots=True)
class SetupStep:
    """Something that makes an installation useful, and whether it has been done: `data`, `wecom`, `segment`, `journey`."""

    key: str
    is_done: bool


def setup_code(secret_key: str) -> str:
    """The code that the terminal shows until somebody has set the installation up; it follows from the installation's own key, so
    that every process knows it and none keeps it."""
    letters = base64.b32encode(derive_key(secret_key, "set up")[:CODE_BYTES]).decode()
    return "-".join(letters[place : place + 4] for place in range(0, len(letters), 4))


def set_up(work: UnitOfWork, settings: Settings, secret_key: str, told: FirstAdmin) -> OpenedSession | RefusedLogIn:
    """Makes the company and its first administrator, who is logged in then; or says why not."""
    refused = company.check_setup_code(work, told.code, setup_code(secret_key), told.address)
    if refused is not None:
        return refused
    make_first_admin(work, settings, told.email, told.password, told.company_name, told.name)
    return company.log_in(work, told.email, told.password, told.address)


def make_first_admin(
    work: UnitOfWork, settings: Settings, email: str, password: str, named: str = "", name: str = "管理员"
) -> bool:
    """The first administrator, and what ships with Siyu; False where there is staff already."""
    is_new = company.ensure_first_admin(work, email, password, named or settings.brand_name, name)
    if is_new:
        install_shipped(work, ACTOR, settings.currency)
    return is_new


def setup_steps(reading: Reading, actor: Actor) -> Iterator[SetupStep]:
    """What is done of what makes an installation useful, in the order in which one does it."""
    actor.require("company.write")
    yield SetupStep("data", newest_profile_id(reading) > 0)
    yield SetupStep("wecom", has_wecom(reading))
    yield SetupStep("segment", bool(live_versions(reading, SEGMENT_KIND)))
    yield SetupStep("journey", bool(live_versions(reading, JOURNEY_KIND)))


_brands: dict[str, tuple[float, str]] = {}


def brand_of(settings: Settings, database: Database) -> str:
    """What pages, messages and reports call the company: as set, or else as it was set up. Looked up again now and then."""
    if settings.brand_name != NAMELESS:
        return settings.brand_name
    until, name = _brands.get(database.url, (0.0, ""))
    if time.monotonic() >= until:
        with database.read() as reading:
            name = company_name(reading) or NAMELESS
        _brands[database.url] = (time.monotonic() + (BRAND_SECONDS if name != NAMELESS else 0), name)
    return name

"""What is there, what is missing, what does not work: a look at the whole installation, for the page of the same name.

Each finding has a stable key; what it means and how to mend it is said by the page, in the reader's language.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from siyu.assembly.backups import backups_in, made_at
from siyu.channels.wecom.callbacks_store import count_callbacks
from siyu.domain.company import service as company
from siyu.domain.company.contracts import WecomCorp
from siyu.domain.company.reading import admins_without_second_step
from siyu.domain.connections import service as connections
from siyu.kernel.actors import system_actor
from siyu.kernel.errors import SiyuError
from siyu.platform import jobs
from siyu.platform.columns.client import Columns
from siyu.platform.inbox.inbox import oldest_waiting_seconds
from siyu.platform.inbox.quarantine import count_quarantined
from siyu.platform.postgres.database import Database, Reading
from siyu.platform.postgres.troubles import trouble_of
from siyu.platform.readiness import LAG_SECONDS_MAX, is_sequencing, lag_seconds
from siyu.platform.settings import Settings

ACTOR = system_actor("doctor")
LOOK_SECONDS_MAX = 3.0
FREE_BYTES_LOW = 5 * 2**30
FREE_BYTES_MIN = 2**29
BACKUP_AGE_MAX = timedelta(hours=30)
INBOX_SECONDS_MAX = 30
HARMLESS = frozenset({"nothing_came", "no_keys", "no_callback_keys"})
"""Codes of findings of connections that send well, and hear nothing."""


class Health(StrEnum):
    """`well`; `note`: it works, and somebody should look at it; `trouble`: something does not work."""

    WELL = "well"
    NOTE = "note"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one thing: `subject` is which of several (a corp, a consumer), `kind` of what kind that is (a
    channel's), and `figures` say how much."""

    key: str
    health: Health = Health.WELL
    subject: str = ""
    figures: Mapping[str, int] = field(default_factory=dict)
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """What is looked at; without `columns` where a face started before they were there."""

    settings: Settings
    database: Database
    columns: Columns | None


def examine(patient: Patient) -> list[Finding]:
    """Everything that was found, what is worst first. Never raises for what is away: that is a finding."""
    found = [*_of_machine(patient), *_of_columns(patient), *_of_settings(patient)]
    try:
        with patient.database.read() as reading:
            found.append(Finding("database"))
            for look in _LOOKS:
                found += look(reading)
    except Exception as error:
        trouble = trouble_of(error)
        if trouble is None:
            raise
        found.append(Finding("database", Health.TROUBLE, trouble.code))
    return sorted(found, key=lambda each: _ORDER[each.health])


_ORDER = {Health.TROUBLE: 0, Health.NOTE: 1, Health.WELL: 2}


def _of_machine(patient: Patient) -> Iterator[Finding]:
    """Room on the disk, and when it was last backed up."""
    settings = patient.settings
    try:
        free = shutil.disk_usage(settings.home).free
    except FileNotFoundError:
        free = None
    if free is not None:
        health = Health.TROUBLE if free < FREE_BYTES_MIN else Health.NOTE if free < FREE_BYTES_LOW else Health.WELL
        yield Finding("space", health, figures={"free_mb": free // 2**20})
    if not settings.backup_folder:
        yield Finding("backup_none", Health.NOTE)
        return
    made = backups_in(Path(settings.backup_folder))
    if not made:
        yield Finding("backup_missing", Health.TROUBLE)
        return
    age = patient.database.clock.now() - made_at(made[-1])
    health = Health.TROUBLE if age > BACKUP_AGE_MAX else Health.WELL
    yield Finding("backup", health, figures={"hours": int(age.total_seconds() // 3600)})


def _of_columns(patient: Patient) -> Iterator[Finding]:
    if patient.columns is None:
        yield Finding("columns", Health.TROUBLE)
        return
    try:
        patient.columns.look(LOOK_SECONDS_MAX)
        yield Finding("columns")
    except SiyuError as error:
        yield Finding("columns", Health.TROUBLE, error.code)


def _of_settings(patient: Patient) -> Iterator[Finding]:
    """How customers reach this installation. A demo is reached by its visitor alone."""
    settings = patient.settings
    if settings.is_demo:
        return
    if not settings.public_url:
        yield Finding("public_url_missing", Health.NOTE)
    else:
        yield Finding("public_url", Health.WELL if settings.public_url.startswith("https://") else Health.NOTE)


def _of_log(reading: Reading) -> Iterator[Finding]:
    """Whether what happens is written down, and everybody keeps up with it."""
    driver = reading.driver
    waiting = int(oldest_waiting_seconds(driver, reading.clock.now()))
    yield Finding("inbox", Health.NOTE if waiting > INBOX_SECONDS_MAX else Health.WELL, figures={"seconds": waiting})
    yield Finding("sequencer", Health.WELL if is_sequencing(driver) else Health.TROUBLE)
    behind = {name: seconds for name, seconds in lag_seconds(driver).items() if seconds > LAG_SECONDS_MAX}
    for name, seconds in behind.items():
        yield Finding("consumer_behind", Health.TROUBLE, name, {"seconds": int(seconds)})
    if not behind:
        yield Finding("consumers")
    if quarantined := count_quarantined(driver):
        yield Finding("quarantine", Health.NOTE, figures={"events": quarantined})
    if failed := jobs.counts(driver).failed:
        yield Finding("jobs_failed", Health.NOTE, figures={"jobs": failed})


def _of_wecom(reading: Reading) -> Iterator[Finding]:
    """The corps of WeCom, and whether their callbacks come to something."""
    corps = company.list_wecom_corps(reading, ACTOR)
    if not corps:
        yield Finding("wecom_none", Health.NOTE)
    for corp in corps:
        yield _corp_finding(corp)
        counts = count_callbacks(reading, corp.corp_id)
        if failed := counts.get("failed", 0):
            yield Finding("callbacks_failed", Health.NOTE, corp.name, {"callbacks": failed})


def _corp_finding(corp: WecomCorp) -> Finding:
    if not corp.is_enabled:
        return Finding("wecom_off", Health.NOTE, corp.name)
    if corp.findings is None:
        return Finding("wecom_unchecked", Health.NOTE, corp.name)
    return _checked("wecom", corp.name, {each.code for each in corp.findings})


def _of_channels(reading: Reading) -> Iterator[Finding]:
    for each in connections.list_connections(reading, ACTOR):
        if not each.is_enabled:
            yield Finding("channel_off", Health.NOTE, each.name, kind=each.kind)
        else:
            yield _checked("channel", each.name, {one.code for one in each.findings or ()}, kind=each.kind)


def _checked(key: str, subject: str, codes: Collection[str], *, kind: str = "") -> Finding:
    """What the last check of a connection comes to."""
    if not codes:
        return Finding(key, Health.WELL, subject, kind=kind)
    health = Health.NOTE if HARMLESS.issuperset(codes) else Health.TROUBLE
    return Finding(f"{key}_troubled", health, subject, kind=kind)


def _of_people(reading: Reading) -> Iterator[Finding]:
    """Who may do everything with nothing but a password."""
    count = admins_without_second_step(reading)
    yield Finding("second_step", Health.NOTE if count else Health.WELL, figures={"admins": count})


def _of_sign_on(reading: Reading) -> Iterator[Finding]:
    """The identity provider, where the company logs in by one."""
    found = company.find_sign_on(reading, ACTOR)
    if found is None or not found.draft.is_enabled:
        return
    if found.fault is None:
        yield Finding("sign_on_unchecked", Health.NOTE, found.draft.name)
    elif found.fault:
        yield Finding("sign_on_troubled", Health.TROUBLE, found.draft.name)
    else:
        yield Finding("sign_on", Health.WELL, found.draft.name)


_LOOKS: Sequence[Callable[[Reading], Iterator[Finding]]] = (_of_log, _of_wecom, _of_channels, _of_people, _of_sign_on)

"""Syncs: asked for, going on from where they were, ended. Part of `service`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from siyu.domain.company.reading import is_wecom_connected
from siyu.domain.company.service import record_audit
from siyu.domain.contacts import syncs_store as store
from siyu.domain.contacts.contracts import (
    CONTACT_SYNC_JOB,
    NotConnectedError,
    Place,
    Sync,
    SyncMember,
    SyncRunsError,
    UnknownSyncError,
)
from siyu.kernel.actors import Actor
from siyu.platform.jobs import defer, is_under_way
from siyu.platform.postgres.database import Reading, UnitOfWork

SYNCS_KEPT = 30
SYNCS_SHOWN = 10


def ask_sync(work: UnitOfWork, actor: Actor, corp_id: str) -> Sync:
    """Has all of a corp compared by a job; SyncRunsError while one is at it. One whose job was given up goes on where it was."""
    actor.require("contacts.sync")
    if not is_wecom_connected(work, corp_id):
        raise NotConnectedError
    only_one = f"{CONTACT_SYNC_JOB}:{corp_id}"
    sync_id = store.begin_sync(work.driver, corp_id, f"{actor.kind.value}:{actor.actor_id}", work.clock.now())
    if sync_id is None and is_under_way(work.driver, only_one):
        raise SyncRunsError
    sync_id = sync_id or store.running_sync(work.driver, corp_id)
    if sync_id is None:  # it has ended just now
        raise SyncRunsError
    record_audit(work, actor, "contacts.ask_sync", f"wecom:{corp_id}")
    defer(work, CONTACT_SYNC_JOB, {"corp_id": corp_id}, only_one=only_one)
    return _get(work, sync_id)


def begin_sync(work: UnitOfWork, actor: Actor, corp_id: str) -> int:
    """The sync of a corp that is running, or a new one."""
    actor.require("contacts.run")
    made = store.begin_sync(work.driver, corp_id, f"{actor.kind.value}:{actor.actor_id}", work.clock.now())
    running = made if made is not None else store.running_sync(work.driver, corp_id)
    if running is None:
        raise SyncRunsError
    store.shorten_syncs(work.driver, corp_id, SYNCS_KEPT)
    return running


def plan_members(
    work: UnitOfWork, actor: Actor, sync_id: int, member_ids: Collection[int]
) -> list[tuple[int, str, str]]:
    """Says with which members a sync has to do; gives (member, userid, cursor) of those with whom it is not at its end."""
    actor.require("contacts.run")
    store.plan_members(work.driver, sync_id, member_ids)
    return store.left_of(work.driver, sync_id)


def save_places(work: UnitOfWork, actor: Actor, sync_id: int, places: Sequence[Place]) -> None:
    """How far a sync is with members, in the transaction that keeps what was told."""
    actor.require("contacts.run")
    store.save_places(work.driver, sync_id, places)


def end_sync(work: UnitOfWork, actor: Actor, sync_id: int, counts: Mapping[str, int], *, failure: str = "") -> Sync:
    """The sync is at its end, or could not go on."""
    actor.require("contacts.run")
    state = "failed" if failure else "done"
    store.end_sync(work.driver, sync_id, state, counts, failure, work.clock.now())
    return _get(work, sync_id)


def list_syncs(reading: Reading, actor: Actor, corp_id: str) -> list[Sync]:
    """The latest syncs of a corp, the newest first."""
    actor.require("contacts.sync")
    return store.read_syncs(reading.driver, corp_id, None, SYNCS_SHOWN)


def list_sync_members(reading: Reading, actor: Actor, sync_id: int) -> list[SyncMember]:
    """How far a sync is with each member, and what it found."""
    actor.require("contacts.sync")
    return store.read_sync_members(reading.driver, sync_id)


def _get(reading: Reading, sync_id: int) -> Sync:
    found = store.read_syncs(reading.driver, None, sync_id, 1)
    if not found:
        raise UnknownSyncError
    return found[0]

"""The verbs on personas. Part of `service`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from siyu.domain.company import personas_rules as rules
from siyu.domain.company import personas_store as store
from siyu.domain.company.auditing import record_audit
from siyu.domain.company.personas_contracts import (
    AccountDraft,
    AccountNumbers,
    AccountTakenError,
    Persona,
    PersonaDraft,
    StalePersonaError,
    WatchedAccount,
)
from siyu.kernel.actors import Actor
from siyu.kernel.errors import InvalidError, NotFoundError
from siyu.platform.postgres.database import Reading, UnitOfWork

READ, WRITE, RUN = "personas.read", "personas.write", "personas.run"
COMPLAINT_DAYS = 7
OLDEST_COMPLAINT_DAYS = 90


def list_personas(reading: Reading, actor: Actor, zone: ZoneInfo, *, with_archived: bool = False) -> list[Persona]:
    """All personas with their accounts, those put away last."""
    actor.require(READ)
    return store.select_personas(reading.driver, with_archived=with_archived, week=_week(reading, zone))


def get_persona(reading: Reading, actor: Actor, persona_id: int, zone: ZoneInfo) -> Persona:
    """One persona."""
    actor.require(READ)
    found = store.select_personas(reading.driver, with_archived=True, week=_week(reading, zone), persona_id=persona_id)
    if not found:
        raise NotFoundError(f"Persona {persona_id}.")
    return found[0]


def create_persona(work: UnitOfWork, actor: Actor, draft: PersonaDraft, zone: ZoneInfo) -> Persona:
    """A new persona, without accounts."""
    actor.require(WRITE)
    persona_id = store.insert_persona(work.driver, rules.checked_persona(draft), work.clock.now())
    record_audit(work, actor, "company.create_persona", f"persona:{persona_id}")
    return get_persona(work, actor, persona_id, zone)


def save_persona(
    work: UnitOfWork, actor: Actor, persona_id: int, draft: PersonaDraft, zone: ZoneInfo, *, revision: int | None = None
) -> Persona:
    """Changes what is said of a persona; StalePersonaError where somebody else did meanwhile."""
    actor.require(WRITE)
    if not store.update_persona(work.driver, persona_id, rules.checked_persona(draft), revision, work.clock.now()):
        get_persona(work, actor, persona_id, zone)
        raise StalePersonaError
    record_audit(work, actor, "company.save_persona", f"persona:{persona_id}")
    return get_persona(work, actor, persona_id, zone)


def archive_persona(
    work: UnitOfWork, actor: Actor, persona_id: int, zone: ZoneInfo, *, is_archived: bool = True
) -> Persona:
    """Puts a persona away, or back; what its accounts did stays."""
    actor.require(WRITE)
    if not store.archive_persona(work.driver, persona_id, is_archived=is_archived, now=work.clock.now()):
        raise NotFoundError(f"Persona {persona_id}.")
    verb = "company.archive_persona" if is_archived else "company.restore_persona"
    record_audit(work, actor, verb, f"persona:{persona_id}")
    return get_persona(work, actor, persona_id, zone)


def add_account(work: UnitOfWork, actor: Actor, persona_id: int, draft: AccountDraft, zone: ZoneInfo) -> Persona:
    """Has an account speak for a persona; AccountTakenError where it speaks for another."""
    actor.require(WRITE)
    checked = rules.checked_account(draft)
    get_persona(work, actor, persona_id, zone)
    account_id = store.insert_account(work.driver, persona_id, checked)
    if account_id is None:
        raise AccountTakenError(field="account")
    record_audit(
        work, actor, "company.add_account", f"persona:{persona_id}", account=account_id, channel=checked.channel
    )
    return get_persona(work, actor, persona_id, zone)


def remove_account(work: UnitOfWork, actor: Actor, persona_id: int, account_id: int, zone: ZoneInfo) -> Persona:
    """It speaks for nobody any more; what was noted of it goes."""
    actor.require(WRITE)
    if not store.delete_account(work.driver, persona_id, account_id):
        raise NotFoundError(f"Account {account_id}.")
    record_audit(work, actor, "company.remove_account", f"persona:{persona_id}", account=account_id)
    return get_persona(work, actor, persona_id, zone)


def dress_account(
    work: UnitOfWork, actor: Actor, persona_id: int, account_id: int, item: str, zone: ZoneInfo, *, is_done: bool
) -> Persona:
    """Ticks something on an account's list, or takes the tick away."""
    actor.require(WRITE)
    persona = get_persona(work, actor, persona_id, zone)
    if item not in persona.dressing:
        raise InvalidError("It is not on the list of this persona.", field="item")
    if not store.has_account(work.driver, persona_id, account_id):
        raise NotFoundError(f"Account {account_id}.")
    done = (_today(work, zone), f"{actor.kind.value}:{actor.actor_id}") if is_done else None
    store.save_dressing(work.driver, account_id, item, done)
    record_audit(work, actor, "company.dress_account", f"persona:{persona_id}", account=account_id, is_done=is_done)
    return get_persona(work, actor, persona_id, zone)


def note_complaint(
    work: UnitOfWork, actor: Actor, persona_id: int, account_id: int, complained_on: date, zone: ZoneInfo
) -> Persona:
    """Notes that a customer complained of an account, which WeCom tells nobody. Who it was is not kept."""
    actor.require(WRITE)
    today = _today(work, zone)
    if not today - timedelta(days=OLDEST_COMPLAINT_DAYS) <= complained_on <= today:
        raise InvalidError(f"A day of the last {OLDEST_COMPLAINT_DAYS}.", field="complained_on")
    if not store.has_account(work.driver, persona_id, account_id):
        raise NotFoundError(f"Account {account_id}.")
    by = f"{actor.kind.value}:{actor.actor_id}"
    store.insert_complaint(work.driver, account_id, complained_on, by, work.clock.now())
    record_audit(work, actor, "company.note_complaint", f"persona:{persona_id}", account=account_id)
    return get_persona(work, actor, persona_id, zone)


def watched_accounts(reading: Reading, actor: Actor, zone: ZoneInfo) -> list[WatchedAccount]:
    """Every account whose numbers are looked at."""
    actor.require(RUN)
    return store.select_watched(reading.driver, _week(reading, zone))


def save_health(work: UnitOfWork, actor: Actor, numbers: Mapping[int, AccountNumbers], zone: ZoneInfo) -> None:
    """Keeps how accounts stand, and says which of them are held back from now on."""
    actor.require(RUN)
    today = _today(work, zone)
    watched = {each.account_id: each for each in store.select_watched(work.driver, _week(work, zone))}
    rows = {
        account_id: (found, rules.throttle_reasons(found, watched[account_id].limits, today))
        for account_id, found in numbers.items()
        if account_id in watched
    }
    store.save_health(work.driver, rows, work.clock.now())


def _today(reading: Reading, zone: ZoneInfo) -> date:
    return reading.clock.now().astimezone(zone).date()


def _week(reading: Reading, zone: ZoneInfo) -> date:
    return _today(reading, zone) - timedelta(days=COMPLAINT_DAYS)

"""The verbs on accounts: which there are, who looks after them, how far each was read. Part of `service`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from siyu.domain.company.service import record_audit
from siyu.domain.service import accounts_store as store
from siyu.domain.service.contracts import Account, AccountToRead, OutsideAccount, OutsideServicer
from siyu.domain.service.replies import require_rules
from siyu.kernel.actors import Actor
from siyu.kernel.errors import NotFoundError
from siyu.platform.postgres.database import Reading, UnitOfWork

READ, WRITE, RUN = "service.read", "service.write", "service.run"


def list_accounts(reading: Reading, actor: Actor) -> list[Account]:
    """The accounts that there are, each with who looks after it."""
    actor.require(READ)
    return store.select_accounts(reading.driver)


def get_account(reading: Reading, actor: Actor, account_id: int) -> Account:
    """One account, also one that is there no more."""
    actor.require(READ)
    found = store.select_accounts(reading.driver, account_id)
    if not found:
        raise NotFoundError(f"Account {account_id}.")
    return found[0]


def choose_rules(work: UnitOfWork, actor: Actor, account_id: int, rules_id: int | None) -> Account:
    """By which rules an account answers; None: by none."""
    actor.require(WRITE)
    if rules_id is not None:
        require_rules(work, rules_id)
    if not store.save_rules(work.driver, account_id, rules_id):
        raise NotFoundError(f"Account {account_id}.")
    record_audit(work, actor, "service.choose_rules", f"service_account:{account_id}", rules=rules_id)
    return get_account(work, actor, account_id)


def note_call(work: UnitOfWork, actor: Actor, corp_id: str, open_kfid: str, token: str) -> None:
    """Something came to an account: it is read at once, by this token."""
    actor.require(RUN)
    store.note_call(work.driver, corp_id, open_kfid, token, work.clock.now())


def keep_accounts(work: UnitOfWork, actor: Actor, corp_id: str, told: Sequence[OutsideAccount]) -> list[Account]:
    """Brings the accounts of a corp up to how they are there; gives all of them."""
    actor.require(RUN)
    store.keep_accounts(work.driver, corp_id, told, work.clock.now())
    return [each for each in store.select_accounts(work.driver) if each.corp_id == corp_id]


def keep_servicers(
    work: UnitOfWork, actor: Actor, account_id: int, told: Sequence[OutsideServicer], staff_of: Mapping[str, int]
) -> None:
    """Brings who looks after an account up to how it is there."""
    actor.require(RUN)
    store.keep_servicers(work.driver, account_id, told, staff_of)


def claim_account(work: UnitOfWork, actor: Actor, corp_ids: Collection[str]) -> AccountToRead | None:
    """The account that waits the longest to be read."""
    actor.require(RUN)
    return store.claim_account(work.driver, corp_ids, work.clock.now())


def settle_account(
    work: UnitOfWork, actor: Actor, account: AccountToRead, wait: timedelta, *, refusal: int = 0
) -> None:
    """It was read to its end, or could not be: then after a while again."""
    actor.require(RUN)
    now = work.clock.now()
    store.settle_account(work.driver, account, now + wait, now, refusal)

"""The verbs on welcomes of groups: written here, made, changed and deleted in WeCom one after the other. None of them commits.

WeCom has neither a key for a template nor a list of them. So each is asked for once: where the answer was lost, or whoever asked
was killed, it stands as unclear until somebody says that it is to be made again.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from pydantic import TypeAdapter, ValidationError

from siyu.domain.company.reading import is_wecom_connected
from siyu.domain.company.service import record_audit
from siyu.domain.content.contracts import BadLinkError, checked_link
from siyu.domain.groups import welcomes_store as store
from siyu.domain.groups.welcomes_contracts import (
    TEXT_BYTES_MAX,
    UNKNOWN_TEMPLATE,
    WELCOMES_MAX,
    BadGroupWelcomeError,
    GroupWelcome,
    KeptWelcome,
    TooManyGroupWelcomesError,
    UnknownGroupWelcomeError,
    WelcomeTask,
)
from siyu.kernel.actors import Actor
from siyu.kernel.errors import InvalidError
from siyu.platform.postgres.database import Reading, UnitOfWork

READ, WRITE, RUN = "groups.read", "groups.write", "groups.run"
NAME_LENGTH_MAX = 60
_WELCOME: TypeAdapter[GroupWelcome] = TypeAdapter(GroupWelcome)


def parse_welcome(document: object) -> GroupWelcome:
    """The welcome of a document; BadGroupWelcomeError says in `field` what is wrong with it."""
    try:
        welcome = _WELCOME.validate_python(document)
    except ValidationError as error:
        field = ".".join(str(each) for each in error.errors(include_url=False)[0]["loc"])
        raise BadGroupWelcomeError(field=field, reason="format") from None
    if not welcome.text.strip() and welcome.attachment is None:
        raise BadGroupWelcomeError(field="text", reason="empty")
    if len(welcome.text.encode()) > TEXT_BYTES_MAX:
        raise BadGroupWelcomeError(field="text", reason="bytes", limit=TEXT_BYTES_MAX)
    if (attachment := welcome.attachment) is not None:
        lacking = {
            "image": not (attachment.url or attachment.media_id),
            "file": not (attachment.url or attachment.media_id),
            "link": not (attachment.url and attachment.title),
            "miniprogram": not (attachment.appid and attachment.page and attachment.title and attachment.media_id),
        }
        if lacking[attachment.kind]:
            raise BadGroupWelcomeError(field="attachment", reason="lacking")
        try:
            checked_link(attachment.url) if attachment.url else None
        except BadLinkError:
            raise BadGroupWelcomeError(field="attachment.url", reason="link") from None
    return welcome


def list_welcomes(reading: Reading, actor: Actor, corp_ids: Collection[str]) -> list[KeptWelcome]:
    """The welcomes of these corps, the newest first."""
    actor.require(READ)
    return store.select_welcomes(reading.driver, corp_ids)


def create_welcome(work: UnitOfWork, actor: Actor, corp_id: str, name: str, document: object) -> KeptWelcome:
    """A new one; TooManyGroupWelcomesError where WeCom would take no more."""
    actor.require(WRITE)
    welcome, name = parse_welcome(document), _name(name)
    if not is_wecom_connected(work, corp_id):
        raise InvalidError("This corp is not connected.", field="corp_id")
    if store.count_welcomes(work.driver, corp_id) >= WELCOMES_MAX:
        raise TooManyGroupWelcomesError
    welcome_id = store.insert_welcome(work.driver, corp_id, name, welcome, _by(actor), work.clock.now())
    record_audit(work, actor, "groups.create_welcome", f"group_welcome:{welcome_id}")
    return _get(work, welcome_id)


def save_welcome(work: UnitOfWork, actor: Actor, welcome_id: int, name: str, document: object) -> KeptWelcome:
    """Says it otherwise; groups that have it greet so from when WeCom was told."""
    actor.require(WRITE)
    welcome, name = parse_welcome(document), _name(name)
    if not store.save_welcome(work.driver, welcome_id, name, welcome, _by(actor), work.clock.now()):
        raise UnknownGroupWelcomeError
    record_audit(work, actor, "groups.save_welcome", f"group_welcome:{welcome_id}")
    return _get(work, welcome_id)


def delete_welcome(work: UnitOfWork, actor: Actor, welcome_id: int) -> None:
    """Takes it away, here at once and then in WeCom."""
    actor.require(WRITE)
    if not store.drop_welcome(work.driver, welcome_id, work.clock.now()):
        raise UnknownGroupWelcomeError
    record_audit(work, actor, "groups.delete_welcome", f"group_welcome:{welcome_id}")


def try_welcome_again(work: UnitOfWork, actor: Actor, welcome_id: int) -> KeptWelcome:
    """Asks WeCom anew for one that is unclear or was refused; others stay as they are."""
    actor.require(WRITE)
    if store.try_again(work.driver, welcome_id, work.clock.now()):
        record_audit(work, actor, "groups.try_welcome_again", f"group_welcome:{welcome_id}")
    return _get(work, welcome_id)


# --- Siyu's own work


def claim_welcome(work: UnitOfWork, actor: Actor, corp_ids: Collection[str]) -> WelcomeTask | None:
    """The next thing to do about a welcome in WeCom."""
    actor.require(RUN)
    now = work.clock.now()
    store.mark_lost(work.driver, corp_ids, now)
    return store.claim_welcome(work.driver, corp_ids, now)


def settle_welcome(work: UnitOfWork, actor: Actor, task: WelcomeTask, template_id: str) -> None:
    """WeCom has it, under this name."""
    actor.require(RUN)
    store.settle_welcome(work.driver, task, template_id, work.clock.now())


def forget_welcome(work: UnitOfWork, actor: Actor, task: WelcomeTask) -> None:
    """It is there no more."""
    actor.require(RUN)
    store.forget_welcome(work.driver, task)


def refuse_welcome(work: UnitOfWork, actor: Actor, task: WelcomeTask, refusal: int, wait: timedelta | None) -> None:
    """WeCom surely did not do it: again after a while, or (None) not before somebody says so."""
    actor.require(RUN)
    store.refuse_welcome(work.driver, task, refusal, work.clock.now() + wait if wait is not None else None)


def made_welcomes(reading: Reading, actor: Actor, corp_id: str) -> list[tuple[int, str]]:
    """(welcome, WeCom's name for it) of those of a corp that WeCom has."""
    actor.require(RUN)
    return store.select_made(reading.driver, corp_id)


def lose_welcome(work: UnitOfWork, actor: Actor, welcome_id: int, template_id: str) -> None:
    """Somebody deleted it in WeCom: groups that had it greet no more, and its makers are told so."""
    actor.require(RUN)
    store.lose_welcome(work.driver, welcome_id, template_id, UNKNOWN_TEMPLATE)


def blur_welcome(work: UnitOfWork, actor: Actor, task: WelcomeTask, refusal: int) -> None:
    """Nobody knows whether WeCom made it."""
    actor.require(RUN)
    store.blur_welcome(work.driver, task, refusal)


def _get(reading: Reading, welcome_id: int) -> KeptWelcome:
    found = store.find_welcome(reading.driver, welcome_id)
    if found is None:
        raise UnknownGroupWelcomeError
    return found


def _name(name: str) -> str:
    found = " ".join(name.split())
    if not 1 <= len(found) <= NAME_LENGTH_MAX:
        raise InvalidError(f"A name has 1 to {NAME_LENGTH_MAX} characters.", field="name")
    return found


def _by(actor: Actor) -> str:
    return f"{actor.kind}:{actor.actor_id}"

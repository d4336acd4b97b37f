"""The corps of WeCom that the company is connected to: told, checked, greeted for, their secrets kept. Part of `service`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Final

import msgspec

from siyu.domain.company import rules as room_rules
from siyu.domain.company import wecom_store as store
from siyu.domain.company.auditing import record_audit
from siyu.domain.company.contracts import (
    WECOM_URL,
    WecomConnection,
    WecomCorp,
    WecomFinding,
    WecomRules,
    WecomSecrets,
    WelcomeMessage,
    WelcomePlan,
)
from siyu.kernel.actors import Actor
from siyu.kernel.errors import InvalidError, NotFoundError
from siyu.platform.http import RefusedUrlError, checked_url
from siyu.platform.postgres.database import Reading, UnitOfWork

PURPOSE = "wecom_secrets"
READ, WRITE, RUN = "wecom.read", "wecom.write", "wecom.run"
TEXT_BYTES_MAX: Final = 4000
ATTACHMENTS_MAX: Final = 9
RULES_MAX: Final = 200
STATE_LENGTH_MAX: Final = 30
SECRET_LENGTH_MAX: Final = 200
TOKEN_LENGTH_MAX: Final = 32
AES_KEY_LENGTH: Final = 43
_CORP_ID = re.compile(r"[A-Za-z0-9_-]{2,64}")
_RANGES: Final = {
    "concurrency_max": (1, 100),
    "calls_per_minute": (60, 1_000_000),
    "calls_per_hour": (600, 100_000_000),
    "welcome_seconds": (1, 20),
}


def list_wecom_corps(reading: Reading, actor: Actor) -> list[WecomCorp]:
    """All corps, without their secrets."""
    actor.require(READ)
    return [_shown(reading, row) for row in store.select_corps(reading.driver)]


def save_wecom_corp(
    work: UnitOfWork,
    actor: Actor,
    corp_id: str,
    name: str,
    *,
    agent_id: int,
    secrets: WecomSecrets,
    base_url: str = "",
    rules: WecomRules | None = None,
    is_enabled: bool = True,
) -> WecomCorp:
    """Connects a corp, or changes how; secrets that are empty stay as they were."""
    actor.require(WRITE)
    if not _CORP_ID.fullmatch(corp_id):
        raise InvalidError("That is no id of a corp.", field="corp_id")
    known = store.find_corp(work.driver, corp_id, lock=True)
    before = _opened(work, known.sealed) if known else WecomSecrets()
    address = _checked_address(base_url or WECOM_URL)
    if known is not None and known.base_url != address:
        _check_told_again(before, secrets)
    kept = _merged(before, secrets)
    if not kept.app_secret:
        raise InvalidError("The secret of the app is needed.", field="app_secret")
    sealed = work.seals.seal_bytes(PURPOSE, msgspec.json.encode(kept))
    store.save_corp(
        work.driver,
        corp_id,
        room_rules.checked_name(name),
        address,
        agent_id,
        sealed,
        work.seals.newest,
        _checked_rules(rules or WecomRules()),
        is_enabled,
        work.clock.now(),
    )
    record_audit(work, actor, "company.save_wecom_corp", f"wecom:{corp_id}", is_enabled=is_enabled)
    return _shown(work, _get(work, corp_id))


def save_wecom_welcome(work: UnitOfWork, actor: Actor, corp_id: str, plan: WelcomePlan) -> WecomCorp:
    """What new contacts of a corp are greeted with from now on."""
    actor.require(WRITE)
    _get(work, corp_id, lock=True)
    if len(plan.rules) > RULES_MAX:
        raise InvalidError(f"At most {RULES_MAX} rules.", field="rules")
    for rule in plan.rules:
        if not 1 <= len(rule.state) <= STATE_LENGTH_MAX + 1:
            raise InvalidError(f"A state has 1 to {STATE_LENGTH_MAX} characters.", field="state")
        _check_message(rule.message)
    if plan.default is not None:
        _check_message(plan.default)
    store.save_welcome(work.driver, corp_id, plan, work.clock.now())
    record_audit(work, actor, "company.save_wecom_welcome", f"wecom:{corp_id}", rules=len(plan.rules))
    return _shown(work, _get(work, corp_id))


def save_wecom_findings(work: UnitOfWork, actor: Actor, corp_id: str, findings: Sequence[WecomFinding]) -> WecomCorp:
    """Keeps what a check of the connection found."""
    actor.require(WRITE)
    _get(work, corp_id)
    store.save_findings(work.driver, corp_id, findings, work.clock.now())
    record_audit(work, actor, "company.check_wecom_corp", f"wecom:{corp_id}", findings=len(findings))
    return _shown(work, _get(work, corp_id))


def new_callback_keys(work: UnitOfWork, actor: Actor) -> tuple[str, str]:
    """A token and a key that nobody has used, to be put into WeCom's console and into the connection."""
    actor.require(WRITE)
    letters = "".join(letter for letter in work.ids.new_secret(256) if letter.isalnum())
    record_audit(work, actor, "company.make_callback_keys", "wecom")
    return letters[:TOKEN_LENGTH_MAX], letters[TOKEN_LENGTH_MAX : TOKEN_LENGTH_MAX + AES_KEY_LENGTH]


def find_wecom_connection(reading: Reading, actor: Actor, corp_id: str) -> WecomConnection | None:
    """A corp with its secrets, for Siyu itself."""
    actor.require(RUN)
    row = store.find_corp(reading.driver, corp_id)
    return _connection(reading, row) if row is not None else None


def list_wecom_connections(reading: Reading, actor: Actor) -> list[WecomConnection]:
    """All corps that are switched on, with their secrets, for Siyu itself."""
    actor.require(RUN)
    return [_connection(reading, row) for row in store.select_corps(reading.driver) if row.is_enabled]


def reseal_wecom(work: UnitOfWork, actor: Actor, size: int) -> int:
    """Puts secrets that are sealed under an older key under the newest; gives of how many corps, at most `size`."""
    actor.require("keys.write")
    found = store.lock_sealed_before(work.driver, work.seals.newest, size)
    for corp_id, sealed in found:
        plain = work.seals.open_bytes(PURPOSE, sealed)
        store.save_sealed(work.driver, corp_id, work.seals.seal_bytes(PURPOSE, plain), work.seals.newest)
    return len(found)


def _get(reading: Reading, corp_id: str, *, lock: bool = False) -> store.CorpRow:
    row = store.find_corp(reading.driver, corp_id, lock=lock)
    if row is None:
        raise NotFoundError("No such corp.")
    return row


def _opened(reading: Reading, sealed: bytes) -> WecomSecrets:
    return msgspec.json.decode(reading.seals.open_bytes(PURPOSE, sealed), type=WecomSecrets)


def _shown(reading: Reading, row: store.CorpRow) -> WecomCorp:
    secrets = _opened(reading, row.sealed)
    return WecomCorp(
        row.corp_id,
        row.name,
        row.base_url,
        row.agent_id,
        {each.name: bool(getattr(secrets, each.name)) for each in fields(secrets)},
        row.rules,
        row.welcome,
        row.is_enabled,
        row.changed_at,
        row.checked_at,
        row.findings,
    )


def _connection(reading: Reading, row: store.CorpRow) -> WecomConnection:
    return WecomConnection(
        row.corp_id, row.base_url, row.agent_id, _opened(reading, row.sealed), row.rules, row.welcome, row.is_enabled
    )


def _check_told_again(known: WecomSecrets, given: WecomSecrets) -> None:
    """Secrets are sent to the address: who names another one has to know them, or could have them sent to a machine of theirs."""
    for name in ("app_secret", "contacts_secret"):
        if getattr(known, name) and not getattr(given, name).strip():
            raise InvalidError("Another address needs the secrets again.", field=name)


def _merged(known: WecomSecrets, given: WecomSecrets) -> WecomSecrets:
    """What is given, and what is not as it was; InvalidError where WeCom would not take it."""
    told = {each.name: getattr(given, each.name).strip() for each in fields(given)}
    merged = replace(known, **{name: value for name, value in told.items() if value})
    for name in ("app_secret", "contacts_secret"):
        if len(getattr(merged, name)) > SECRET_LENGTH_MAX or not getattr(merged, name).isprintable():
            raise InvalidError("That is no secret of WeCom.", field=name)
    token, key = merged.callback_token, merged.encoding_aes_key
    if bool(token) is not bool(key):
        raise InvalidError("Callbacks need both, the token and the key.", field="callback_token")
    if token and not (token.isascii() and token.isalnum() and len(token) <= TOKEN_LENGTH_MAX):
        raise InvalidError(f"A token has 1 to {TOKEN_LENGTH_MAX} letters and digits.", field="callback_token")
    if key and not (key.isascii() and key.isalnum() and len(key) == AES_KEY_LENGTH):
        raise InvalidError(f"An EncodingAESKey has {AES_KEY_LENGTH} letters and digits.", field="encoding_aes_key")
    return merged


def _checked_address(url: str) -> str:
    try:
        return checked_url(url).rstrip("/")
    except RefusedUrlError as error:
        raise InvalidError(error.message, field="base_url") from error


def _checked_rules(rules: WecomRules) -> WecomRules:
    for name, (least, most) in _RANGES.items():
        if not least <= getattr(rules, name) <= most:
            raise InvalidError(f"{name} is a number from {least} to {most}.", field=name)
    return rules


def _check_message(message: WelcomeMessage) -> None:
    """InvalidError for what WeCom would refuse, so that nobody hears of it from a welcome that failed."""
    attachments = len(message.links) + len(message.image_urls)
    if not message.text.strip() and not attachments:
        raise InvalidError("A welcome needs a text, a link or a picture.", field="text")
    if len(message.text.encode()) > TEXT_BYTES_MAX:
        raise InvalidError(f"A text has at most {TEXT_BYTES_MAX} bytes.", field="text")
    if attachments > ATTACHMENTS_MAX:
        raise InvalidError(f"At most {ATTACHMENTS_MAX} links and pictures.", field="links")
    for link in message.links:
        sizes = ((link.title, 128), (link.description, 512), (link.url, 2048), (link.picture_url, 2048))
        if not link.title or any(len(text.encode()) > most for text, most in sizes):
            raise InvalidError("A link needs a title; something of it is too long.", field="links")
        for url in filter(None, (link.url, link.picture_url)):
            _checked_address(url)
        if not link.url:
            raise InvalidError("A link needs an address.", field="links")
    for url in message.image_urls:
        _checked_address(url)

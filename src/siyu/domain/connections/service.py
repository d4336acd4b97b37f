"""The verbs of room `connections`: told, checked, used, resealed. None of them commits."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from siyu.domain.company.service import record_audit
from siyu.domain.connections import store
from siyu.domain.connections.contracts import (
    CONNECTION_RULES,
    Connection,
    ConnectionFinding,
    ConnectionKind,
    ConnectionRule,
    LiveConnection,
    Setting,
    SettingRule,
)
from siyu.kernel.actors import Actor
from siyu.kernel.errors import InvalidError, NotFoundError
from siyu.platform.http import RefusedUrlError, checked_url
from siyu.platform.postgres.database import Reading, UnitOfWork

PURPOSE = "connection_secrets"
READ, WRITE, RUN = "channels.read", "channels.write", "channels.run"
NAME_LENGTH_MAX: Final = 80
SECRET_LENGTH_MAX: Final = 500
TOKEN_LENGTH_MAX: Final = 32
AES_KEY_LENGTH: Final = 43
_ACCOUNT = re.compile(r"[A-Za-z0-9_-]{2,64}")


def list_connections(reading: Reading, actor: Actor) -> list[Connection]:
    """All of them, without their secrets."""
    actor.require(READ)
    return [_shown(reading, row) for row in store.select_connections(reading.driver)]


def save_connection(
    work: UnitOfWork,
    actor: Actor,
    kind: ConnectionKind,
    account: str,
    *,
    vendor: str,
    name: str,
    base_url: str = "",
    secrets: Mapping[str, str],
    settings: Mapping[str, Setting],
    is_enabled: bool = True,
) -> Connection:
    """Connects an account or a vendor, or changes how; secrets that are empty stay as they were."""
    actor.require(WRITE)
    rule = _rule(kind, vendor)
    if not _ACCOUNT.fullmatch(account):
        raise InvalidError("An account has 2 to 64 letters, digits, - and _.", field="account")
    known = store.find_connection(work.driver, kind, account, lock=True)
    before = _opened(work, known.sealed) if known is not None and known.vendor == vendor else {}
    address = _checked_address(base_url or rule.base_url)
    kept = _merged(rule, before, secrets, is_elsewhere=known is not None and known.base_url != address)
    sealed = work.seals.seal_bytes(PURPOSE, msgspec.json.encode(kept))
    row = store.ConnectionRow(
        kind,
        account,
        vendor,
        _checked_name(name),
        address,
        sealed,
        {each: _checked_setting(each, rules, settings.get(each)) for each, rules in rule.settings.items()},
        is_enabled,
        work.clock.now(),
        None,
        None,
        work.seals.newest,
    )
    if unknown := sorted(settings.keys() - rule.settings.keys()):
        raise InvalidError(f"There is no such setting: {unknown[0]}.", field=unknown[0])
    store.save_connection(work.driver, row)
    record_audit(work, actor, "connections.save", f"{kind}:{account}", vendor=vendor, is_enabled=is_enabled)
    return _shown(work, row)


def save_connection_findings(
    work: UnitOfWork, actor: Actor, kind: ConnectionKind, account: str, findings: Sequence[ConnectionFinding]
) -> Connection:
    """Keeps what a check found."""
    actor.require(WRITE)
    _get(work, kind, account)
    store.save_findings(work.driver, kind, account, findings, work.clock.now())
    record_audit(work, actor, "connections.check", f"{kind}:{account}", findings=len(findings))
    return _shown(work, _get(work, kind, account))


def find_live_connection(reading: Reading, actor: Actor, kind: ConnectionKind, account: str) -> LiveConnection | None:
    """One with its secrets, for Siyu itself."""
    actor.require(RUN)
    row = store.find_connection(reading.driver, kind, account)
    return _live(reading, row) if row is not None else None


def list_live_connections(reading: Reading, actor: Actor) -> list[LiveConnection]:
    """All that are switched on, with their secrets, for Siyu itself."""
    actor.require(RUN)
    return [_live(reading, row) for row in store.select_connections(reading.driver) if row.is_enabled]


def reseal_connections(work: UnitOfWork, actor: Actor, size: int) -> int:
    """Puts secrets that are sealed under an older key under the newest; gives of how many, at most `size`."""
    actor.require("keys.write")
    found = store.lock_connections_sealed_before(work.driver, work.seals.newest, size)
    for kind, account, sealed in found:
        plain = work.seals.open_bytes(PURPOSE, sealed)
        store.save_sealed(work.driver, kind, account, work.seals.seal_bytes(PURPOSE, plain), work.seals.newest)
    return len(found)


def _rule(kind: ConnectionKind, vendor: str) -> ConnectionRule:
    for rule in CONNECTION_RULES:
        if (rule.kind, rule.vendor) == (kind, vendor):
            return rule
    raise InvalidError("There is no such vendor.", field="vendor")


def _get(reading: Reading, kind: ConnectionKind, account: str) -> store.ConnectionRow:
    row = store.find_connection(reading.driver, kind, account)
    if row is None:
        raise NotFoundError("No such connection.")
    return row


def _opened(reading: Reading, sealed: bytes) -> dict[str, str]:
    return msgspec.json.decode(reading.seals.open_bytes(PURPOSE, sealed), type=dict[str, str])


def _shown(reading: Reading, row: store.ConnectionRow) -> Connection:
    secrets = _opened(reading, row.sealed)
    rule = _rule(row.kind, row.vendor)
    return Connection(
        row.kind,
        row.account,
        row.vendor,
        row.name,
        row.base_url,
        {name: bool(secrets.get(name)) for name in rule.secrets},
        _whole(rule, row.settings),
        row.is_enabled,
        row.changed_at,
        row.checked_at,
        row.findings,
    )


def _live(reading: Reading, row: store.ConnectionRow) -> LiveConnection:
    return LiveConnection(
        row.kind,
        row.account,
        row.vendor,
        row.name,
        row.base_url,
        _opened(reading, row.sealed),
        _whole(_rule(row.kind, row.vendor), row.settings),
        row.is_enabled,
        row.changed_at,
    )


def _whole(rule: ConnectionRule, stored: Mapping[str, Setting]) -> dict[str, Setting]:
    return {name: stored.get(name, each.default) for name, each in rule.settings.items()}


def _merged(
    rule: ConnectionRule, known: Mapping[str, str], given: Mapping[str, str], *, is_elsewhere: bool
) -> dict[str, str]:
    """What is given, and what is not as it was. Secrets go to the address: who names another one has to know them."""
    if unknown := sorted(given.keys() - rule.secrets.keys()):
        raise InvalidError(f"There is no such secret: {unknown[0]}.", field=unknown[0])
    told = {name: value.strip() for name, value in given.items() if value.strip()}
    for name, is_needed in rule.secrets.items():
        if is_needed and name not in told and (is_elsewhere or not known.get(name)):
            raise InvalidError(
                "Another address needs the secrets again." if is_elsewhere else "It is needed.", field=name
            )
    merged = {**known, **told}
    for name, value in merged.items():
        if len(value) > SECRET_LENGTH_MAX or not value.isprintable():
            raise InvalidError("That is no secret.", field=name)
    if "callback_token" in rule.secrets:
        _check_callback_keys(merged.get("callback_token", ""), merged.get("encoding_aes_key", ""))
    return merged


def _check_callback_keys(token: str, key: str) -> None:
    if token and not (token.isascii() and token.isalnum() and len(token) <= TOKEN_LENGTH_MAX):
        raise InvalidError(f"A token has 1 to {TOKEN_LENGTH_MAX} letters and digits.", field="callback_token")
    if key and not (key.isascii() and key.isalnum() and len(key) == AES_KEY_LENGTH):
        raise InvalidError(f"An EncodingAESKey has {AES_KEY_LENGTH} letters and digits.", field="encoding_aes_key")
    if key and not token:
        raise InvalidError("A key needs a token.", field="callback_token")


def _checked_name(name: str) -> str:
    text = name.strip()
    if not 1 <= len(text) <= NAME_LENGTH_MAX or not text.isprintable():
        raise InvalidError(f"A name has 1 to {NAME_LENGTH_MAX} printable characters.", field="name")
    return text


def _checked_address(url: str) -> str:
    try:
        return checked_url(url).rstrip("/")
    except RefusedUrlError as error:
        raise InvalidError(error.message, field="base_url") from error


def _checked_setting(name: str, rule: SettingRule, given: Setting | None) -> Setting:
    """The setting, or what it is at first where nothing is told."""
    value = rule.default if given is None else given
    if type(value) is not type(rule.default):
        raise InvalidError(f"{name} is of another kind.", field=name)
    if isinstance(value, str):
        value = value.strip()
        if (rule.choices and value not in rule.choices) or len(value) > rule.length_max:
            raise InvalidError(f"{name} cannot be this.", field=name)
        if not value and rule.is_needed:
            raise InvalidError(f"{name} is needed.", field=name)
    elif not isinstance(value, bool) and not rule.least <= value <= rule.most:
        raise InvalidError(f"{name} is a number from {rule.least} to {rule.most}.", field=name)
    return value

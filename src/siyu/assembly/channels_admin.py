"""What an administrator does with connections of channels, and what is done as an account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

from siyu.assembly.channels import ACTOR, Outlet, check_connection, sms_channel
from siyu.assembly.vendor_callbacks import MAIL, callback_path
from siyu.channels.sms.texts import segments
from siyu.channels.wechat import store, tools
from siyu.channels.wechat.accounts import ConnectedAccount
from siyu.channels.wechat.client import LIMITS
from siyu.domain.company.service import record_audit
from siyu.domain.connections.contracts import Connection, ConnectionKind
from siyu.domain.connections.service import find_live_connection
from siyu.kernel.actors import Actor
from siyu.kernel.errors import ConflictError, NotFoundError
from siyu.platform.http import OutgoingHttp
from siyu.platform.postgres.database import Database, Reading
from siyu.platform.settings import Settings

__all__ = ["check_connection"]

READ, WRITE = "channels.read", "channels.write"
PICTURE_URL: Final = "https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket="


class TooManyCodesError(ConflictError):
    """An account has at most 100,000 codes that last for ever; make one that ends."""

    code = "too_many_codes"


@contextmanager
def opened(settings: Settings, database: Database) -> Iterator[Outlet]:
    """What a face needs for a call to the outside."""
    with OutgoingHttp() as http:
        yield Outlet(settings, database, http)


def count_followers(reading: Reading, actor: Actor) -> Mapping[str, int]:
    """{app_id: how many follow it}."""
    actor.require(READ)
    return store.count_followers(reading)


def callback_url(settings: Settings, secret_key: str, actor: Actor, connection: Connection) -> str | None:
    """Where it is called back; None for those who may not know."""
    if WRITE not in actor.rights:
        return None
    path = callback_path(secret_key, connection.kind.value, connection.account, connection.vendor)
    return settings.base_url + path


def servers(settings: Settings, secret_key: str, actor: Actor) -> list[dict[str, Any]]:
    """The channels that the settings of the installation make."""
    actor.require(READ)
    bounces = settings.base_url + callback_path(secret_key, MAIL, MAIL, "smtp") if WRITE in actor.rights else None
    mail = f"{settings.mail_host}:{settings.mail_port}" if settings.mail_host else ""
    return [
        {"name": MAIL, "is_on": bool(mail), "address": mail, "callback_url": bounces if mail else None},
        {"name": "webhook", "is_on": bool(settings.webhook_url), "address": settings.webhook_url, "callback_url": None},
    ]


@dataclass(frozen=True, slots=True)
class SmsLook:
    """What a text message looks like and costs."""

    text: str
    characters: int
    segments: int
    cost_fen: int


def preview_sms(outlet: Outlet, actor: Actor, account: str, body: str, link_url: str | None, purpose: str) -> SmsLook:
    """As the vendor would send it."""
    actor.require(READ)
    with outlet.database.read() as reading:
        connection = find_live_connection(reading, ACTOR, ConnectionKind.SMS, account)
    if connection is None:
        raise NotFoundError("No such connection.")
    channel = sms_channel(outlet, connection)
    text = channel.text_of(body, link_url, purpose)
    count = segments(text)
    return SmsLook(text, len(text), count, count * channel.cost_fen)


@dataclass(frozen=True, slots=True)
class MenuLook:
    """The menu that was published last, and the one in force."""

    version: int | None
    published_at: datetime | None
    published_by: str | None
    buttons: Sequence[Mapping[str, Any]]
    in_force: Sequence[Mapping[str, Any]]


def read_menu(database: Database, actor: Actor, app_id: str) -> MenuLook:
    """Read back from WeChat, beside what we know."""
    actor.require(READ)
    with _one(database, ConnectionKind.OFFICIAL_ACCOUNT, app_id) as account:
        in_force = tools.read_menu(account.client)
    with database.read() as reading:
        menu = store.find_menu(reading, app_id)
    if menu is None:
        return MenuLook(None, None, None, in_force, in_force)
    document: Mapping[str, Any] = menu.document
    return MenuLook(menu.version, menu.published_at, menu.published_by, document.get("buttons", []), in_force)


def publish_menu(database: Database, actor: Actor, app_id: str, document: Mapping[str, Any]) -> MenuLook:
    """Puts a menu in force, and keeps it."""
    actor.require(WRITE)
    checked = {"buttons": tools.checked_menu(document)}
    with _one(database, ConnectionKind.OFFICIAL_ACCOUNT, app_id) as account:
        tools.publish_menu(account.client, checked)
    with database.begin() as work:
        store.save_menu(work, app_id, checked, f"{actor.kind.value}:{actor.actor_id}")
        record_audit(
            work, actor, "connections.publish_menu", f"official_account:{app_id}", buttons=len(checked["buttons"])
        )
    return read_menu(database, actor, app_id)


@dataclass(frozen=True, slots=True)
class CodeLook:
    """A code with a scene."""

    scene: str
    name: str
    url: str
    picture_url: str
    made_at: datetime
    expires_at: datetime | None

    @classmethod
    def of(cls, code: store.Code) -> CodeLook:
        picture = PICTURE_URL + quote(code.ticket, safe="")
        return cls(code.scene, code.name, code.url, picture, code.made_at, code.expires_at)


def list_codes(reading: Reading, actor: Actor, app_id: str, size: int) -> list[CodeLook]:
    """The newest first."""
    actor.require(READ)
    return [CodeLook.of(each) for each in store.select_codes(reading, app_id, size)]


def make_code(
    database: Database, actor: Actor, app_id: str, scene: str, name: str, lifetime: timedelta | None
) -> CodeLook:
    """Makes a code; of the same scene, a new one."""
    actor.require(WRITE)
    with database.read() as reading:
        lasting = store.count_lasting_codes(reading, app_id)
    if lifetime is None and lasting >= tools.LASTING_CODES_MAX:
        raise TooManyCodesError
    with _one(database, ConnectionKind.OFFICIAL_ACCOUNT, app_id) as account:
        made = tools.make_code(account.client, scene, lifetime, database.clock.now())
    with database.begin() as work:
        code = store.Code(scene, name, made.ticket, made.url, work.clock.now(), made.expires_at)
        store.save_code(work, app_id, code)
        record_audit(work, actor, "connections.make_code", f"official_account:{app_id}", scene=scene)
    return CodeLook.of(code)


def list_templates(database: Database, actor: Actor, kind: ConnectionKind, app_id: str) -> list[tuple[str, str, str]]:
    """(id, title, text) of the templates that an account may send."""
    actor.require(READ)
    if kind not in (ConnectionKind.OFFICIAL_ACCOUNT, ConnectionKind.MINIPROGRAM):
        raise NotFoundError("That has no templates to list.")
    with _one(database, kind, app_id) as account:
        if kind is ConnectionKind.MINIPROGRAM:
            return tools.list_subscriptions(account.client)
        return tools.list_templates(account.client)


def make_url_link(database: Database, actor: Actor, app_id: str, path: str, query: str) -> str:
    """An address that opens a mini program from anywhere."""
    actor.require(WRITE)
    with _one(database, ConnectionKind.MINIPROGRAM, app_id) as account:
        link = tools.make_url_link(account.client, path, query)
    with database.begin() as work:
        record_audit(work, actor, "channels.make_link", f"miniprogram:{app_id}")
    return link


@contextmanager
def _one(database: Database, kind: ConnectionKind, app_id: str) -> Iterator[ConnectedAccount]:
    """An account for a moment; NotFoundError for one that is not connected."""
    with database.read() as reading:
        connection = find_live_connection(reading, ACTOR, kind, app_id)
    if connection is None:
        raise NotFoundError("No such account.")
    with OutgoingHttp(LIMITS) as http:
        yield ConnectedAccount.of(connection, database.clock, http)

"""The channels that connections make: built when they are asked for, built anew when a connection has changed."""

from __future__ import annotations

import threading
import time
from collections.abc import ItemsView, Iterator, Mapping, Sequence, ValuesView
from dataclasses import dataclass
from typing import Final

from siyu.assembly.installation import Installation
from siyu.channels.aicall import AiCallChannel
from siyu.channels.mail.channel import MailChannel
from siyu.channels.sms import SmsChannel
from siyu.channels.sms.aliyun import AliyunSms
from siyu.channels.sms.generic import GenericSms
from siyu.channels.sms.lines import ALL, SmsLine, SmsLines
from siyu.channels.sms.store import StoredHandedOver
from siyu.channels.sms.vendors import SmsVendor
from siyu.channels.webhook.channel import WebhookChannel
from siyu.channels.wechat.accounts import ConnectedAccount, check_account
from siyu.channels.wechat.client import LIMITS
from siyu.channels.wechat.miniprogram import MiniprogramChannel
from siyu.channels.wechat.official_account import OfficialAccountChannel
from siyu.domain.connections.contracts import Connection, ConnectionFinding, ConnectionKind, LiveConnection
from siyu.domain.connections.service import (
    find_live_connection,
    list_live_connections,
    save_connection_findings,
)
from siyu.domain.messages.contracts import Channel
from siyu.kernel.actors import Actor, system_actor
from siyu.kernel.errors import NotFoundError
from siyu.platform.http import OutgoingHttp
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings

ACTOR = system_actor("channels")
SENDING_NAMES: Final = (*(kind.value for kind in ConnectionKind), MailChannel.name, WebhookChannel.name)
"""Every channel that the delivery may have to serve, whether it is there at this moment or not."""
KNOWN_SECONDS: Final = 5.0
"""How long a process goes by what it knows of connections."""
ACCOUNT_KINDS: Final = (ConnectionKind.OFFICIAL_ACCOUNT, ConnectionKind.MINIPROGRAM)


@dataclass(frozen=True, slots=True)
class Outlet:
    """What channels are made with."""

    settings: Settings
    database: Database
    http: OutgoingHttp


class LiveChannels(Mapping[str, Channel]):
    """Channels by name: those of the settings, and those of the connections that are switched on as of a moment ago. Safe for
    many threads."""

    def __init__(self, installation: Installation, fixed: Sequence[Channel]) -> None:
        self._installation = installation
        self._fixed = {each.name: each for each in fixed}
        self._known: Mapping[str, Channel] = self._fixed
        self._made_of: Sequence[LiveConnection] | None = None
        self._until = 0.0
        self._lock = threading.Lock()

    def __getitem__(self, name: str) -> Channel:
        return self._current()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._current())

    def __len__(self) -> int:
        return len(self._current())

    def values(self) -> ValuesView[Channel]:
        """Of one moment: none of them is gone before its turn."""
        return self._current().values()

    def items(self) -> ItemsView[str, Channel]:
        """Of one moment, too."""
        return self._current().items()

    def _current(self) -> Mapping[str, Channel]:
        with self._lock:
            if time.monotonic() >= self._until:
                with self._installation.database.read() as reading:
                    connections = list_live_connections(reading, ACTOR)
                if connections != self._made_of:
                    self._known = {**self._fixed, **self._built(connections)}
                    self._made_of = connections
                self._until = time.monotonic() + KNOWN_SECONDS
            return self._known

    def _built(self, connections: Sequence[LiveConnection]) -> dict[str, Channel]:
        """Of accounts of WeChat and vendors of text messages all serve; of vendors of calls the one that changed last."""
        by_kind: dict[ConnectionKind, list[LiveConnection]] = {}
        for each in sorted(connections, key=lambda each: each.changed_at):
            by_kind.setdefault(each.kind, []).append(each)
        outlet = Outlet(self._installation.settings, self._installation.database, self._installation.http)
        found: list[Channel] = []
        for kind, those in by_kind.items():
            if kind in ACCOUNT_KINDS:
                found.append(account_channel(outlet, kind, those))
            elif kind is ConnectionKind.SMS:
                found.append(sms_lines(outlet, those))
            else:
                found.append(call_channel(outlet, those[-1]))
        return {each.name: each for each in found}


def account_channel(
    outlet: Outlet, kind: ConnectionKind, connections: Sequence[LiveConnection]
) -> OfficialAccountChannel | MiniprogramChannel:
    """The channel over all accounts of a kind."""
    accounts = [ConnectedAccount.of(each, outlet.database.clock, outlet.http) for each in connections]
    made = OfficialAccountChannel if kind is ConnectionKind.OFFICIAL_ACCOUNT else MiniprogramChannel
    return made(outlet.database, accounts)


def sms_lines(outlet: Outlet, connections: Sequence[LiveConnection]) -> SmsLines:
    """The channel over all vendors, in their turn; of equal ones the first that was connected."""
    lines = [
        SmsLine(each.account, str(each.settings.get("serves", ALL)), sms_channel(outlet, each))
        for each in sorted(connections, key=lambda each: int(each.settings.get("turn", 1)))
    ]
    return SmsLines(lines, StoredHandedOver(outlet.database))


def sms_channel(outlet: Outlet, connection: LiveConnection) -> SmsChannel:
    """The channel over one vendor."""
    return SmsChannel(
        _sms_vendor(outlet, connection),
        sign_name=connection.text("sign_name"),
        template_id=connection.text("template_id"),
        opt_out_hint=str(connection.settings.get("opt_out_hint", "")),
        cost_fen=connection.number("cost_fen"),
    )


def call_channel(outlet: Outlet, connection: LiveConnection) -> AiCallChannel:
    """The channel over one vendor."""
    return AiCallChannel(
        connection.base_url,
        connection.secrets["secret"],
        outlet.database.clock,
        outlet.settings.zone,
        outlet.http,
        script_id=connection.text("script_id"),
        hour_from=connection.number("hour_from"),
        hour_to=connection.number("hour_to"),
        cost_fen=connection.number("cost_fen"),
    )


def _sms_vendor(outlet: Outlet, connection: LiveConnection) -> SmsVendor:
    clock = outlet.database.clock
    if connection.vendor == "aliyun":
        return AliyunSms(
            connection.base_url,
            connection.text("access_key_id"),
            connection.secrets["access_key_secret"],
            connection.text("sign_name"),
            clock,
            outlet.database.ids,
            outlet.http,
        )
    return GenericSms(connection.base_url, connection.secrets["secret"], clock, outlet.http)


def check_connection(outlet: Outlet, actor: Actor, kind: ConnectionKind, account: str) -> Connection:
    """Tries a connection out, whether it is switched on or not, and keeps what was found."""
    actor.require("channels.write")
    with outlet.database.read() as reading:
        connection = find_live_connection(reading, ACTOR, kind, account)
    if connection is None:
        raise NotFoundError("No such connection.")
    findings = _found(outlet, connection)
    with outlet.database.begin() as work:
        return save_connection_findings(work, actor, kind, account, findings)


def _found(outlet: Outlet, connection: LiveConnection) -> Sequence[ConnectionFinding]:
    if connection.kind in ACCOUNT_KINDS:
        with OutgoingHttp(LIMITS) as http:
            found = list(check_account(ConnectedAccount.of(connection, outlet.database.clock, http)))
        return found if connection.secrets.get("callback_token") else [*found, ConnectionFinding("no_callback_keys")]
    if connection.kind is ConnectionKind.SMS:
        return _sms_vendor(outlet, connection).check()
    return call_channel(outlet, connection).check()

"""Who follows the Official Accounts: listed, since callbacks get lost, and asked for, since callbacks tell no unionid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from siyu.assembly.wechat import ACTOR
from siyu.channels.wechat import store, tools
from siyu.channels.wechat.accounts import ConnectedAccount
from siyu.channels.wechat.client import LIMITS, WechatBusyError, WechatConfigurationError, WechatRefusedError
from siyu.domain.connections.contracts import (
    ACCOUNT_FOLLOWED,
    ACCOUNT_UNFOLLOWED,
    CHANNEL_SOURCE,
    ConnectionKind,
    LiveConnection,
)
from siyu.domain.connections.service import list_live_connections
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import Identity
from siyu.domain.privacy.reading import has_suppressed, suppressed_among
from siyu.kernel.events import NewEvent
from siyu.kernel.ids import derived_id
from siyu.platform.http import OutgoingHttp
from siyu.platform.logs import get_logger
from siyu.platform.postgres.database import Database, Reading, UnitOfWork

REST: Final = timedelta(minutes=5)
"""How long an account is left alone that did not answer, or not as it should."""
AT_ONCE: Final = 5_000

log = get_logger(__name__)


class FollowerLook:
    """Asks who new followers are, a hundred at a time; for one process, which keeps its tokens."""

    def __init__(self, database: Database, http: OutgoingHttp | None = None) -> None:
        """`http` is what goes out by, where that is not the world itself."""
        self._database, self._http = database, http or OutgoingHttp(LIMITS)
        self._accounts: dict[str, ConnectedAccount] = {}
        self._rests: dict[str, datetime] = {}

    def step(self) -> bool:
        """Whether there was anybody of whom it was not known."""
        now = self._database.clock.now()
        with self._database.read() as reading:
            waiting = {
                each.account: (each, found)
                for each in official_accounts(reading)
                if now >= self._rests.get(each.account, now)
                and (found := store.strangers(reading, each.account, tools.FOLLOWERS_AT_ONCE))
            }
        asked = [self._look(connection, openids) for connection, openids in waiting.values()]
        return any(asked)

    def close(self) -> None:
        self._http.close()

    def _look(self, connection: LiveConnection, openids: Sequence[str]) -> bool:
        known = self._accounts.get(connection.account)
        if known is None or known.connection != connection:
            known = ConnectedAccount.of(connection, self._database.clock, self._http)
            self._accounts[connection.account] = known
        try:
            people = tools.look_at(known.client, openids)
        except (WechatBusyError, WechatConfigurationError, WechatRefusedError) as error:
            log.warning("followers_not_told", app_id=connection.account, errcode=error.errcode)
            self._rests[connection.account] = self._database.clock.now() + REST
            return False
        with self._database.begin() as work:
            _know(work, connection.account, openids, people)
        return True


def _know(work: UnitOfWork, app_id: str, openids: Sequence[str], found: Sequence[tools.Follower]) -> None:
    """Joins whom another account, or WeCom, knows by the same unionid. Who was erased is brought back by no listing."""
    now = work.clock.now()
    customers.hold_known(work, ACTOR)
    named = [each for each in found if each.is_following and each.unionid]
    groups = [(Identity("openid", each.openid), Identity("unionid", each.unionid)) for each in named]
    if has_suppressed(work):
        gone = suppressed_among(work, {one for group in groups for one in group})
        groups = [group for group in groups if gone.isdisjoint(group)]
    if groups:
        channel = ConnectionKind.OFFICIAL_ACCOUNT.value
        customers.resolve(work, ACTOR, dict.fromkeys(groups, now), {}, dict.fromkeys(groups, channel))
    store.looked_at(work, app_id, openids)


def sync_followers(database: Database) -> dict[str, int]:
    """Compares who follows with what the accounts list. {app_id: how many follow}; an account that cannot be asked is left out."""
    with database.read() as reading:
        connections = official_accounts(reading)
    counts: dict[str, int] = {}
    with OutgoingHttp(LIMITS) as http:
        for connection in connections:
            account = ConnectedAccount.of(connection, database.clock, http)
            try:
                counts[connection.account] = _compare(database, account)
            except (WechatBusyError, WechatConfigurationError, WechatRefusedError) as error:
                log.warning("followers_not_listed", app_id=connection.account, errcode=error.errcode)
    return counts


def _compare(database: Database, account: ConnectedAccount) -> int:
    since = database.clock.now()
    listed: set[str] = set()
    for openids in tools.followers(account.client):
        listed.update(openids)
        with database.begin() as work:
            _list(work, account.connection, openids, since)
    with database.begin() as work:
        _tell(
            work,
            account.connection,
            store.unfollow_unlisted(work, account.app_id, since, listed),
            ACCOUNT_UNFOLLOWED,
            since,
        )
    return len(listed)


def _list(work: UnitOfWork, connection: LiveConnection, openids: Sequence[str], at: datetime) -> None:
    customers.hold_known(work, ACTOR)
    if has_suppressed(work):
        gone = {each.value for each in suppressed_among(work, {Identity("openid", each) for each in openids})}
        openids = [each for each in openids if each not in gone]
    new = sorted(store.follow(work, connection.account, openids, [at] * len(openids)))
    _tell(work, connection, new, ACCOUNT_FOLLOWED, at, scene="", by="sync")


def _tell(
    work: UnitOfWork, connection: LiveConnection, openids: Sequence[str], name: str, at: datetime, **more: object
) -> None:
    """That each of these did so, in sets: an account may have a million followers."""
    app_id = connection.account
    for start in range(0, len(openids), AT_ONCE):
        groups = [(Identity("openid", openid),) for openid in openids[start : start + AT_ONCE]]
        kind = connection.kind.value
        found = customers.resolve(work, ACTOR, dict.fromkeys(groups, at), {}, dict.fromkeys(groups, kind))
        work.record(
            NewEvent(
                name,
                derived_id("wechat", app_id, one.value, name, at.isoformat()),
                found[one],
                at,
                CHANNEL_SOURCE,
                {"app_id": app_id, **more},
            )
            for (one,) in groups
        )


def official_accounts(reading: Reading) -> list[LiveConnection]:
    """Those that are connected and switched on."""
    return [each for each in list_live_connections(reading, ACTOR) if each.kind is ConnectionKind.OFFICIAL_ACCOUNT]

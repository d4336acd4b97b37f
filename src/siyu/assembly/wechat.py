"""Accounts of WeChat joined to the rest: what they call back with takes effect at once, and who follows them is learnt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from siyu.assembly.opting import opt_out
from siyu.channels.wechat import store, tools
from siyu.channels.wechat.callbacks import (
    AccountCallback,
    SignedAddress,
    is_challenged_rightly,
    open_account_callback,
    sealed_reply,
    text_reply,
)
from siyu.domain.connections.contracts import (
    ACCOUNT_FOLLOWED,
    ACCOUNT_MENU_CLICKED,
    ACCOUNT_MESSAGE_RECEIVED,
    ACCOUNT_SCANNED,
    ACCOUNT_UNFOLLOWED,
    CHANNEL_SOURCE,
    SUBSCRIPTION_ANSWERED,
    ConnectionKind,
    LiveConnection,
)
from siyu.domain.connections.service import find_live_connection
from siyu.domain.content.contracts import SignedAddresses
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import Identity, is_opt_out
from siyu.domain.messages import service as messages
from siyu.domain.messages.contracts import FailedReason
from siyu.domain.messages.service import Receipt
from siyu.kernel.actors import system_actor
from siyu.kernel.events import NewEvent
from siyu.kernel.ids import derived_id
from siyu.platform.callbacks.envelope import CallbackKeys
from siyu.platform.callbacks.xml import CallbackForbiddenError
from siyu.platform.postgres.database import Database, Reading, UnitOfWork

ACTOR = system_actor("wechat")
ANSWERED: Final = "success"
"""What WeChat looks for where there is nothing to say."""
_SCENE_PREFIX: Final = "qrscene_"
_ANSWERS: Final = ("accept", "reject", "ban", "filter")


@dataclass
class _Taken:
    """A callback at work: whose account it is, who did something, and what is to be answered."""

    work: UnitOfWork
    connection: LiveConnection
    callback: AccountCallback
    addresses: SignedAddresses
    openid: str
    profile_id: int
    told: list[NewEvent] = field(default_factory=list)
    answer: str = ""

    def tell(self, name: str, **properties: object) -> None:
        """Records what happened, about whoever did it."""
        number = len(self.told)
        event_id = derived_id("wechat", self.connection.account, self.callback.dedupe_key.hex(), number)
        whole = {"app_id": self.connection.account, **properties}
        at = min(self.callback.happened_at, self.work.clock.now())
        self.told.append(NewEvent(name, event_id, self.profile_id, at, CHANNEL_SOURCE, whole))


def answer_account_challenge(reading: Reading, app_id: str, signature: str, timestamp: str, nonce: str) -> None:
    """CallbackForbiddenError unless whoever asks knows the token of this account."""
    if not is_challenged_rightly(_keys(_connection(reading, app_id)), SignedAddress(signature, timestamp, nonce)):
        raise CallbackForbiddenError


def take_account_callback(
    work: UnitOfWork, addresses: SignedAddresses, app_id: str, told: tuple[str, str, str, str], body: bytes
) -> str:
    """Does what a callback asks for, once; durable when the unit of work is. Gives the answer. `told` are signature, timestamp,
    nonce and msg_signature of the address."""
    signed = SignedAddress(*told)
    connection = _connection(work, app_id)
    keys = _keys(connection)
    callback = open_account_callback(keys, signed, body, work.clock.now())
    if not store.put_callback(work, app_id, callback.dedupe_key):
        return ANSWERED
    is_official = connection.kind is ConnectionKind.OFFICIAL_ACCOUNT
    acts = _ACTS | _OFFICIAL_ACTS if is_official else _ACTS
    act = _wrote if callback.is_message else acts.get(callback.event)
    if act is None:
        return ANSWERED
    openid = callback.text("FromUserName")
    taken = _Taken(
        work, connection, callback, addresses, openid, profile_of(work, connection.kind, openid, callback.happened_at)
    )
    act(taken)
    work.record(taken.told)
    if not taken.answer:
        return ANSWERED
    reply = text_reply(callback, taken.answer, work.clock.now())
    if not callback.is_sealed:
        return reply
    return sealed_reply(keys, reply, signed.timestamp, signed.nonce, work.ids.new_id().bytes)


def _followed(taken: _Taken) -> None:
    work, app_id = taken.work, taken.connection.account
    store.follow(work, app_id, [taken.openid], [_happened_at(taken)])
    _allow_after_gesture(taken)
    taken.tell(ACCOUNT_FOLLOWED, scene=taken.callback.text("EventKey").removeprefix(_SCENE_PREFIX), by="callback")
    code_id = taken.connection.number("follow_code_id")
    link = taken.addresses.personal_code_url(code_id, taken.profile_id) if code_id else ""
    taken.answer = "\n".join(part for part in (taken.connection.text("follow_reply"), link) if part)


def _unfollowed(taken: _Taken) -> None:
    if store.unfollow(taken.work, taken.connection.account, taken.openid):
        taken.tell(ACCOUNT_UNFOLLOWED)


def _scanned(taken: _Taken) -> None:
    _allow_after_gesture(taken)
    taken.tell(ACCOUNT_SCANNED, scene=taken.callback.text("EventKey"))


def _clicked(taken: _Taken) -> None:
    _allow_after_gesture(taken)
    key = taken.callback.text("EventKey")
    taken.tell(ACCOUNT_MENU_CLICKED, key=key)
    menu = store.find_menu(taken.work, taken.connection.account)
    taken.answer = tools.reply_of(menu.document, key) if menu is not None else ""


def _wrote(taken: _Taken) -> None:
    """What was written is read for a word to stop, and not kept."""
    work, connection = taken.work, taken.connection
    if connection.kind is ConnectionKind.OFFICIAL_ACCOUNT:
        left, hours = connection.number("messages_after_message"), connection.number("hours_after_message")
        until = _happened_at(taken) + timedelta(hours=hours)
        store.allow_after_message(work, connection.account, taken.openid, left, until)
    taken.tell(ACCOUNT_MESSAGE_RECEIVED, kind=taken.callback.event)
    if taken.callback.event == "text" and is_opt_out(taken.callback.text("Content")):
        opt_out(work, taken.profile_id, connection.kind.value, taken.callback.happened_at)
        taken.answer = str(connection.settings.get("opt_out_reply", ""))


def _template_ended(taken: _Taken) -> None:
    status = taken.callback.text("Status")
    reason = FailedReason.BLOCKED.value if "block" in status else status.replace(" ", "_")[:100]
    _receive(taken, taken.callback.text("MsgID"), is_delivered=status == "success", reason=reason)


def _subscription_sent(taken: _Taken) -> None:
    """A template's id, a message's, an error's number and words."""
    items = _items(taken, "SubscribeMsgSentEvent")
    if len(items) >= 3:
        _receive(taken, items[1], is_delivered=items[2] == "0", reason=f"errcode_{items[2]}")


def _subscription_asked(taken: _Taken) -> None:
    """Each template that was asked for: its id, then what was answered."""
    for template_id, said in _answers(_items(taken, "SubscribeMsgPopupEvent")):
        if said == "accept":
            store.grant(taken.work, taken.connection.account, taken.openid, template_id)
        taken.tell(SUBSCRIPTION_ANSWERED, template_id=template_id, is_granted=said == "accept")


def _subscription_changed(taken: _Taken) -> None:
    for template_id, said in _answers(_items(taken, "SubscribeMsgChangeEvent")):
        if said != "accept":
            store.revoke_grants(taken.work, taken.connection.account, taken.openid, template_id)
            taken.tell(SUBSCRIPTION_ANSWERED, template_id=template_id, is_granted=False)


_OFFICIAL_ACTS: Final[dict[str, Callable[[_Taken], None]]] = {
    "subscribe": _followed,
    "unsubscribe": _unfollowed,
    "scan": _scanned,
    "click": _clicked,
    "templatesendjobfinish": _template_ended,
}
"""What mini programs have none of."""
_ACTS: Final[dict[str, Callable[[_Taken], None]]] = {
    "subscribe_msg_popup_event": _subscription_asked,
    "subscribe_msg_change_event": _subscription_changed,
    "subscribe_msg_sent_event": _subscription_sent,
}


def _items(taken: _Taken, name: str) -> list[str]:
    value = taken.callback.fields.get(name, ())
    return [value] if isinstance(value, str) else list(value)


def _answers(items: list[str]) -> list[tuple[str, str]]:
    return [(items[place - 1], said) for place, said in enumerate(items) if place and said in _ANSWERS]


def _receive(taken: _Taken, msgid: str, *, is_delivered: bool, reason: str) -> None:
    key = store.find_sent(taken.work, taken.connection.account, msgid)
    if key is not None:
        receipt = Receipt(key, is_delivered, "" if is_delivered else reason)
        messages.record_receipts(taken.work, ACTOR, taken.connection.kind.value, [receipt])


def _allow_after_gesture(taken: _Taken) -> None:
    connection = taken.connection
    until = _happened_at(taken) + timedelta(seconds=connection.number("seconds_after_gesture"))
    left = connection.number("messages_after_gesture")
    store.allow_after_gesture(taken.work, connection.account, taken.openid, left, until)


def _happened_at(taken: _Taken) -> datetime:
    """WeChat counts from when it happened, however late the callback is."""
    return min(taken.callback.happened_at, taken.work.clock.now())


def profile_of(work: UnitOfWork, kind: ConnectionKind, openid: str, at: datetime) -> int:
    group = (Identity("openid", openid),)
    return customers.resolve(work, ACTOR, {group: min(at, work.clock.now())}, {}, {group: kind.value})[group[0]]


def _connection(reading: Reading, app_id: str) -> LiveConnection:
    """CallbackForbiddenError for an account that is not connected, so that nobody learns which are."""
    for kind in (ConnectionKind.OFFICIAL_ACCOUNT, ConnectionKind.MINIPROGRAM):
        found = find_live_connection(reading, ACTOR, kind, app_id)
        if found is not None and found.is_enabled and found.secrets.get("callback_token"):
            return found
    raise CallbackForbiddenError


def _keys(connection: LiveConnection) -> CallbackKeys:
    secrets = connection.secrets
    return CallbackKeys(connection.account, secrets["callback_token"], secrets.get("encoding_aes_key", ""))


def forget_account_callbacks(database: Database) -> int:
    """Forgets what accounts called back with long ago; gives how many."""
    with database.begin() as work:
        return store.forget(work)

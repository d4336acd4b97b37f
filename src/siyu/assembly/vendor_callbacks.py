"""What vendors tell later: receipts and replies of text messages, ended calls, letters that came back."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import Final

from siyu.assembly.opting import opt_out
from siyu.channels.aicall.callbacks import EndedCall, ended_calls
from siyu.channels.mail.bounces import MAIL_TYPES, reported_bounces, told_bounces
from siyu.channels.sms.callbacks import SmsCallback, aliyun_callback, generic_callback
from siyu.domain.connections.contracts import CALL_ENDED, CHANNEL_SOURCE, ConnectionKind, LiveConnection
from siyu.domain.connections.service import find_live_connection
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import BadIdentityError, is_opt_out, normal_identity
from siyu.domain.messages import reading as messages_reading
from siyu.domain.messages import service as messages
from siyu.domain.messages.service import Receipt
from siyu.kernel.actors import system_actor
from siyu.kernel.clock import real_span
from siyu.kernel.events import NewEvent
from siyu.kernel.ids import derived_id
from siyu.platform.callbacks.xml import CallbackForbiddenError
from siyu.platform.crypto import derive_key, is_same
from siyu.platform.inbox.message_ids import remember_new
from siyu.platform.logs import get_logger
from siyu.platform.postgres.database import Reading, UnitOfWork
from siyu.platform.signatures import AGE_MAX, is_signed

ACTOR = system_actor("channels")
MAIL: Final = "mail"
DAY_SECONDS: Final = 86_400
TOKEN_LENGTH: Final = 32

log = get_logger(__name__)


def callback_path(secret_key: str, kind: str, account: str, vendor: str) -> str:
    """Where a connection is called back. Those that sign nothing have an address that nobody can guess."""
    if vendor == "wechat":
        return f"/callbacks/wechat/{account}"
    if kind == MAIL:
        return f"/callbacks/mail/{callback_token(secret_key, MAIL, MAIL)}"
    if vendor == "generic":
        return f"/callbacks/{kind}/{account}"
    return f"/callbacks/{kind}/{account}/{callback_token(secret_key, kind, account)}"


def callback_token(secret_key: str, kind: str, account: str) -> str:
    """The part of an address that only this installation can make."""
    return hmac.digest(derive_key(secret_key, "callback address"), f"{kind}:{account}".encode(), "sha256").hex()[
        :TOKEN_LENGTH
    ]


def take_sms_callback(
    work: UnitOfWork, secret_key: str, account: str, body: bytes, *, token: str = "", signature: str = ""
) -> None:
    """Does what a vendor of text messages tells; CallbackForbiddenError for what somebody else made."""
    connection = _connection(work, ConnectionKind.SMS, account)
    if connection.vendor == "generic":
        _require_signed(work, connection, body, signature)
        told = generic_callback(body)
    else:
        if not is_same(token, callback_token(secret_key, "sms", account)):
            raise CallbackForbiddenError
        told = aliyun_callback(body)
    if told.unknown:
        log.warning("sms_callback_not_understood", vendor=connection.vendor, rows=told.unknown)
    _take_sms(work, told)


def _take_sms(work: UnitOfWork, told: SmsCallback) -> None:
    receipts = [
        Receipt(each.key, each.is_delivered, "" if each.is_delivered else each.reason) for each in told.receipts
    ]
    messages.record_receipts(work, ACTOR, ConnectionKind.SMS.value, receipts)
    now = work.clock.now()
    for reply in told.replies:
        if is_opt_out(reply.text) or reply.text.strip().upper() in OPT_OUT_LETTERS:
            with suppress(BadIdentityError):
                identity = normal_identity("phone", reply.phone)
                profile_id = customers.resolve(work, ACTOR, {(identity,): now}, {}, {(identity,): "sms"})[identity]
                opt_out(work, profile_id, ConnectionKind.SMS.value, now)


OPT_OUT_LETTERS: Final = frozenset({"R", "0", "00", "000", "0000"})
"""What text messages ask to be answered with, beside words."""


def take_call_callback(work: UnitOfWork, account: str, body: bytes, signature: str) -> None:
    """Does what a vendor of calls tells; CallbackForbiddenError for what somebody else made."""
    connection = _connection(work, ConnectionKind.AICALL, account)
    _require_signed(work, connection, body, signature)
    calls = ended_calls(body)
    reason = {each.key: each.reason or "not_answered" for each in calls}
    receipts = [Receipt(each.key, each.is_answered, "" if each.is_answered else reason[each.key]) for each in calls]
    messages.record_receipts(work, ACTOR, ConnectionKind.AICALL.value, receipts)
    _tell_calls(work, account, calls)


def _tell_calls(work: UnitOfWork, account: str, calls: Sequence[EndedCall]) -> None:
    whose = messages_reading.profiles_of_keys(work, [each.key for each in calls], ConnectionKind.AICALL.value)
    now, ended, stopped = work.clock.now(), list[NewEvent](), set[int]()
    heard = _heard_before(work, {each.key for each in calls})
    for each in calls:
        profile_id = whose.get(each.key)
        if profile_id is None or each.key in heard:
            continue
        properties = {
            "message_key": each.key,
            "account": account,
            "is_answered": each.is_answered,
            "seconds": each.seconds,
            "intent": each.intent,
        }
        event_id = derived_id(CALL_ENDED, each.key)
        ended.append(NewEvent(CALL_ENDED, event_id, profile_id, now, CHANNEL_SOURCE, properties))
        stopped |= {profile_id} if each.is_opt_out else set()
    work.record(ended)
    for profile_id in sorted(stopped):
        opt_out(work, profile_id, ConnectionKind.AICALL.value, now)


def _heard_before(work: UnitOfWork, keys: Collection[str]) -> set[str]:
    """Those of the calls of which it was told today or yesterday that they ended: vendors tell again what was not answered."""
    today = int(work.clock.now().timestamp()) // DAY_SECONDS * 24
    days = {key: {(day, derived_id(CALL_ENDED, key).hex) for day in (today - 24, today)} for key in keys}
    new = remember_new(work.driver, set().union(*days.values()))
    return {key for key, those in days.items() if not those <= new}


def take_bounces(work: UnitOfWork, secret_key: str, token: str, body: bytes, content_type: str) -> None:
    """Does what comes back of letters: a report of a mail server as it is, or JSON."""
    if not is_same(token, callback_token(secret_key, MAIL, MAIL)):
        raise CallbackForbiddenError
    is_report = content_type.partition(";")[0].strip().lower() in MAIL_TYPES
    bounces = reported_bounces(body) if is_report else told_bounces(body)
    receipts = [Receipt(each.message_key, is_delivered=False, reason=each.reason) for each in bounces]
    messages.record_receipts(work, ACTOR, MAIL, receipts)
    complaints = [each.message_key for each in bounces if each.is_complaint]
    for profile_id in messages_reading.profiles_of_keys(work, complaints, MAIL).values():
        opt_out(work, profile_id, MAIL, work.clock.now())


def _connection(reading: Reading, kind: ConnectionKind, account: str) -> LiveConnection:
    """CallbackForbiddenError for one that is not connected, so that nobody learns which are."""
    found = find_live_connection(reading, ACTOR, kind, account)
    if found is None or not found.is_enabled:
        raise CallbackForbiddenError
    return found


def _require_signed(reading: Reading, connection: LiveConnection, body: bytes, signature: str) -> None:
    age_max = real_span(reading.clock, AGE_MAX)  # the way here gets no shorter with a clock that is faster
    if not is_signed(connection.secrets.get("secret", ""), body, signature, reading.clock.now(), age_max):
        raise CallbackForbiddenError

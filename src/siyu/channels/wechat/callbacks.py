"""Opening what an account is called back with, in all three modes, and sealing what is answered. Nothing here stores or acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from siyu.platform.callbacks.envelope import (
    CallbackKeys,
    callback_signature,
    closed,
    is_signed,
    opened,
)
from siyu.platform.callbacks.xml import (
    CallbackForbiddenError,
    CallbackMalformedError,
    Value,
    dedupe_key_of,
    fields_of,
    instant_of,
    plain_name,
    xml_of,
)

AGE_MAX: Final = timedelta(days=7)
"""What was signed longer ago is refused: its dedupe key may have been forgotten."""


@dataclass(frozen=True, slots=True)
class SignedAddress:
    """The parts of the address that an account's callback is posted to. `msg_signature` where it is sealed."""

    signature: str
    timestamp: str
    nonce: str
    msg_signature: str = ""


@dataclass(frozen=True, slots=True)
class AccountCallback:
    """A callback: its fields as they came, and the key that is the same for every time it is sent. `event` is in small letters;
    of a message it is its kind."""

    fields: Mapping[str, Value]
    dedupe_key: bytes
    event: str
    is_message: bool
    happened_at: datetime
    is_sealed: bool

    def text(self, name: str) -> str:
        """A field that is one text; "" where there is none."""
        value = self.fields.get(name, "")
        return value if isinstance(value, str) else ""


def is_challenged_rightly(keys: CallbackKeys, signed: SignedAddress) -> bool:
    """Whether whoever asks if this address is ours knows the token."""
    return is_signed(keys, signed.signature, signed.timestamp, signed.nonce, "")


def open_account_callback(keys: CallbackKeys, signed: SignedAddress, body: bytes, now: datetime) -> AccountCallback:
    """The callback in a body. With a key, only what is sealed counts (compatible mode sends both); without one, plain text.
    CallbackForbiddenError for what somebody else made, CallbackMalformedError for what is no XML."""
    if not is_challenged_rightly(keys, signed):
        raise CallbackForbiddenError
    if not signed.timestamp.isdecimal() or abs(now.timestamp() - int(signed.timestamp[:12])) > AGE_MAX.total_seconds():
        raise CallbackForbiddenError("It is too old.")
    outer = fields_of(body)
    sealed = outer.get("Encrypt")
    if keys.encoding_aes_key:
        if not isinstance(sealed, str) or not sealed:
            raise CallbackForbiddenError("It is not sealed.")
        content = opened(keys, sealed)
        if content is None or not is_signed(keys, signed.msg_signature, signed.timestamp, signed.nonce, sealed):
            raise CallbackForbiddenError
        fields = fields_of(content)
    else:
        fields = outer
    kind, name, who = fields.get("MsgType"), fields.get("Event"), fields.get("FromUserName")
    if not kind or not who or not isinstance(who, str):
        raise CallbackMalformedError("It tells of nobody.")
    is_event = kind == "event"
    return AccountCallback(
        fields,
        _dedupe_key(fields),
        plain_name(name if is_event else kind).lower() or "unknown",
        not is_event,
        instant_of(fields.get("CreateTime"), now),
        bool(keys.encoding_aes_key),
    )


def _dedupe_key(fields: Mapping[str, Value]) -> bytes:
    """Of messages their id. Events have none: sender and second, which WeChat names, and which event, for two may come in one."""
    if fields.get("MsgId"):
        return dedupe_key_of(fields)
    named = ("FromUserName", "CreateTime", "Event", "EventKey", "MsgID")
    lists = ("SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent", "SubscribeMsgSentEvent")
    return dedupe_key_of({name: fields[name] for name in (*named, *lists) if name in fields})


def text_reply(callback: AccountCallback, text: str, now: datetime) -> str:
    """A text to whoever wrote, as the answer to their callback."""
    return xml_of(
        {
            "ToUserName": callback.text("FromUserName"),
            "FromUserName": callback.text("ToUserName"),
            "CreateTime": int(now.timestamp()),
            "MsgType": "text",
            "Content": text,
        }
    )


def sealed_reply(keys: CallbackKeys, reply: str, timestamp: str, nonce: str, noise: bytes) -> str:
    """An answer to a callback that came sealed."""
    sealed = closed(keys, reply.encode(), noise)
    signature = callback_signature(keys.token, timestamp, nonce, sealed)
    return xml_of({"Encrypt": sealed, "MsgSignature": signature, "TimeStamp": int(timestamp), "Nonce": nonce})

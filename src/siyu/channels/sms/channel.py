"""The channel `sms`: who has a phone, what the text is, which vendor sends it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from siyu.channels.sms.texts import PARTS_MAX, segments, whole_text
from siyu.channels.sms.vendors import Sms, SmsVendor
from siyu.domain.customers.contracts import MARKETING, Identity
from siyu.domain.messages.contracts import (
    FailedReason,
    OutgoingMessage,
    Repeating,
    SendOutcome,
    SendResult,
    having_identity,
)
from siyu.platform.postgres.database import Reading

NAME = "sms"
TOO_LONG = "too_long"
KINDS = frozenset({"phone"})


class SmsChannel:
    """Implements `messages.contracts.SendingChannel` and `AsksOutcomes`; safe for many threads. `opt_out_hint`
    ends what is marketing."""

    name = NAME
    identity_kinds: frozenset[str] | None = KINDS

    def __init__(
        self, vendor: SmsVendor, *, sign_name: str, template_id: str = "", opt_out_hint: str = "", cost_fen: int = 0
    ) -> None:
        self._vendor = vendor
        self._sign_name, self._template_id, self._hint = sign_name, template_id, opt_out_hint
        self._cost_fen = cost_fen

    @property
    def batch_max(self) -> int:
        return self._vendor.batch_max

    @property
    def repeating(self) -> Repeating:
        return self._vendor.repeating

    @property
    def cost_fen(self) -> int:
        """Of one of up to 70 characters."""
        return self._cost_fen

    def reachable(
        self, _reading: Reading, customers: Mapping[int, Sequence[Identity]], _purpose: str
    ) -> Collection[int]:
        """Who has a phone."""
        return having_identity(customers, KINDS)

    def send(self, batch: Sequence[OutgoingMessage]) -> Sequence[SendResult]:
        """See `SendingChannel`."""
        refused: dict[str, SendResult] = {}
        texts: list[Sms] = []
        for message in batch:
            sms = self._sms(message)
            if isinstance(sms, str):
                refused[message.message_key] = SendResult(message.message_key, SendOutcome.REJECTED, sms)
            else:
                texts.append(sms)
        told = {result.message_key: result for result in (self._vendor.send(texts) if texts else ())}
        return [
            refused.get(each.message_key)
            or told.get(each.message_key)
            or SendResult(each.message_key, SendOutcome.UNREACHABLE, "no_answer_for_message")
            for each in batch
        ]

    def find_outcomes(self, message_keys: Collection[str]) -> Mapping[str, SendResult]:
        """See `AsksOutcomes`."""
        return self._vendor.find_outcomes(message_keys)

    def text_of(self, body: str, link_url: str | None, purpose: str) -> str:
        """What arrives, if the vendor sends texts as they are."""
        return whole_text(self._sign_name, body, link_url, self._hint if purpose == MARKETING else "")

    def _sms(self, message: OutgoingMessage) -> Sms | str:
        """The text message, or why there is none."""
        phone = next((each.value for each in message.identities if each.kind == "phone"), None)
        if phone is None:
            return FailedReason.NO_ADDRESS.value
        text = self.text_of(message.body, message.link_url, message.purpose)
        fields: Mapping[str, str] = {"content": message.body, "link": message.link_url or ""}
        template_id = self._template_id
        if message.template is not None:
            template_id, fields = message.template.template_id, message.template.fields
        if self._vendor.has_templates_alone and not template_id:
            return FailedReason.BAD_TEMPLATE.value
        if segments(text) > PARTS_MAX:
            return TOO_LONG
        return Sms(message.message_key, phone, text, self._sign_name, template_id, fields)

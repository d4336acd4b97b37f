"""The channel `miniprogram`: subscription messages. One yes of a user to a template is one message of it, counted here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Final

from siyu.channels.wechat import store
from siyu.channels.wechat.accounts import (
    NO_MORE_ALLOWED,
    AccountsChannel,
    ConnectedAccount,
    WechatError,
    is_unsent,
    result_of,
)
from siyu.channels.wechat.client import WechatBusyError, WechatConfigurationError, WechatRefusedError
from siyu.domain.content.contracts import TemplateContent
from siyu.domain.customers.contracts import Identity
from siyu.domain.messages.contracts import (
    FailedReason,
    OutgoingMessage,
    SendOutcome,
    SendResult,
    one_by_one,
)
from siyu.platform.postgres.database import Reading

NAME: Final = "miniprogram"
THING_LENGTH_MAX: Final = 20
"""Of a field `thing…`, the only kind for free words; what is longer is cut, for it was written by no program."""


class MiniprogramChannel(AccountsChannel):
    """Implements `messages.contracts.SendingChannel` over all connected mini programs; safe for many threads."""

    name = NAME

    def reachable(
        self, reading: Reading, customers: Mapping[int, Sequence[Identity]], _purpose: str
    ) -> Collection[int]:
        """Who has a yes left that was not used."""
        openids = {each.value for identities in customers.values() for each in identities if each.kind == "openid"}
        granted = store.granted_openids(reading, openids, self._accounts)
        return {
            who
            for who, identities in customers.items()
            if any(each.kind == "openid" and each.value in granted for each in identities)
        }

    def send(self, batch: Sequence[OutgoingMessage]) -> Sequence[SendResult]:
        """See `SendingChannel`. What WeChat does not answer to stops the batch."""
        return one_by_one({each.message_key: partial(self._send_one, each) for each in batch})

    def _send_one(self, message: OutgoingMessage) -> SendResult:
        template = message.template
        if template is None:
            return SendResult(message.message_key, SendOutcome.REJECTED, FailedReason.BAD_TEMPLATE.value)
        found = self._take(message, template.template_id)
        if found is None:
            return SendResult(message.message_key, SendOutcome.OVER_QUOTA, FailedReason.OVER_QUOTA.value)
        account, openid = found
        body = {
            "touser": openid,
            "template_id": template.template_id,
            "page": self._page(account, message),
            "miniprogram_state": account.connection.text("release"),
            "data": data_of(template),
        }
        try:
            told = account.client.call("/cgi-bin/message/subscribe/send", body)
        except (WechatBusyError, WechatConfigurationError, WechatRefusedError) as error:
            self._learn(account.app_id, openid, template.template_id, error)
            return result_of(message.message_key, error)
        with self._database.begin() as work:
            if told.get("msgid"):
                store.note_sent(work, account.app_id, str(told["msgid"]), message.message_key)
        return SendResult(message.message_key, SendOutcome.ACCEPTED)

    def _take(self, message: OutgoingMessage, template_id: str) -> tuple[ConnectedAccount, str] | None:
        """Uses up a yes, before the call: a crash costs one rather than sends one twice."""
        openids = [each.value for each in message.identities if each.kind == "openid"]
        first = [message.sender] if message.sender in self._accounts else []
        with self._database.begin() as work:
            for app_id in dict.fromkeys([*first, *self._accounts]):
                for openid in openids:
                    if store.take_grant(work, app_id, openid, template_id):
                        return self._accounts[app_id], openid
        return None

    def _page(self, account: ConnectedAccount, message: OutgoingMessage) -> str:
        pages = [
            each.page for each in message.attachments if each.kind == "miniprogram" and each.appid == account.app_id
        ]
        return next((page for page in pages if page), account.connection.text("page"))

    def _learn(self, app_id: str, openid: str, template_id: str, error: WechatError) -> None:
        """A yes that was surely not used is given back; where WeChat says that there is none, there is none."""
        with self._database.begin() as work:
            if isinstance(error, WechatRefusedError) and error.errcode in NO_MORE_ALLOWED:
                store.revoke_grants(work, app_id, openid, template_id)
            elif is_unsent(error):
                store.grant(work, app_id, openid, template_id)


def data_of(template: TemplateContent) -> dict[str, dict[str, str]]:
    """The fields as WeChat wants them."""
    return {name: {"value": _cut(name, value)} for name, value in template.fields.items()}


def _cut(name: str, value: str) -> str:
    if name.rstrip("0123456789") != "thing" or len(value) <= THING_LENGTH_MAX:
        return value
    return value[: THING_LENGTH_MAX - 1] + "…"

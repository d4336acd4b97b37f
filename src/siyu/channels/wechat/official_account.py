"""The channel `official_account`: messages of free content inside the windows that followers open, templates for notices.

WeChat's two doors are kept apart. **Free content** (customer-service messages) is allowed for a while after the follower did
something; how many are left is counted here before each call, so that a crash uses one up rather than sends one twice.
**Templates** need no window but may not advertise: they go out for purpose `service` alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any, Final

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
from siyu.channels.wechat.store import Standing
from siyu.domain.customers.contracts import SERVICE, Identity
from siyu.domain.messages.contracts import (
    FailedReason,
    OutgoingMessage,
    SendOutcome,
    SendResult,
    one_by_one,
)
from siyu.platform.postgres.database import Reading

NAME: Final = "official_account"
TEXT_BYTES_MAX: Final = 2048
NOT_A_FOLLOWER: Final = 43004


class OfficialAccountChannel(AccountsChannel):
    """Implements `messages.contracts.SendingChannel` over all connected accounts; safe for many threads."""

    name = NAME

    def reachable(self, reading: Reading, customers: Mapping[int, Sequence[Identity]], purpose: str) -> Collection[int]:
        """Followers who may get something of this purpose now."""
        of_openid = store.standings(reading, _openids(customers), self._accounts)
        return {
            who
            for who, identities in customers.items()
            if any(
                self._may_get(each, purpose)
                for one in identities
                if one.kind == "openid"
                for each in of_openid.get(one.value, ())
            )
        }

    def send(self, batch: Sequence[OutgoingMessage]) -> Sequence[SendResult]:
        """See `SendingChannel`. What WeChat does not answer to stops the batch."""
        with self._database.read() as reading:
            wanted = {each.value for message in batch for each in message.identities if each.kind == "openid"}
            standings = store.standings(reading, wanted, self._accounts)
        return one_by_one(
            {
                message.message_key: partial(
                    self._send_one,
                    message,
                    [each for one in message.identities for each in standings.get(one.value, ())],
                )
                for message in batch
            }
        )

    def _may_get(self, standing: Standing, purpose: str) -> bool:
        account = self._accounts[standing.app_id]
        has_templates = purpose == SERVICE and bool(account.connection.settings["has_templates"])
        return standing.is_following and (standing.left > 0 or has_templates)

    def _send_one(self, message: OutgoingMessage, known: Sequence[Standing]) -> SendResult:
        following = [each for each in known if each.is_following]
        if not following:
            reason = FailedReason.UNSUBSCRIBED if known else FailedReason.NO_ADDRESS
            return SendResult(message.message_key, SendOutcome.REJECTED, reason.value)
        chosen = self._chosen(message, following)
        account = self._accounts[chosen.app_id]
        taken: store.Allowance | None = None
        try:
            if self._goes_by_template(message, account):
                self._send_template(message, account, chosen.openid)
            elif (taken := self._take(chosen)) is None:
                return SendResult(message.message_key, SendOutcome.OVER_QUOTA, FailedReason.OVER_QUOTA.value)
            else:
                account.client.call("/cgi-bin/message/custom/send", {"touser": chosen.openid, **content_of(message)})
        except (WechatBusyError, WechatConfigurationError, WechatRefusedError) as error:
            self._learn(chosen, error, taken)
            return result_of(message.message_key, error)
        return SendResult(message.message_key, SendOutcome.ACCEPTED)

    def _chosen(self, message: OutgoingMessage, following: Sequence[Standing]) -> Standing:
        """The account that is to speak, or else the one that heard of the customer last."""
        if message.sender is not None:
            following = [each for each in following if each.app_id == message.sender] or following
        return max(following, key=lambda each: (each.left > 0, each.heard_at is not None and each.heard_at.timestamp()))

    def _goes_by_template(self, message: OutgoingMessage, account: ConnectedAccount) -> bool:
        is_notice = message.purpose == SERVICE and message.template is not None
        return is_notice and bool(account.connection.settings["has_templates"])

    def _take(self, chosen: Standing) -> store.Allowance | None:
        with self._database.begin() as work:
            return store.take_message(work, chosen.app_id, chosen.openid)

    def _send_template(self, message: OutgoingMessage, account: ConnectedAccount, openid: str) -> None:
        if message.template is None:
            raise TypeError("a notice has a template")
        body: dict[str, Any] = {
            "touser": openid,
            "template_id": message.template.template_id,
            "client_msg_id": hashlib.sha256(message.message_key.encode()).hexdigest()[:32],
            "data": {name: {"value": value} for name, value in message.template.fields.items()},
        }
        if message.link_url:
            body["url"] = message.link_url
        told = account.client.call("/cgi-bin/message/template/send", body)
        with self._database.begin() as work:
            store.note_sent(work, account.app_id, str(told.get("msgid", "")), message.message_key)

    def _learn(self, chosen: Standing, error: WechatError, taken: store.Allowance | None) -> None:
        """What a refusal says of the follower; what was surely not used up is given back."""
        with self._database.begin() as work:
            if error.errcode in NO_MORE_ALLOWED:
                store.end_messages(work, chosen.app_id, chosen.openid)
            elif error.errcode == NOT_A_FOLLOWER:
                store.unfollow(work, chosen.app_id, chosen.openid)
            elif taken is not None and is_unsent(error):
                store.give_back_message(work, chosen.app_id, chosen.openid, taken)


def content_of(message: OutgoingMessage) -> dict[str, Any]:
    """A card with its title and picture where the message leads somewhere or has a picture, or else a text. One message holds one
    of them, and each uses up one that is allowed; what is too long for WeChat is cut at a whole character."""
    card = _card(message)
    if card is not None:
        return {"msgtype": "news", "news": {"articles": [card]}}
    return {"msgtype": "text", "text": {"content": _cut(message.body)}}


def _card(message: OutgoingMessage) -> dict[str, str] | None:
    """What is led to: the link of the message, or that of its first attachment; a picture alone leads to itself."""
    pictures = [each.url for each in message.attachments if each.kind == "image" and each.url]
    links = [each for each in message.attachments if each.kind in ("link", "file") and each.url]
    title, told, url = message.title, message.body, message.link_url
    if not url and links:
        title, told, url = links[0].title or title, links[0].description or told, links[0].url
    url = url or next(iter(pictures), None)
    if not url:
        return None
    return {"title": title, "description": _cut(told), "url": url, "picurl": next(iter(pictures), "")}


def _cut(text: str) -> str:
    return text.encode()[:TEXT_BYTES_MAX].decode(errors="ignore")


def _openids(customers: Mapping[int, Sequence[Identity]]) -> set[str]:
    return {each.value for identities in customers.values() for each in identities if each.kind == "openid"}

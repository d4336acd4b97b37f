"""What people do with accounts, and what moves this part of the world: `POST /world/<door>`, as in the emulated WeCom.

A person is named by `unionid` (the emulated WeCom tells that of its customers), an account by `appid`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from siyu.world.wechat import logins, messages
from siyu.world.wechat.accounts import Account, AccountKind, Fan, Platform, openid_of
from siyu.world.wechat.logins import Logins
from siyu.world.wechat.posting import Address, Mode
from siyu.world.wechat.tokens import AccountTokens
from siyu.world.wecom.callbacks import xml_of
from siyu.world.wecom.calls import Fields
from siyu.world.wecom.crypto import Envelope, EnvelopeError
from siyu.world.wecom.errors import TEXTS, RefusedError
from siyu.world.wecom.faults import Fault, FaultKind

SECONDS_MAX = 10 * 366 * 86400


class Doors:
    """All doors of one platform."""

    def __init__(self, platform: Platform, tokens: AccountTokens, known: Logins) -> None:
        self._platform, self._tokens, self._logins = platform, tokens, known
        self.doors: dict[str, Callable[[Fields], Mapping[str, Any]]] = {
            "account/add": self.add_account,
            "account/callback": self.set_callback,
            "fan/follow": self.follow,
            "fan/unfollow": self.unfollow,
            "fan/write": self.write,
            "fan/open-page": self.open_page,
            "fan/open-mini": self.open_mini,
            "fan/consent": self.consent,
            "fan/click": self.click,
            "fan/refuse-templates": self.refuse_templates,
            "fan/phone": self.phone,
            "fan/accounts": self.list_accounts,
            "clock/advance": self.advance,
            "fault/add": self.add_fault,
            "fault/clear": self.clear_faults,
            "token/revoke": self.revoke,
        }

    def on_shown(self, tell: Callable[[str], object]) -> None:
        """From now on `tell` is told the unionid of whoever an account has shown something; it has to be quick."""
        self._platform.on_shown = tell

    def open(self, name: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """What happens behind a door; KeyError where there is none."""
        door = self.doors[name]
        if name == "account/callback":  # asks the outside, which may ask something itself
            return door(Fields(given))
        with self._platform.lock:
            return door(Fields(given))

    def add_account(self, given: Fields) -> Mapping[str, Any]:
        """An account more: `kind` official or mini, and the templates that it may send."""
        kind = AccountKind(given.text("kind", missing=None) or "official")
        app_id = given.text("appid", missing=None) or self._platform.new_key("wx", 18)
        secret = given.text("secret", missing=None) or self._platform.new_key("", 32)
        account = Account(app_id, secret, kind, self._platform.new_key("gh_", 15))
        account.name = given.text("name", missing=None)
        account.template_ids = set(given.texts("template_ids", missing=None))
        if given.has("trusted_ips"):
            account.trusted_ips = set(given.texts("trusted_ips", missing=None))
        self._platform.accounts[app_id] = account
        return {"appid": app_id, "secret": secret, "original_id": account.original_id}

    def set_callback(self, given: Fields) -> Mapping[str, Any]:
        """Where an account is to be called, once the address gave the challenge back."""
        account = self._account(given)
        mode = Mode(given.text("mode", missing=None) or "plain")
        key = given.text("encoding_aes_key", missing=None)
        if mode is not Mode.PLAIN:
            try:
                Envelope("", key, account.app_id)
            except EnvelopeError as error:
                raise RefusedError(40058, "field encoding_aes_key invalid") from error
        address = Address(given.text("url"), given.text("token"), mode, key)
        if not self._platform.postman.challenge(address):
            raise RefusedError(40058, "the callback address did not answer the challenge")
        account.address = address
        return {}

    def _account(self, given: Fields) -> Account:
        return self._platform.account(given.text("appid", missing=40013))

    def _pair(self, given: Fields) -> tuple[Account, Fan]:
        account = self._account(given)
        return account, account.know(given.text("unionid"))

    def _tell(self, account: Account, fan: Fan, event: str, **more: str | int) -> None:
        seconds = int(self._platform.now().timestamp())
        fields: dict[str, str | int] = {"CreateTime": seconds, "MsgType": "event", "Event": event}
        self._platform.tell(account, fan, fields | more)

    def follow(self, given: Fields) -> Mapping[str, Any]:
        """Somebody follows the account, or scans one of its codes (`ticket`)."""
        account, fan = self._pair(given)
        ticket = given.text("ticket", missing=None)
        scene = self._logins.scenes.get(ticket)
        now = self._platform.now()
        if ticket and (scene is None or scene.app_id != account.app_id or (scene.until and now >= scene.until)):
            raise RefusedError(40035, "the code is over")
        more = {"EventKey": f"qrscene_{scene.text}", "Ticket": ticket} if scene else {"EventKey": ""}
        if fan.is_subscribed:
            if scene is not None:
                self._tell(account, fan, "SCAN", EventKey=scene.text, Ticket=ticket)
        else:
            fan.subscribed_at = int(now.timestamp())
            fan.scene, fan.qr_scene = ("ADD_SCENE_QR_CODE", scene.text) if scene else ("ADD_SCENE_SEARCH", "")
            self._tell(account, fan, "subscribe", **more)
        messages.allow(self._platform, fan, messages.AFTER_GESTURE)
        return {"openid": fan.openid}

    def unfollow(self, given: Fields) -> Mapping[str, Any]:
        account, fan = self._pair(given)
        if not fan.is_subscribed:
            raise RefusedError(43004)
        fan.subscribed_at, fan.tag_ids, fan.allowances = None, [], {}
        self._tell(account, fan, "unsubscribe", EventKey="")
        return {}

    def write(self, given: Fields) -> Mapping[str, Any]:
        """Somebody writes to the account."""
        account, fan = self._pair(given)
        if account.kind is AccountKind.OFFICIAL and not fan.is_subscribed:
            raise RefusedError(43004)
        text = given.text("text")
        at = int(self._platform.now().timestamp())
        fan.shown.append({"at": at, "is_own": True, "origin": "chat", "content": {"text": {"content": text}}})
        messages.allow(self._platform, fan, messages.AFTER_MESSAGE)
        fields: dict[str, str | int] = {"CreateTime": at, "MsgType": "text", "Content": text}
        self._platform.tell(account, fan, fields | {"MsgId": self._platform.new_number()})
        return {}

    def open_page(self, given: Fields) -> Mapping[str, Any]:
        """Somebody opens a page of the account that asks who it is."""
        account, fan = self._pair(given)
        return {"location": logins.authorize(self._platform, self._logins, account, fan, given)}

    def open_mini(self, given: Fields) -> Mapping[str, Any]:
        """Somebody opens the mini program; what `wx.login` gives it."""
        account, fan = self._pair(given)
        return {"js_code": logins.give_code(self._platform, self._logins, account, fan, "")}

    def consent(self, given: Fields) -> Mapping[str, Any]:
        """Somebody is asked whether they allow one message of a template, and does, or not (`accepts` false)."""
        account, fan = self._pair(given)
        template_id = given.text("template_id", missing=40037)
        if template_id not in account.template_ids:
            raise RefusedError(40037)
        accepts = given.flag("accepts", True)
        if accepts:
            fan.consents[template_id] = fan.consents.get(template_id, 0) + 1
        self._tell_popup(account, fan, template_id, accepts=accepts)
        return {}

    def _tell_popup(self, account: Account, fan: Fan, template_id: str, *, accepts: bool) -> None:
        """A list in a list, which no other event has."""
        if account.address is None:
            return
        head: dict[str, str | int] = {
            "ToUserName": account.original_id,
            "FromUserName": fan.openid,
            "CreateTime": int(self._platform.now().timestamp()),
            "MsgType": "event",
            "Event": "subscribe_msg_popup_event",
        }
        row = xml_of(
            {"TemplateId": template_id, "SubscribeStatusString": "accept" if accepts else "reject", "PopupScene": "2"}
        )
        listed = row.replace("<xml>", "<List>").replace("</xml>", "</List>")
        whole = xml_of(head).replace("</xml>", f"<SubscribeMsgPopupEvent>{listed}</SubscribeMsgPopupEvent></xml>")
        self._platform.postman.carry_xml(
            account.address, account.app_id, fan.openid, "subscribe_msg_popup_event", whole
        )

    def click(self, given: Fields) -> Mapping[str, Any]:
        """Somebody chooses a button of the menu that is clicked."""
        account, fan = self._pair(given)
        if not fan.is_subscribed:
            raise RefusedError(43004)
        messages.allow(self._platform, fan, messages.AFTER_GESTURE)
        self._tell(account, fan, "CLICK", EventKey=given.text("key"))
        return {}

    def refuse_templates(self, given: Fields) -> Mapping[str, Any]:
        self._pair(given)[1].refuses_templates = given.flag("refuses", True)
        return {}

    def phone(self, given: Fields) -> Mapping[str, Any]:
        return {"messages": self._pair(given)[1].shown}

    def list_accounts(self, given: Fields) -> Mapping[str, Any]:
        """The accounts there are, and what somebody has with each."""
        unionid = given.text("unionid")
        rows = []
        for account in self._platform.accounts.values():
            fan = account.fans.get(openid_of(account.app_id, unionid))
            rows.append(
                {
                    "appid": account.app_id,
                    "name": account.name or account.app_id,
                    "kind": account.kind.value,
                    "is_following": fan is not None and fan.is_subscribed,
                    "menu": account.menu,
                    "messages": fan.shown if fan else [],
                }
            )
        return {"accounts": rows}

    def advance(self, given: Fields) -> Mapping[str, Any]:
        self._platform.clock.advance(timedelta(seconds=given.whole("seconds", most=SECONDS_MAX)))
        return {"now": self._platform.now().isoformat()}

    def add_fault(self, given: Fields) -> Mapping[str, Any]:
        errcode = given.values.get("errcode", -1)
        if errcode not in TEXTS:
            raise KeyError(errcode)
        skip, count = given.whole("skip", 0), given.whole("count", 1, least=1)
        kind, place = FaultKind(given.text("kind")), given.text("place", missing=None)
        status = given.whole("status", 502, least=400, most=599)
        seconds = float(given.whole("seconds", 0, most=60))
        self._platform.faults.add(Fault(kind, place, skip, count, seconds, status, int(errcode)))
        return {}

    def clear_faults(self, _given: Fields) -> Mapping[str, Any]:
        self._platform.faults.clear()
        return {}

    def revoke(self, _given: Fields) -> Mapping[str, Any]:
        return {"revoked": self._tokens.revoke()}

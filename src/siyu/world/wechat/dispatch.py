"""From a request to the answer of an account's API."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from siyu.world.wechat import codes, fans, logins, menus, messages
from siyu.world.wechat.accounts import Platform
from siyu.world.wechat.calls import AccountCall
from siyu.world.wechat.doors import Doors
from siyu.world.wechat.logins import Logins
from siyu.world.wechat.tokens import AccountTokens
from siyu.world.wecom.calls import Fields, File, Reply
from siyu.world.wecom.dispatch import Answer, Request, as_json
from siyu.world.wecom.doors import DOORS_PREFIX
from siyu.world.wecom.errors import RefusedError, errmsg
from siyu.world.wecom.faults import Fault, FaultKind
from siyu.world.wecom.limits import Window

Handler = Callable[[AccountCall], Reply | File]

CALLS: dict[tuple[str, str], Handler] = {
    ("GET", "/cgi-bin/user/info"): fans.get_fan,
    ("POST", "/cgi-bin/user/info/batchget"): fans.get_fans,
    ("GET", "/cgi-bin/user/get"): fans.list_fans,
    ("POST", "/cgi-bin/user/info/updateremark"): fans.remark_fan,
    ("POST", "/cgi-bin/tags/create"): fans.create_tag,
    ("GET", "/cgi-bin/tags/get"): fans.list_tags,
    ("POST", "/cgi-bin/tags/update"): fans.rename_tag,
    ("POST", "/cgi-bin/tags/delete"): fans.delete_tag,
    ("POST", "/cgi-bin/tags/members/batchtagging"): fans.tag_fans,
    ("POST", "/cgi-bin/tags/members/batchuntagging"): fans.untag_fans,
    ("POST", "/cgi-bin/tags/getidlist"): fans.tags_of_fan,
    ("POST", "/cgi-bin/qrcode/create"): codes.create_code,
    ("GET", "/cgi-bin/ticket/getticket"): codes.get_ticket,
    ("POST", "/cgi-bin/menu/create"): menus.create_menu,
    ("GET", "/cgi-bin/menu/get"): menus.get_menu,
    ("GET", "/cgi-bin/menu/delete"): menus.delete_menu,
    ("GET", "/cgi-bin/getcallbackip"): menus.get_callback_addresses,
    ("POST", "/cgi-bin/message/custom/send"): messages.send_custom,
    ("POST", "/cgi-bin/message/template/send"): messages.send_template,
    ("GET", "/cgi-bin/template/get_all_private_template"): messages.list_templates,
    ("GET", "/wxaapi/newtmpl/gettemplate"): messages.list_templates,
    ("POST", "/cgi-bin/message/subscribe/send"): messages.send_subscribed,
    ("POST", "/cgi-bin/message/subscribe/bizsend"): messages.send_subscribed,
    ("POST", "/wxa/generatescheme"): codes.make_scheme,
    ("POST", "/wxa/generate_urllink"): codes.make_link,
    ("POST", "/wxa/getwxacodeunlimit"): codes.make_mini_code,
}
PATHS = {path for _, path in CALLS}


class AccountService:
    """Answers the calls of all accounts' clients and the doors of people."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.tokens = AccountTokens(platform)
        self.logins = Logins()
        self.doors = Doors(platform, self.tokens, self.logins)
        self._calls = 0
        self._free: dict[tuple[str, str], Callable[[Fields], Reply]] = {
            ("GET", "/sns/oauth2/access_token"): lambda query: logins.page_token(platform, self.logins, query),
            ("GET", "/sns/userinfo"): lambda query: logins.page_person(platform, self.logins, query),
            ("GET", "/sns/jscode2session"): lambda query: logins.mini_session(platform, self.logins, query),
        }

    def answer(self, request: Request) -> Answer:
        """The answer to one request; takes as long as the faults in force say."""
        if request.path.startswith(DOORS_PREFIX):
            return self._through_door(request)
        faults = {fault.kind: fault for fault in self.platform.faults.of_call(request.path)}
        if (late := faults.get(FaultKind.DELAY)) is not None:
            time.sleep(late.seconds)
        if FaultKind.DROP in faults:
            return Answer(0, b"", is_dropped=True)
        if (broken := faults.get(FaultKind.STATUS)) is not None:
            return Answer(broken.status, b"<html>Bad Gateway</html>", "text/html")
        answer = self._as_answer(request, faults)
        return Answer(0, b"", is_dropped=True) if FaultKind.LOSE_ANSWER in faults else answer

    def _as_answer(self, request: Request, faults: Mapping[FaultKind, Fault]) -> Answer:
        try:
            if (refused := faults.get(FaultKind.ERRCODE)) is not None:
                raise RefusedError(refused.errcode)
            with self.platform.lock:
                self._calls += 1
                if FaultKind.REVOKE_TOKEN in faults:
                    self.tokens.revoke()
                reply = self._reply(request)
        except RefusedError as refusal:
            seconds = int(self.platform.now().timestamp())
            text = errmsg(refusal, now_seconds=seconds, call_number=self._calls, caller_ip=request.caller_ip)
            return as_json(200, {"errcode": refusal.errcode, "errmsg": text})
        if reply is None:
            return as_json(404, {"errcode": 404, "errmsg": "no such path in the emulated WeChat"})
        if isinstance(reply, File):
            return Answer(200, reply.content, reply.content_type, reply.file_name)
        return as_json(200, reply)

    def _reply(self, request: Request) -> Reply | File | None:
        key, query = (request.method, request.path), Fields(request.query)
        if key == ("GET", "/cgi-bin/token"):
            return self.tokens.give(query, request.caller_ip)
        if key == ("POST", "/cgi-bin/stable_token"):
            return self.tokens.give_stable(self._body(request), request.caller_ip)
        if key in self._free:
            return self._free[key](query)
        if request.path not in PATHS:
            return None
        account = self.tokens.account_of(query.text("access_token", missing=None))
        if account.trusted_ips is not None and request.caller_ip not in account.trusted_ips:
            raise RefusedError(40164)
        if key not in CALLS:
            raise RefusedError(40035, "wrong method")
        limits, now = self.platform.limits, self.platform.now()
        minute = [(Window.MINUTE, limits.calls_per_minute)]
        try:
            self.platform.meter.count((account.app_id, request.path), minute, now)
        except RefusedError as refusal:
            raise RefusedError(45011) from refusal
        body = self._body(request) if request.method == "POST" else Fields({})
        return CALLS[key](AccountCall(self.platform, account, now, query, body, self.logins))

    def _body(self, request: Request) -> Fields:
        if len(request.body) > self.platform.limits.body_bytes_max:
            raise RefusedError(40206)
        try:
            document = json.loads(request.body or b"{}")
        except (ValueError, RecursionError) as error:
            raise RefusedError(47001) from error
        if not isinstance(document, dict):
            raise RefusedError(47001)
        return Fields(document)

    def _through_door(self, request: Request) -> Answer:
        try:
            given: Mapping[str, Any] = json.loads(request.body) if request.body else {}
            name = request.path.removeprefix(DOORS_PREFIX)
            return as_json(200, self.doors.open(name, {**request.query, **given}))
        except RefusedError as refusal:
            return as_json(409, {"error": refusal.text, "errcode": refusal.errcode})
        except KeyError as missing:
            return as_json(404, {"error": f"unknown or missing: {missing.args[0]}"})
        except (ValueError, TypeError) as wrong:
            return as_json(400, {"error": str(wrong)})

"""Driving the emulated accounts without a wire."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from siyu.world.wechat.accounts import Platform
from siyu.world.wechat.dispatch import AccountService
from siyu.world.wechat.posting import Address
from siyu.world.wecom.dispatch import Answer, Request
from tests.world.wecom.driving import fields_of

OFFICIAL, MINI = "wx5823bf96d3bd56c7", "wx0000000000000002"
SECRET = "the-account's-secret"
TEMPLATE = "TEMPLATE-1"
ADDRESS = Address("http://127.0.0.1:9/", "QDG6eK")


@dataclass
class Accounts:
    """A client of one account that keeps its token."""

    platform: Platform
    service: AccountService
    app_id: str = OFFICIAL
    token: str = ""
    caller_ip: str = "127.0.0.1"

    def of(self, app_id: str) -> Accounts:
        return Accounts(self.platform, self.service, app_id)

    def ask(self, method: str, path: str, query: dict[str, str], body: bytes = b"") -> Answer:
        return self.service.answer(Request(method, path, query, body, caller_ip=self.caller_ip))

    def log_in(self, **more: str) -> dict[str, Any]:
        query = {"grant_type": "client_credential", "appid": self.app_id, "secret": SECRET} | more
        reply = dict(json.loads(self.ask("GET", "/cgi-bin/token", query).body))
        self.token = reply.get("access_token", "")
        return reply

    def stable(self, **more: object) -> dict[str, Any]:
        body = {"grant_type": "client_credential", "appid": self.app_id, "secret": SECRET} | more
        return dict(json.loads(self.ask("POST", "/cgi-bin/stable_token", {}, json.dumps(body).encode()).body))

    def get(self, path: str, **query: object) -> dict[str, Any]:
        told = {name: str(value) for name, value in query.items()}
        return dict(json.loads(self.ask("GET", path, self._token() | told).body))

    def post(self, path: str, /, **body: object) -> dict[str, Any]:
        return dict(json.loads(self.ask("POST", path, self._token(), json.dumps(body).encode()).body))

    def free(self, path: str, **query: object) -> dict[str, Any]:
        """A call that needs no token but the secret."""
        told = {"appid": self.app_id, "secret": SECRET} | {name: str(value) for name, value in query.items()}
        return dict(json.loads(self.ask("GET", path, told).body))

    def errcode(self, path: str, /, **body: object) -> int:
        return int(self.post(path, **body).get("errcode", 0))

    def door(self, door: str, /, **given: object) -> dict[str, Any]:
        answer = self._door(door, given)
        assert answer.status == 200, answer.body.decode()
        return dict(json.loads(answer.body))

    def refused_door(self, door: str, /, **given: object) -> int:
        answer = self._door(door, given)
        assert answer.status == 409, answer.body.decode()
        return int(json.loads(answer.body)["errcode"])

    def follow(self, unionid: str = "o-person", **more: object) -> str:
        return str(self.door("fan/follow", unionid=unionid, **more)["openid"])

    def told(self) -> list[dict[str, str]]:
        known = [fields_of(one.xml) for one in self.platform.postman.deliveries]
        self.platform.postman.deliveries.clear()
        return known

    def _door(self, door: str, given: dict[str, object]) -> Answer:
        body = json.dumps({"appid": self.app_id} | given).encode()
        return self.service.answer(Request("POST", f"/world/{door}", {}, body))

    def _token(self) -> dict[str, str]:
        if not self.token:
            self.log_in()
        return {"access_token": self.token}

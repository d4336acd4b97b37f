"""Driving the emulated WeCom without a wire: calls as a client makes them, and what its apps were told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

from siyu.world.wecom.apps import App, Callback
from siyu.world.wecom.corp import Corp
from siyu.world.wecom.dispatch import Answer, Request, Service

CORP_ID = "ww5823bf96d3bd56c7"
SECRET, CONTACTS_SECRET, OTHER_SECRET = "own-app-secret", "address-book-secret", "second-app-secret"
AGENT_ID, OTHER_AGENT_ID = 1000002, 1000003
CALLBACK = Callback("http://127.0.0.1:9/callback", "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
BOUNDARY = "a-boundary-of-the-test"


@dataclass
class Api:
    """A client of one app that keeps its token, as clients do."""

    corp: Corp
    service: Service
    secret: str = SECRET
    caller_ip: str = "127.0.0.1"
    token: str = field(default="")

    def of(self, secret: str) -> Api:
        """The same corp through another app."""
        return Api(self.corp, self.service, secret, self.caller_ip)

    @property
    def app(self) -> App:
        return self.corp.apps[self.secret]

    def ask(self, method: str, path: str, query: Mapping[str, str], body: bytes = b"", kind: str = "") -> Answer:
        request = Request(method, f"/cgi-bin/{path}", dict(query), body, kind, self.caller_ip)
        return self.service.answer(request)

    def log_in(self) -> str:
        answer = self.ask("GET", "gettoken", {"corpid": CORP_ID, "corpsecret": self.secret})
        self.token = str(json.loads(answer.body)["access_token"])
        return self.token

    def get(self, path: str, **query: object) -> dict[str, Any]:
        return self._reply(self.ask("GET", path, self._query(query)))

    def post(self, path: str, /, **body: object) -> dict[str, Any]:
        return self._reply(self.ask("POST", path, self._query({}), json.dumps(body, ensure_ascii=False).encode()))

    def upload(self, path: str, content: bytes, *, field_name: str = "media", **query: object) -> dict[str, Any]:
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        return self._reply(self.ask("POST", path, self._query(query), form_of(content, field_name), kind))

    def errcode(self, method: str, path: str, /, **given: object) -> int:
        reply = self.get(path, **given) if method == "GET" else self.post(path, **given)
        return int(reply["errcode"])

    def door(self, door: str, /, **given: object) -> dict[str, Any]:
        """What happens behind a door; it must be possible."""
        answer = self.service.answer(Request("POST", f"/world/{door}", {}, json.dumps(given).encode()))
        assert answer.status == 200, answer.body.decode()
        return dict(json.loads(answer.body))

    def refused_door(self, door: str, /, **given: object) -> int:
        """The code with which a door refuses."""
        answer = self.service.answer(Request("POST", f"/world/{door}", {}, json.dumps(given).encode()))
        assert answer.status == 409, answer.body.decode()
        return int(json.loads(answer.body)["errcode"])

    def pass_time(self, **by: float) -> None:
        self.door("clock/advance", seconds=int(timedelta(**by).total_seconds()))

    def customers(self, userid: str) -> list[str]:
        return list(self.get("externalcontact/list", userid=userid)["external_userid"])

    def newcomer(self, name: str = "新客") -> str:
        """Somebody who knows nobody here."""
        return str(self.door("person/add", name=name)["external_userid"])

    def told(self) -> list[dict[str, str]]:
        """What the apps were told since the last time this was asked."""
        known = [fields_of(one.xml) for one in self.corp.postman.deliveries]
        self.corp.postman.deliveries.clear()
        return known

    def _query(self, query: Mapping[str, object]) -> dict[str, str]:
        token = self.token or self.log_in()
        return {"access_token": token} | {name: str(value) for name, value in query.items()}

    def _reply(self, answer: Answer) -> dict[str, Any]:
        assert answer.status == 200, answer
        return dict(json.loads(answer.body))


def form_of(content: bytes, field_name: str = "media", file_name: str = "a.png") -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field_name}"; filename="{file_name}"\r\n'
    return head.encode() + b"Content-Type: image/png\r\n\r\n" + content + f"\r\n--{BOUNDARY}--\r\n".encode()


def fields_of(xml: str) -> dict[str, str]:
    """The fields of an event; a list as its items with commas between."""
    root = ElementTree.fromstring(xml)  # noqa: S314  # made by the emulator itself
    return {one.tag: ",".join(item.text or "" for item in one) if len(one) else one.text or "" for one in root}

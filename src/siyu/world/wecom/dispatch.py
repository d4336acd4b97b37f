"""From a request to its answer: faults, concurrency, token, address, rights, rates, parameters, and then the handler.

In what order the real service looks at these is nowhere written; this one asks first who calls, then whether he may, then what.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from typing import Any

from siyu.world.wecom.apps import App, AppKind
from siyu.world.wecom.calls import Call, Fields, File, Upload
from siyu.world.wecom.corp import Corp
from siyu.world.wecom.doors import DOORS_PREFIX, open_door
from siyu.world.wecom.endpoints import ENDPOINTS, PREFIX, TOKEN_PATH, Endpoint, Right
from siyu.world.wecom.errors import RefusedError, errmsg
from siyu.world.wecom.faults import Fault, FaultKind
from siyu.world.wecom.limits import Window
from siyu.world.wecom.tags import pair_of

JSON = "application/json; charset=UTF-8"
MARK_TAG = f"{PREFIX}/externalcontact/mark_tag"
RESIGNED_TRANSFER = f"{PREFIX}/externalcontact/resigned/transfer_customer"
CALLS_THAT_SHOW = {
    *("add_msg_template", "remind_groupmsg_send", "cancel_groupmsg_send", "add_moment_task", "cancel_moment_task"),
    *("remark", "mark_tag", "add_contact_way", "del_contact_way", "add_join_way", "del_join_way", "create_link"),
    *("transfer_customer", "transfer", "trans"),
}
"""The calls after which a page has something else to show, beside those by which a message reaches somebody."""
WRONG_JSON = "Warning: wrong json format. "


@dataclass(frozen=True, slots=True)
class Request:
    """What came in over the wire. `target` is path and query as they came; names of `headers` are in small letters."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    content_type: str = ""
    caller_ip: str = "127.0.0.1"
    target: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes out; None of it where the connection is to break."""

    status: int
    body: bytes
    content_type: str = JSON
    file_name: str = ""
    is_dropped: bool = False
    headers: Sequence[tuple[str, str]] = ()


class Service:
    """Answers the calls of one corp's clients and the doors of its people."""

    def __init__(self, corp: Corp) -> None:
        self.corp = corp
        self._running: Counter[object] = Counter()
        self._writing: set[object] = set()
        self._running_lock = threading.Lock()
        self._calls = 0

    def answer(self, request: Request) -> Answer:
        """The answer to one request; takes as long as the faults in force say."""
        if request.path.startswith(DOORS_PREFIX):
            return self._through_door(request)
        with self._running_lock:
            self._calls += 1
            self._running[request.path] += 1
            number, running = self._calls, self._running[request.path]
        try:
            return self._meet_faults(request, number, running)
        finally:
            with self._running_lock:
                self._running[request.path] -= 1

    def _through_door(self, request: Request) -> Answer:
        try:
            given = json.loads(request.body) if request.body else {}
        except ValueError:
            return as_json(400, {"error": "not JSON"})
        if not isinstance(given, dict):
            return as_json(400, {"error": "not an object"})
        try:
            return as_json(200, open_door(self.corp, request.path, {**request.query, **given}))
        except RefusedError as refusal:
            return as_json(409, {"error": refusal.text, "errcode": refusal.errcode})
        except KeyError as missing:
            return as_json(404, {"error": f"unknown or missing: {missing.args[0]}"})
        except (ValueError, TypeError) as wrong:
            return as_json(400, {"error": str(wrong)})

    def _meet_faults(self, request: Request, number: int, running: int) -> Answer:
        faults = {fault.kind: fault for fault in self.corp.faults.of_call(request.path)}
        if (late := faults.get(FaultKind.DELAY)) is not None:
            time.sleep(late.seconds)
        if FaultKind.DROP in faults:
            return Answer(0, b"", is_dropped=True)
        if (broken := faults.get(FaultKind.STATUS)) is not None:
            return Answer(broken.status, b"<html>Bad Gateway</html>", "text/html")
        answer = self._as_answer(request, number, running, faults)
        return Answer(0, b"", is_dropped=True) if FaultKind.LOSE_ANSWER in faults else answer

    def _as_answer(self, request: Request, number: int, running: int, faults: Mapping[FaultKind, Fault]) -> Answer:
        if request.path != TOKEN_PATH and request.path not in ENDPOINTS:
            return as_json(404, {"errcode": 404, "errmsg": "no such path in the emulated WeCom"})
        try:
            if running > self.corp.rules.concurrent_calls_max:
                raise RefusedError(45033)
            if (refused := faults.get(FaultKind.ERRCODE)) is not None:
                raise RefusedError(refused.errcode)
            reply = self._reply(request, is_revoking=FaultKind.REVOKE_TOKEN in faults)
        except RefusedError as refusal:
            seconds = self.corp.now_seconds
            text = errmsg(refusal, now_seconds=seconds, call_number=number, caller_ip=request.caller_ip)
            return as_json(200, {"errcode": refusal.errcode, "errmsg": text})
        if isinstance(reply, File):
            return Answer(200, reply.content, reply.content_type, reply.file_name)
        return as_json(200, {"errcode": 0, "errmsg": "ok"} | dict(reply))

    def _reply(self, request: Request, *, is_revoking: bool) -> Mapping[str, Any] | File:
        corp, query = self.corp, Fields(request.query)
        if len(request.body) > corp.rules.body_bytes_max:
            raise RefusedError(40206)
        body, upload = self._body_of(request) if request.method == "POST" else ({}, None)
        record = self._record_of(request.path, Fields(body))
        self._begin(record)
        try:
            with corp.lock:
                now = corp.now()
                corp.agenda.run(now)
                if request.path == TOKEN_PATH:
                    return corp.tokens.give(query, corp.apps, corp.meter, request.caller_ip, now)
                endpoint = ENDPOINTS[request.path]
                secret = corp.tokens.secret_of(query.text("access_token", missing=None), now)
                if is_revoking:
                    corp.tokens.revoke(secret)
                    raise RefusedError(40014)
                app = corp.apps[secret]
                self._admit(app, endpoint, request)
                if request.method not in endpoint.methods.split():
                    raise RefusedError(40035, "wrong method")
                call = Call(corp, app, now, query, Fields(body), upload, request.caller_ip, request.path)
                reply = endpoint.handler(call)
        finally:
            self._end(record)
        if request.path.rpartition("/")[2] in CALLS_THAT_SHOW:
            corp.changes.tell()
        return reply

    def _admit(self, app: App, endpoint: Endpoint, request: Request) -> None:
        corp, rules = self.corp, self.corp.rules
        if not app.is_enabled:
            raise RefusedError(50003)
        if app.trusted_ips is not None and request.caller_ip not in app.trusted_ips:
            raise RefusedError(60020)
        if endpoint.right is not Right.ANY and app.kind is AppKind.CONTACTS:
            raise RefusedError(48002)
        if endpoint.right is Right.CUSTOMERS and not app.may_call_customers:
            raise RefusedError(48002)
        if endpoint.right is Right.KF and not (app.may_call_kf and app.kind is AppKind.OWN):
            raise RefusedError(48002)
        if endpoint.is_exempt:
            return
        of_corp = [(Window.MINUTE, rules.corp_calls_per_minute), (Window.HOUR, rules.corp_calls_per_hour)]
        of_ip = [(Window.MINUTE, rules.ip_calls_per_minute), (Window.HOUR, rules.ip_calls_per_hour)]
        now = corp.now()
        if request.query.get("debug") == "1":
            corp.meter.count("debug", [(Window.MINUTE, rules.debug_calls_per_minute)], now)
        corp.meter.count(("corp", request.path), of_corp, now)
        corp.meter.count(("ip", request.caller_ip, request.path), of_ip, now)

    def _body_of(self, request: Request) -> tuple[dict[str, Any], Upload | None]:
        if request.content_type.startswith("multipart/"):
            return {}, upload_of(request.content_type, request.body)
        if not request.body:
            return {}, None
        if self.corp.rules.refuses_escaped_json and b"\\u" in request.body:
            raise RefusedError(40033)
        try:
            document = json.loads(request.body)
        except (ValueError, RecursionError) as error:
            raise RefusedError(40035, WRONG_JSON) from error
        if not isinstance(document, dict):
            raise RefusedError(40035, WRONG_JSON)
        return document, None

    def _record_of(self, path: str, body: Fields) -> object | None:
        """What of a call nobody else may write at the same time."""
        try:
            if path == MARK_TAG:
                return pair_of(body)
            return body.text("handover_userid", missing=None) or None if path == RESIGNED_TRANSFER else None
        except RefusedError:
            return None

    def _begin(self, record: object | None) -> None:
        if record is None:
            return
        with self._running_lock:
            if record in self._writing:
                raise RefusedError(45035)
            self._writing.add(record)

    def _end(self, record: object | None) -> None:
        if record is not None:
            with self._running_lock:
                self._writing.discard(record)


def upload_of(content_type: str, body: bytes) -> Upload | None:
    """The first file of a form."""
    boundary = Message()
    boundary["Content-Type"] = content_type
    mark = boundary.get_boundary()
    if not mark:
        return None
    for part in (b"\r\n" + body).split(b"\r\n--" + mark.encode())[1:]:
        head, _, content = part.partition(b"\r\n\r\n")
        headers = BytesParser().parsebytes(head.strip() + b"\r\n\r\n", headersonly=True)
        name, file_name = headers.get_param("name", header="Content-Disposition"), headers.get_filename()
        if isinstance(name, str) and file_name is not None:
            return Upload(name, file_name, headers.get_content_type(), content)
    return None


def as_json(status: int, document: Mapping[str, Any]) -> Answer:
    """An answer in raw UTF-8, as the real service gives it."""
    return Answer(status, json.dumps(document, ensure_ascii=False).encode())

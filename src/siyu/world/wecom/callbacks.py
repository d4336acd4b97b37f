"""What a corp tells its apps: encrypted callbacks, posted with the retries that are documented, never with a guarantee."""

from __future__ import annotations

import http.client
import queue
import ssl
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, urlencode, urlsplit
from xml.sax.saxutils import escape

from siyu.kernel.clock import Clock
from siyu.kernel.ids import IdSource
from siyu.world.wecom.apps import Callback
from siyu.world.wecom.crypto import EnvelopeError, signature_of
from siyu.world.wecom.faults import FaultKind, Faults
from siyu.world.wecom.rules import Rules

WORKERS = 8
KEPT = 1000
ANSWER_BYTES_MAX = 64 * 1024
SENDER = "sys"

Value = str | int | Sequence[str]


class Fate(StrEnum):
    """What became of a callback."""

    WAITING = "waiting"
    TAKEN = "taken"
    LOST = "lost"


@dataclass(slots=True)
class Delivery:
    """One callback to one app, as the outside of the world can look at it."""

    event: str
    change: str
    url: str
    xml: str
    fate: Fate = Fate.WAITING
    attempts: int = 0
    status: int = 0


@dataclass(frozen=True, slots=True)
class Letter:
    """A callback on its way. `about` is what a kind of postman wants to know beside."""

    delivery: Delivery
    callback: Callback
    agent_id: int | None
    delay_seconds: float
    about: tuple[str, ...] = ()


def xml_of(fields: Mapping[str, Value]) -> str:
    """The XML of an event: numbers bare, texts as CDATA, lists as items."""
    return "<xml>" + "".join(_element(name, value) for name, value in fields.items()) + "</xml>"


def _element(name: str, value: Value) -> str:
    if isinstance(value, int):
        return f"<{name}>{value}</{name}>"
    if isinstance(value, str):
        return f"<{name}>{_text(value)}</{name}>"
    return f"<{name}>" + "".join(_element("Item", item) for item in value) + f"</{name}>"


def _text(value: str) -> str:
    return escape(value) if "]]>" in value else f"<![CDATA[{value}]]>"


class Postman:
    """Carries callbacks to the apps, several at a time, so that a slow app does not hold up another."""

    def __init__(self, corp_id: str, rules: Rules, clock: Clock, ids: IdSource, faults: Faults) -> None:
        self._corp_id, self._rules, self._clock, self._ids, self._faults = corp_id, rules, clock, ids, faults
        self._letters: queue.Queue[Letter | None] = queue.Queue()
        self._held: list[Letter] = []
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self.deliveries: deque[Delivery] = deque(maxlen=KEPT)

    def start(self) -> None:
        for number in range(WORKERS):
            thread = threading.Thread(target=self._run, name=f"postman-{number}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Carries no more; what waits is lost."""
        for _ in self._threads:
            self._letters.put(None)
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    def wait(self) -> None:
        """Until everything that waits was carried or lost."""
        self._letters.join()

    def post(
        self,
        callback: Callback,
        agent_id: int | None,
        fields: Mapping[str, Value],
        about: tuple[str, ...] = (),
    ) -> None:
        """Sends an event on its way to one app."""
        event, change = str(fields.get("Event", "")), str(fields.get("ChangeType", ""))
        whole = {
            "ToUserName": self._corp_id,
            "FromUserName": SENDER,
            "CreateTime": int(self._clock.now().timestamp()),
            "MsgType": "event",
            **fields,
        }
        delivery = Delivery(event, change, callback.url, xml_of(whole))
        faults = {fault.kind: fault for fault in self._faults.of_callback(event)}
        late = faults.get(FaultKind.CALLBACK_DELAY)
        letter = Letter(delivery, callback, agent_id, late.seconds if late else 0.0, about)
        with self._lock:
            self.deliveries.append(delivery)
            if FaultKind.CALLBACK_DROP in faults:
                delivery.fate = Fate.LOST
                return
            if FaultKind.CALLBACK_REORDER in faults:
                self._held.append(letter)
                return
            ready = [letter] * (2 if FaultKind.CALLBACK_DUPLICATE in faults else 1)
            ready += self._held
            self._held = []
        for one in ready:
            self.carry(one)

    def carry(self, letter: Letter) -> None:
        """Has a letter carried as soon as somebody is free for it."""
        self._letters.put(letter)

    def sealed(self, letter: Letter) -> tuple[dict[str, str], bytes]:
        """What is posted: what comes behind the address, and the body."""
        callback = letter.callback
        closed = callback.envelope(self._corp_id).close(letter.delivery.xml.encode(), self._noise())
        fields: dict[str, Value] = {"ToUserName": self._corp_id, "Encrypt": closed}
        if letter.agent_id is not None:
            fields["AgentID"] = str(letter.agent_id)
        return self._signed(callback, closed), xml_of(fields).encode()

    def verify(self, callback: Callback) -> bool:
        """Whether the address answers the challenge by which it shows token and key."""
        said = self._ids.new_secret(10)
        closed = callback.envelope(self._corp_id).close(said.encode(), self._noise())
        query = self._signed(callback, closed) | {"echostr": closed}
        try:
            status, answer = request_of("GET", callback.url, query, None, self._rules.callback_verify_seconds)
        except (OSError, http.client.HTTPException, ValueError):
            return False
        return status == 200 and answer == said.encode()

    def _run(self) -> None:
        while (letter := self._letters.get()) is not None:
            try:
                self._carry(letter)
            finally:
                self._letters.task_done()
        self._letters.task_done()

    def _carry(self, letter: Letter) -> None:
        if letter.delay_seconds:
            time.sleep(letter.delay_seconds)
        delivery = letter.delivery
        for attempt in range(self._rules.callback_attempts):
            if attempt:
                time.sleep(self._rules.callback_retry_seconds)
            delivery.attempts += 1
            try:
                delivery.status = self._send(letter)
            except (OSError, http.client.HTTPException, ValueError, EnvelopeError):
                delivery.status = 0
                continue
            if delivery.status == 200 or not self._rules.callback_retries_on_status:
                break
        delivery.fate = Fate.TAKEN if delivery.status == 200 else Fate.LOST

    def _send(self, letter: Letter) -> int:
        query, body = self.sealed(letter)
        return request_of("POST", letter.callback.url, query, body, self._rules.callback_timeout_seconds)[0]

    def _signed(self, callback: Callback, closed: str) -> dict[str, str]:
        timestamp, nonce = self._stamp()
        signature = signature_of(callback.token, timestamp, nonce, closed)
        return {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce}

    def _stamp(self) -> tuple[str, str]:
        return str(int(self._clock.now().timestamp())), str(self._ids.new_id().int % 10**10)

    def _noise(self) -> bytes:
        return self._ids.new_id().bytes


def request_of(
    method: str, url: str, query: Mapping[str, str], body: bytes | None, seconds_max: float
) -> tuple[int, bytes]:
    """Status and body of the answer of an address that is to be called."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("a callback goes to http or https")
    joined = "&".join(part for part in (parts.query, urlencode(query, quote_via=quote)) if part)
    connection = (
        http.client.HTTPSConnection(
            parts.hostname, parts.port, timeout=seconds_max, context=ssl.create_default_context()
        )
        if parts.scheme == "https"
        else http.client.HTTPConnection(parts.hostname, parts.port, timeout=seconds_max)
    )
    try:
        headers = {"Content-Type": "text/xml"} if body is not None else {}
        connection.request(method, f"{parts.path or '/'}?{joined}", body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read(ANSWER_BYTES_MAX)
    finally:
        connection.close()

"""The outside that the webhook channel talks to in the made-up world.

It takes messages as a company's own program would (the protocol stands in the webhook channel) and behaves like the people
they are for: some follow the link after a while, a few cannot be reached. Who does what depends on the seed and the message's
key alone. It remembers keys, not people, and writes nothing down.
"""

from __future__ import annotations

import heapq
import hmac
import http.client
import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from siyu.kernel.clock import Clock, SystemClock, real_span
from siyu.kernel.ids import derived_id
from siyu.platform.crypto import is_same

MESSAGES_PATH = "/messages"
CALLS_PATH = "/calls"
"""Where a program of the brand's own is told of events: it takes whatever it is told."""
HEALTH_PATH = "/healthz"
HOST = "127.0.0.1"
BODY_BYTES_MAX = 4 * 1024 * 1024
KEYS_KEPT = 500_000
SIGNATURE_AGE_SECONDS_MAX = 300
FOLLOW_ATTEMPTS = 3
RETRY_SECONDS = 2.0
PHONES = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
    " MicroMessenger/8.0.58 NetType/WIFI Language/zh_CN",
    "Mozilla/5.0 (Linux; Android 15; V2408A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/130.0 Mobile"
    " Safari/537.36 XWEB/1300 MicroMessenger/8.0.57 NetType/5G Language/zh_CN",
)
DELAY_SECONDS = (3.0, 120.0)
_WHOLE = 2**128


@dataclass(frozen=True, slots=True)
class Manners:
    """How the people behave: shares of all messages, and between which delays a link is followed."""

    seed: int = 1
    rejected_share: float = 0.02
    delivered_share: float = 0.8
    followed_share: float = 0.33
    delay_seconds_min: float = DELAY_SECONDS[0]
    delay_seconds_max: float = DELAY_SECONDS[1]

    def status(self, key: str) -> str:
        """What becomes of a message: `rejected`, `delivered`, or just `accepted`."""
        share = self._share("status", key)
        if share < self.rejected_share:
            return "rejected"
        return "delivered" if share < self.rejected_share + self.delivered_share else "accepted"

    def follows_after_seconds(self, key: str) -> float | None:
        """When the link of a message is followed; None where it never is."""
        if self.status(key) == "rejected" or self._share("follow", key) >= self.followed_share:
            return None
        # Squared: most look at their phone soon.
        waited = self._share("delay", key) ** 2
        return self.delay_seconds_min + waited * (self.delay_seconds_max - self.delay_seconds_min)

    def phone(self, key: str) -> str:
        """The User-Agent of whoever got the message."""
        return PHONES[int(self._share("phone", key) * len(PHONES))]

    def _share(self, question: str, key: str) -> float:
        return derived_id(self.seed, question, key).int / _WHOLE


class Receiver:
    """The running outside: an HTTP server, and the thread of those who follow links. `port` 0 takes any that is free."""

    def __init__(self, port: int, secret: str, manners: Manners, *, clock: Clock | None = None) -> None:
        self.manners = manners
        self.on_message: Callable[[Mapping[str, Any]], bool] = lambda _message: False
        """Told of each new message; True where somebody else sees to it that its link is followed, or not."""
        self._secret = secret
        self._clock = clock or SystemClock()
        self._seen: OrderedDict[str, str] = OrderedDict()
        self._seen_lock = threading.Lock()
        self._followers = _Followers()
        self._server = _Server((HOST, port), self)
        self._threads = [
            threading.Thread(target=self._server.serve_forever, args=(0.1,), name="receiver", daemon=True),
            threading.Thread(target=self._followers.run, name="followers", daemon=True),
        ]

    @property
    def url(self) -> str:
        """Where messages are to be posted."""
        return f"http://{HOST}:{self._server.server_address[1]}{MESSAGES_PATH}"

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stops listening; links that were not followed yet are never followed."""
        self._server.shutdown()
        self._server.server_close()
        self._followers.stop()
        for thread in self._threads:
            thread.join()

    def is_signed(self, header: str, body: bytes) -> bool:
        """Whether whoever posted knows the secret, and posted just now."""
        parts = dict(part.partition("=")[::2] for part in header.split(","))
        at = parts.get("t", "")
        if not (at.isascii() and at.isdigit() and len(at) <= 12):
            return False
        age_max = real_span(self._clock, timedelta(seconds=SIGNATURE_AGE_SECONDS_MAX))
        if abs(self._clock.now().timestamp() - int(at)) > age_max.total_seconds():
            return False
        expected = hmac.new(self._secret.encode(), f"{at}.".encode() + body, "sha256").hexdigest()
        return is_same(expected, parts.get("v1", ""))

    def take(self, message: Mapping[str, Any]) -> dict[str, str]:
        """The answer for one message; its link is followed once, however often it comes."""
        key = str(message.get("key", ""))
        status = self.manners.status(key)
        with self._seen_lock:
            is_new = key not in self._seen
            self._seen[key] = status
            if len(self._seen) > KEYS_KEPT:
                self._seen.popitem(last=False)
        delay, link = self.manners.follows_after_seconds(key), message.get("link_url")
        is_seen_to = is_new and status != "rejected" and self.on_message(message)
        if is_new and not is_seen_to and delay is not None and isinstance(link, str):
            self._followers.follow(link, self.manners.phone(key), delay)
        if status == "rejected":
            return {"key": key, "status": status, "reason": "recipient_unreachable"}
        return {"key": key, "status": status}


class _Followers:
    """Follows links when their time has come."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._due: list[tuple[float, int, str, str]] = []
        self._stopped = False

    def follow(self, link: str, phone: str, delay_seconds: float, attempt: int = 1) -> None:
        with self._changed:
            heapq.heappush(self._due, (time.monotonic() + delay_seconds, attempt, link, phone))
            self._changed.notify()

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify()

    def run(self) -> None:
        while (due := self._next()) is not None:
            _, attempt, link, phone = due
            if not is_opened(link, phone) and attempt < FOLLOW_ATTEMPTS:
                self.follow(link, phone, RETRY_SECONDS, attempt + 1)

    def _next(self) -> tuple[float, int, str, str] | None:
        with self._changed:
            while not self._stopped:
                wait = max(self._due[0][0] - time.monotonic(), 0) if self._due else None
                if wait == 0:
                    return heapq.heappop(self._due)
                self._changed.wait(wait)
        return None


def is_opened(link: str, phone: str) -> bool:
    """Opens the link as a phone does, without going where it leads: that is outside of this world."""
    parts = urlsplit(link)
    kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
    if parts.scheme not in kinds or not parts.hostname:
        return True
    connection = kinds[parts.scheme](parts.hostname, parts.port, timeout=10)
    try:
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        connection.request("GET", path, headers={"User-Agent": phone, "Accept-Language": "zh-CN"})
        status: int = connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return status < 500


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], receiver: Receiver) -> None:
        self.receiver = receiver
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        self._answer(200 if self.path == HEALTH_PATH else 404, {"is_well": self.path == HEALTH_PATH})

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        is_known = self.path in (MESSAGES_PATH, CALLS_PATH)
        if not is_known or not length.isdigit() or int(length) > BODY_BYTES_MAX:
            self.close_connection = True  # the body was not read
            self._answer(413 if is_known else 404, {"error": "not taken"})
            return
        body = self.rfile.read(int(length))
        if self.path == CALLS_PATH:
            self._answer(200, {"is_taken": True})
            return
        if not self.server.receiver.is_signed(self.headers.get("Siyu-Signature", ""), body):
            self._answer(401, {"error": "not signed"})
            return
        try:
            messages = json.loads(body)["messages"]
            results = [self.server.receiver.take(message) for message in messages]
        except (ValueError, KeyError, TypeError, AttributeError):
            self._answer(400, {"error": "not understood"})
            return
        self._answer(200, {"results": results})

    def _answer(self, status: int, document: Mapping[str, Any]) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: addresses of links are people's own."""

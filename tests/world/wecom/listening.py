"""An app that listens for callbacks, opens them with wechatpy, and can be made to behave badly."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

from wechatpy.enterprise.crypto import WeChatCrypto  # type: ignore[import-untyped]  # ships no types

from siyu.world.wecom.apps import Callback
from tests.world.wecom.driving import CALLBACK, CORP_ID, fields_of


class Receiver:
    """What came in, decrypted; `statuses` are used up one by one, and 0 takes longer than WeCom waits."""

    def __init__(self) -> None:
        self.events: list[dict[str, str]] = []
        self.envelopes: list[dict[str, str]] = []
        self.statuses: list[int] = []
        self.challenge_answer: bytes | None = None
        self.slow_seconds = 0.0
        self.crypto = WeChatCrypto(CALLBACK.token, CALLBACK.encoding_aes_key, CORP_ID)
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                query = self._query()
                plain = receiver.crypto.check_signature(
                    query["msg_signature"], query["timestamp"], query["nonce"], query["echostr"]
                )
                self._answer(200, plain.encode() if receiver.challenge_answer is None else receiver.challenge_answer)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                query = self._query()
                plain = receiver.crypto.decrypt_message(
                    body, query["msg_signature"], query["timestamp"], query["nonce"]
                )
                receiver.envelopes.append({one.tag: one.text or "" for one in ElementTree.fromstring(body)})  # noqa: S314
                receiver.events.append(fields_of(plain))
                status = receiver.statuses.pop(0) if receiver.statuses else 200
                if status == 0:
                    time.sleep(receiver.slow_seconds)
                self._answer(status or 200, b"")

            def _query(self) -> dict[str, str]:
                return {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}

            def _answer(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                """Who was too slow finds nobody to answer."""

        self.server = Server(("127.0.0.1", 0), Handler)

    @property
    def callback(self) -> Callback:
        url = f"http://127.0.0.1:{self.server.server_address[1]}/callback?of=app"
        return Callback(url, CALLBACK.token, CALLBACK.encoding_aes_key)


@contextmanager
def receiving() -> Iterator[Receiver]:
    """An app that listens for the length of the block."""
    receiver = Receiver()
    thread = threading.Thread(target=receiver.server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield receiver
    finally:
        receiver.server.shutdown()
        receiver.server.server_close()
        thread.join()


def until(holds: Callable[[], bool], seconds_max: float = 20) -> None:
    deadline = time.monotonic() + seconds_max
    while not holds():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.005)

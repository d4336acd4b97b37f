"""What vendors tell: receipts, replies, ended calls, posted as each says them, with the faults of callbacks."""

from __future__ import annotations

import hmac
import http.client
import json
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from siyu.kernel.clock import Clock
from siyu.kernel.ids import IdSource
from siyu.world.wecom.apps import Callback
from siyu.world.wecom.callbacks import Letter, Postman
from siyu.world.wecom.faults import Faults
from siyu.world.wecom.rules import Rules

SECONDS_MAX = 5.0


class VendorPostman(Postman):
    """Carries documents of JSON; signed, where there is a secret."""

    def __init__(self, clock: Clock, ids: IdSource, faults: Faults) -> None:
        super().__init__("", Rules(callback_retries_on_status=True), clock, ids, faults)

    def tell(self, url: str, secret: str, kind: str, document: Mapping[str, object] | Sequence[object]) -> None:
        """Sends a document on its way; `kind` is what faults go by."""
        body = json.dumps(document, ensure_ascii=False)
        self.post(Callback(url, secret, ""), None, {"Event": kind}, about=(body,))

    def _send(self, letter: Letter) -> int:
        body, headers = letter.about[0].encode(), {"Content-Type": "application/json"}
        if letter.callback.token:
            at = int(self._clock.now().timestamp())
            signature = hmac.new(letter.callback.token.encode(), f"{at}.".encode() + body, "sha256").hexdigest()
            headers["Siyu-Signature"] = f"t={at},v1={signature}"
        parts = urlsplit(letter.callback.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=SECONDS_MAX)
        try:
            connection.request("POST", parts.path, body, headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

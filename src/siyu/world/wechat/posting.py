"""Callbacks of accounts: in plain text, sealed, or both, each signed."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from xml.etree import ElementTree

from siyu.kernel.clock import Clock
from siyu.kernel.ids import IdSource
from siyu.world.wecom.apps import Callback
from siyu.world.wecom.callbacks import Delivery, Letter, Postman, Value, request_of, xml_of
from siyu.world.wecom.crypto import Envelope, signature_of
from siyu.world.wecom.faults import Faults
from siyu.world.wecom.rules import Rules

VERIFY_SECONDS = 5.0


class Mode(StrEnum):
    """How much of a callback is sealed."""

    PLAIN = "plain"
    COMPATIBLE = "compatible"
    SAFE = "safe"


@dataclass(frozen=True, slots=True)
class Address:
    """Where an account is called. A key is needed unless all is plain."""

    url: str
    token: str
    mode: Mode = Mode.PLAIN
    encoding_aes_key: str = ""


class AccountPostman(Postman):
    """Carries the callbacks of accounts. Which account and which fan travel with the letter."""

    def __init__(self, clock: Clock, ids: IdSource, faults: Faults) -> None:
        super().__init__("", Rules(callback_retries_on_status=True), clock, ids, faults)

    def post_to(self, address: Address, app_id: str, openid: str, fields: Mapping[str, Value]) -> None:
        """Sends an event on its way."""
        callback = Callback(address.url, address.token, address.encoding_aes_key)
        self.post(callback, None, fields, about=(address.mode, app_id, openid))

    def carry(self, address: Address, app_id: str, openid: str, event: str, xml: str) -> None:
        """Sends an event on its way whose XML is made already."""
        callback = Callback(address.url, address.token, address.encoding_aes_key)
        letter = Letter(Delivery(event, "", address.url, xml), callback, None, 0.0, (address.mode, app_id, openid))
        with self._lock:
            self.deliveries.append(letter.delivery)
        self._letters.put(letter)

    def challenge(self, address: Address) -> bool:
        """Whether the address gives the challenge back as it is."""
        said = self._ids.new_secret(10)
        query = self._plain(address.token) | {"echostr": said}
        try:
            status, answer = request_of("GET", address.url, query, None, VERIFY_SECONDS)
        except (OSError, http.client.HTTPException, ValueError):
            return False
        return status == 200 and answer == said.encode()

    def _plain(self, token: str) -> dict[str, str]:
        timestamp, nonce = self._stamp()
        # Three parts are sorted and joined, so an empty fourth changes nothing.
        return {"signature": signature_of(token, timestamp, nonce, ""), "timestamp": timestamp, "nonce": nonce}

    def _send(self, letter: Letter) -> int:
        mode, app_id, openid = letter.about
        callback, xml = letter.callback, letter.delivery.xml
        query = self._plain(callback.token) | {"openid": openid}
        if mode != Mode.PLAIN:
            envelope = Envelope(callback.token, callback.encoding_aes_key, app_id)
            closed = envelope.close(xml.encode(), self._noise())
            query |= {"encrypt_type": "aes"}
            query["msg_signature"] = signature_of(callback.token, query["timestamp"], query["nonce"], closed)
            root = ElementTree.fromstring(xml)  # noqa: S314  # made here
            if mode == Mode.SAFE:
                xml = xml_of({"ToUserName": root.findtext("ToUserName", ""), "Encrypt": closed})
            else:
                xml = xml.removesuffix("</xml>") + f"<Encrypt><![CDATA[{closed}]]></Encrypt></xml>"
        return request_of("POST", callback.url, query, xml.encode(), self._rules.callback_timeout_seconds)[0]

"""Callbacks of accounts: in plain text, sealed, or both, each signed."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from xml.etree import ElementTree

from siyu.kernel.clock import Clock
from siyu.kernel.ids import IdSource
from siyu.world.wecom.apps import Callback
from siyu.world.wecom.callbacks import Delivery, Letter, Postman, Value, request_of, xml_of
from siyu.world.wecom.crypto import Envelope, EnvelopeError, signature_of
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
        self.on_answer: Callable[[str, str, ElementTree.Element], None] = lambda *_: None
        """Gets account, fan and what was answered to a callback at once."""

    def post_to(self, address: Address, app_id: str, openid: str, fields: Mapping[str, Value]) -> None:
        """Sends an event on its way."""
        callback = Callback(address.url, address.token, address.encoding_aes_key)
        self.post(callback, None, fields, about=(address.mode, app_id, openid))

    def carry_xml(self, address: Address, app_id: str, openid: str, event: str, xml: str) -> None:
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
        query, body = self.sealed(letter)
        status, answer = request_of("POST", letter.callback.url, query, body, self._rules.callback_timeout_seconds)
        self.hear(letter, status, answer)
        return status

    def sealed(self, letter: Letter) -> tuple[dict[str, str], bytes]:
        """As any; as much of it sealed as the account wants."""
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
        return query, xml.encode()

    def hear(self, letter: Letter, status: int, answer: bytes) -> None:
        """What was answered at once is said to the fan."""
        if status == 200 and answer.lstrip().startswith(b"<xml"):
            _, app_id, openid = letter.about
            said = self._opened(answer, letter.callback, app_id)
            if said is not None:
                self.on_answer(app_id, openid, said)

    def _opened(self, answer: bytes, callback: Callback, app_id: str) -> ElementTree.Element | None:
        """What an answer says, sealed or not; None where nobody could read it, which the real service does not tell either."""
        try:
            root = ElementTree.fromstring(answer)  # noqa: S314  # of whoever was called on this machine
            sealed = root.findtext("Encrypt")
            if sealed is None:
                return root
            plain = Envelope(callback.token, callback.encoding_aes_key, app_id).open(sealed)
            return ElementTree.fromstring(plain)  # noqa: S314
        except (ElementTree.ParseError, EnvelopeError):
            return None

"""A whole installation, from the intake to the message: the message has the phone and the e-mail, and nothing that is stored
has them in plain, while it runs and after it has stopped."""

from __future__ import annotations

import http.client
import json
import socket
import tempfile
import time
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from siyu.assembly.installation import Installation, open_installation
from siyu.assembly.processes import answers
from siyu.domain.company.contracts import KeyKind
from siyu.domain.company.service import create_key
from siyu.domain.segments import service as segments
from siyu.engines.orchestration import publishing
from siyu.kernel.actors import system_actor
from siyu.platform.settings import Settings, load_settings
from tests.channels.receiver import Receiver, receiving
from tests.crash.test_kill9 import serving
from tests.domain.journeys.documents import entering, journey, message
from tests.engines.reach.reaching import set_rules
from tests.traces import find_traces, traces_in_files

SYSTEM = system_actor("test")
PHONE, SPELT = "13955512347", "+86 139-5551-2347"
EMAIL, OTHER_EMAIL, OTHER_PHONE = "zhao.xiaomei@example.cn", "mei.mei@example.org", "18677700912"
PERSONAL = (PHONE, "5551-2347", "555 12347", EMAIL, OTHER_EMAIL, OTHER_PHONE, "Zhao.Xiaomei")
TOLD = "花名小赵"
"""Not personal in this sense: shows that the search finds what is stored in plain."""

CALLS: list[tuple[str, dict[str, Any]]] = [
    ("identify", {"userId": "u1", "traits": {"name": TOLD, "phone": SPELT, "email": "Zhao.Xiaomei@example.cn"}}),
    ("identify", {"userId": "u1", "context": {"traits": {"手机号": OTHER_PHONE, "city": "杭州"}}}),
    (
        "identify",
        {"userId": "u1", "traits": {"address": {"contacts": [{"Phone_Number": PHONE}, {"email": OTHER_EMAIL}]}}},
    ),
    ("track", {"userId": "u1", "event": "Consent Granted", "properties": {"channel": "webhook", "email": EMAIL}}),
    (
        "track",
        {"userId": "u1", "event": "Form Sent", "properties": {"phone": 13955512347, "traits": {"e-mail": EMAIL}}},
    ),
    ("track", {"userId": "u1", "event": "Form Sent", "context": {"traits": {"email": EMAIL, "tel": OTHER_PHONE}}}),
    (
        "track",
        {"userId": "u1", "event": "Order Completed", "properties": {"order_id": "A1", "total": 3, "mobile": PHONE}},
    ),
    ("track", {"userId": "u1", "event": "Refused", "timestamp": "never", "properties": {"phone": PHONE}}),
    ("track", {"anonymousId": "a9", "event": "Odd", "properties": {"\\u0070hone": PHONE, "email": [EMAIL, {"x": 1}]}}),
]


@pytest.mark.timeout(300)
def test_no_phone_and_no_e_mail_is_stored_in_plain() -> None:
    # Not in pytest's own folder: other runs close that to the system user that PostgreSQL runs as.
    with tempfile.TemporaryDirectory(prefix="siyu-plain-") as folder, receiving() as receiver:
        Path(folder).chmod(0o711)
        settings = _settings(Path(folder) / "home", receiver.url)
        with serving(settings), open_installation(settings) as installation:
            _wait_for(lambda: answers(settings), "the first page")
            _design(installation)
            _send(installation)
            _wait_for(lambda: bool(receiver.messages), "a message")
            _check_the_message(receiver)
            _wait_for(lambda: _is_told(installation), "the columns")
            assert find_traces(installation, PERSONAL) == []
            places = " ".join(find_traces(installation, [TOLD]))
            assert "customers.profiles" in places
            assert "columns customers" in places
        assert traces_in_files(settings.home, PERSONAL) == []
        assert traces_in_files(settings.home, [TOLD]) != []


def _settings(home: Path, webhook_url: str) -> Settings:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home.mkdir(mode=0o711)
    (home / "siyu.toml").write_text(f'webhook_url = "{webhook_url}"\nwebhook_secret = "s"\nlog_level = "debug"\n')
    return load_settings({}, home=home, port=port)


def _design(installation: Installation) -> None:
    """Whoever has an e-mail gets a message with her phone in it."""
    set_rules(installation.database, quiet=None)  # it lives by the real clock
    with installation.database.begin() as work:
        condition = {"kind": "attribute", "name": "email", "operator": "is_set"}
        segment = segments.create(work, SYSTEM, "有邮箱", condition)
        segments.publish(work, SYSTEM, segment.segment_id)
        say = message("say", "你好 {{ name }}", "发到 {{ phone }} 和 {{ email }}")
        document = journey(say, triggers=[entering(segment.segment_id, members=True)])
        made = publishing.create(work, SYSTEM, "问候", document)
        publishing.publish(work, SYSTEM, made.journey_id)


def _send(installation: Installation) -> None:
    with installation.database.begin() as work:
        key = create_key(work, SYSTEM, KeyKind.WRITE, "web", None).secret
    headers = {"Authorization": "Basic " + b64encode(f"{key}:".encode()).decode()}
    connection = http.client.HTTPConnection("127.0.0.1", installation.settings.port, timeout=30)
    for number, (kind, call) in enumerate(CALLS):
        body = json.dumps({"messageId": f"m{number}", **call}).replace("\\\\u", "\\u")
        connection.request("POST", f"/v1/{kind}", body, headers)
        answer = connection.getresponse()
        told = answer.read().decode()
        assert answer.status == (200 if call.get("event") != "Refused" else 400), told
        assert PHONE not in told
    batch = {"context": {"traits": {"email": EMAIL}}, "batch": [{"type": "track", "event": "B", "userId": "u1"}]}
    connection.request("POST", "/v1/batch", json.dumps(batch), headers)
    assert connection.getresponse().read()
    connection.close()


def _check_the_message(receiver: Receiver) -> None:
    (message,) = receiver.messages
    assert message["title"] == f"你好 {TOLD}"
    assert message["body"] == f"发到 {SPELT} 和 Zhao.Xiaomei@example.cn"
    told = {(each["kind"], each["value"]) for each in message["customer"]["identities"]}
    assert {("phone", PHONE), ("email", EMAIL), ("user_id", "u1")} <= told


def _is_told(installation: Installation) -> bool:
    rows = installation.columns.query("SELECT count() FROM events WHERE name IN ('odd', 'b', 'message_sent')")
    return bool(rows[0][0] >= 3)


def _wait_for(condition: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < until, f"waited for {what}"
        time.sleep(0.05)

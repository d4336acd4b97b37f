"""Text messages: what they look like, what they cost, what each vendor makes of them; emulated vendors at the other end."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import pytest

from siyu.channels.sms.aliyun import AliyunSms, canonical, signed_headers
from siyu.channels.sms.callbacks import SmsReceipt, SmsReply, aliyun_callback, generic_callback
from siyu.channels.sms.channel import SmsChannel
from siyu.channels.sms.generic import GenericSms
from siyu.channels.sms.texts import segments, whole_text
from siyu.domain.content.contracts import TemplateContent
from siyu.domain.customers.contracts import SERVICE, Identity
from siyu.domain.messages.contracts import OutgoingMessage, SendOutcome, SendResult
from siyu.kernel.clock import ManualClock
from siyu.kernel.ids import SeededIds
from siyu.platform.callbacks.xml import CallbackMalformedError
from siyu.platform.http import HttpAnswer, HttpLimits, OutgoingHttp
from siyu.world.vendors.server import VendorServer
from siyu.world.vendors.vendors import Manners, Vendors
from siyu.world.wecom.faults import Fault, FaultKind

SIGN, PHONE = "晨曦茶饮", "13800000001"


@pytest.fixture
def vendors(clock: ManualClock) -> Iterator[VendorServer]:
    with VendorServer(Vendors(clock, Manners(undelivered_share=0))) as server:
        yield server


@pytest.fixture
def http() -> Iterator[OutgoingHttp]:
    with OutgoingHttp(HttpLimits(connect_seconds=2, read_seconds=2, total_seconds=4)) as http:
        yield http


def generic(vendors: VendorServer, clock: ManualClock, http: OutgoingHttp, secret: str = "") -> SmsChannel:
    vendor = GenericSms(f"{vendors.url}/sms", secret or vendors.vendors.account.secret, clock, http)
    return SmsChannel(vendor, sign_name=SIGN, opt_out_hint="拒收请回复R", cost_fen=5)


def aliyun(
    vendors: VendorServer, clock: ManualClock, http: OutgoingHttp, *, secret: str = "", sign_name: str = SIGN
) -> SmsChannel:
    known = vendors.vendors.account
    vendor = AliyunSms(vendors.url, known.key_id, secret or known.secret, sign_name, clock, SeededIds(1), http)
    return SmsChannel(vendor, sign_name=sign_name, template_id="SMS_1")


def message(key: str, *, template: TemplateContent | None = None, phone: str | None = PHONE) -> OutgoingMessage:
    identities = [Identity("phone", phone)] if phone else []
    return OutgoingMessage(
        key,
        1,
        identities,
        "新品",
        "今天有新品",
        "https://siyu.example/l/x",
        "https://siyu.example/p",
        template=template,
    )


def outcomes(results: Sequence[SendResult]) -> list[tuple[SendOutcome, str | None]]:
    return [(each.outcome, each.reason) for each in results]


def test_texts_and_what_they_are_paid_as() -> None:
    assert (
        whole_text(SIGN, " 今天有新品 ", "https://x.example", "拒收请回复R")
        == "【晨曦茶饮】今天有新品 https://x.example 拒收请回复R"
    )
    assert [segments("茶" * n) for n in (0, 70, 71, 134, 135)] == [1, 1, 2, 2, 3]
    assert segments("🍵" * 35) == 1
    assert segments("🍵" * 36) == 2


def test_the_published_signature() -> None:
    """Of RunInstances, as the documents of ACS3-HMAC-SHA256 print it."""
    query = {"ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd", "RegionId": "cn-shanghai"}
    headers = signed_headers(
        "https://ecs.cn-shanghai.aliyuncs.com",
        "RunInstances",
        "2014-05-26",
        query,
        datetime(2023, 10, 26, 10, 22, 32, tzinfo=UTC),
        "3156853299f313e23d1673dc12e1703d",
        key_id="YourAccessKeyId",
        secret="YourAccessKeySecret",
    )
    assert headers["Authorization"].endswith("06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0")
    assert canonical({"b": "a b*~/", "A": "中"}) == "A=%E4%B8%AD&b=a%20b%2A~%2F"


def test_our_own_protocol(vendors: VendorServer, clock: ManualClock, http: OutgoingHttp) -> None:
    """What came twice reaches the phone once; what was accepted before the answer was lost can be asked for."""
    channel, world = generic(vendors, clock, http), vendors.vendors
    world.faults.add(Fault(FaultKind.LOSE_ANSWER))
    first = channel.send([message("a"), message("b")])
    assert {each.outcome for each in first} == {SendOutcome.UNREACHABLE}
    assert channel.find_outcomes(["a", "b", "c"]).keys() == {"a", "b"}
    assert outcomes(channel.send([message("a"), message("b"), message("n", phone=None)])) == [
        (SendOutcome.ACCEPTED, None),
        (SendOutcome.ACCEPTED, None),
        (SendOutcome.REJECTED, "no_address"),
    ]
    assert (world.ledger.times, world.ledger.twice) == ({"a": 1, "b": 1}, [])
    assert world.ledger.phones[PHONE][0]["text"] == "【晨曦茶饮】今天有新品 https://siyu.example/l/x 拒收请回复R"
    assert "拒收" not in channel.text_of("您的订单已发出", None, SERVICE)
    world.faults.add(Fault(FaultKind.STATUS, status=429))
    assert outcomes(channel.send([message("c")])) == [(SendOutcome.UNREACHABLE, "http_429")]
    assert channel.cost_fen == 5


class Mumbling(OutgoingHttp):
    """The other side takes everything and answers with something that cannot be read, or names one message alone."""

    body = b"<html>ok</html>"

    def post(self, _url: str, _body: bytes, _headers: Mapping[str, str]) -> HttpAnswer:
        return HttpAnswer(200, {}, self.body)


def test_what_an_answer_does_not_name_may_be_there(clock: ManualClock) -> None:
    http = Mumbling()
    with http:
        channel = SmsChannel(GenericSms("https://sms.example", "s", clock, http), sign_name=SIGN, cost_fen=5)
        assert outcomes(channel.send([message("a"), message("b")])) == [(SendOutcome.UNREACHABLE, "not_named")] * 2
        http.body = b'{"results": [{"key": "a", "status": "accepted"}]}'
        results = channel.send([message("a"), message("b")])
    assert outcomes(results) == [(SendOutcome.ACCEPTED, None), (SendOutcome.UNREACHABLE, "not_named")]
    assert not results[1].is_unsent  # so that no other vendor gets it


def test_aliyun(vendors: VendorServer, clock: ManualClock, http: OutgoingHttp) -> None:
    """Templates alone; what may have gone out stops the batch, what surely did not is put off."""
    channel, world = aliyun(vendors, clock, http), vendors.vendors
    filled = message("a", template=TemplateContent("SMS_1", {"name": "小林"}))
    unknown = message("b", template=TemplateContent("SMS_9", {}))
    assert outcomes(channel.send([filled, unknown, message("c")])) == [
        (SendOutcome.ACCEPTED, None),
        (SendOutcome.REJECTED, "bad_template"),
        (SendOutcome.ACCEPTED, None),
    ]
    shown = [json.loads(each["text"]) for each in world.ledger.phones[PHONE]]
    assert shown == [{"name": "小林"}, {"content": "今天有新品", "link": "https://siyu.example/l/x"}]
    world.faults.add(Fault(FaultKind.LOSE_ANSWER, skip=1))
    assert outcomes(channel.send([message(key) for key in "def"])) == [
        (SendOutcome.ACCEPTED, None),
        (SendOutcome.UNREACHABLE, "unreachable:RemoteProtocolError"),
        (SendOutcome.DEFERRED, "unreachable_before_it"),
    ]
    for errcode, outcome in ((1, SendOutcome.DEFERRED), (2, SendOutcome.OVER_QUOTA), (3, SendOutcome.REJECTED)):
        world.faults.add(Fault(FaultKind.ERRCODE, errcode=errcode))
        assert channel.send([message(f"g{errcode}")])[0].outcome is outcome
    nowhere = AliyunSms("http://127.0.0.1:9", "testId", "secret", SIGN, clock, SeededIds(1), http)
    gone = SmsChannel(nowhere, sign_name=SIGN, template_id="SMS_1")
    nobody_there, behind = gone.send([message("h"), message("i")])
    assert (nobody_there.outcome, nobody_there.reason) == (SendOutcome.UNREACHABLE, "unreachable:ConnectError")
    assert nobody_there.is_unsent
    assert behind.outcome is SendOutcome.DEFERRED
    assert world.ledger.twice == []


def test_a_connection_is_checked(vendors: VendorServer, clock: ManualClock, http: OutgoingHttp) -> None:
    known = vendors.vendors.account

    def codes(base_url: str, key_id: str, secret: str, sign_name: str = SIGN) -> list[str]:
        vendor = AliyunSms(base_url, key_id, secret, sign_name, clock, SeededIds(1), http)
        return [each.code for each in vendor.check()]

    assert codes(vendors.url, known.key_id, known.secret) == []
    assert codes(vendors.url, "another", known.secret) == ["wrong_account"]
    assert codes(vendors.url, known.key_id, "another") == ["wrong_secret"]
    assert codes("http://127.0.0.1:9", known.key_id, known.secret) == ["unreachable"]
    assert [each.code for each in GenericSms(f"{vendors.url}/sms", known.secret, clock, http).check()] == []
    assert [each.code for each in GenericSms(f"{vendors.url}/sms", "another", clock, http).check()] == ["wrong_secret"]
    assert [each.code for each in GenericSms(f"{vendors.url}/no", known.secret, clock, http).check()] == ["refused"]


def test_what_vendors_call_back_with() -> None:
    ours = {
        "receipts": [
            {"key": "a", "status": "delivered"},
            {"key": "b", "status": "failed", "reason": "blocked"},
            {"key": "c", "status": "on its way"},
        ],
        "replies": [{"phone": PHONE, "text": "TD"}],
    }
    told = generic_callback(json.dumps(ours).encode())
    assert told.receipts == [SmsReceipt("a", True, ""), SmsReceipt("b", False, "blocked")]
    assert told.replies == [SmsReply(PHONE, "TD")]
    assert PHONE not in repr(told)
    reports = [
        {"out_id": "a", "success": True, "err_code": "DELIVERED"},
        {"out_id": "b", "success": False, "err_code": "MOBILE_NOT_ON_SERVICE"},
        {"out_id": "", "success": True, "err_code": "DELIVERED"},
        {"out_id": "c", "success": True, "err_code": "MOBILE_NOT_ON_SERVICE"},
        {"out_id": "d", "success": "true", "err_code": "DELIVERED"},
        {"out_id": "e", "success": False},
        {"phone_number": PHONE, "content": "TD"},
    ]
    told = aliyun_callback(json.dumps(reports).encode())
    assert told.receipts == [SmsReceipt("a", True, "DELIVERED"), SmsReceipt("b", False, "no_address")]
    assert (told.replies, told.unknown) == ([SmsReply(PHONE, "TD")], 3)
    with pytest.raises(CallbackMalformedError):
        aliyun_callback(json.dumps(reports[3:6]).encode())


@pytest.mark.parametrize("body", [b"", b"[1]", b"7", b'{"receipts": 7}', b'{"replies": [{"phone": 7}]}', b"[" * 5000])
def test_what_is_none_of_it_is_refused(body: bytes) -> None:
    with pytest.raises(CallbackMalformedError):
        generic_callback(body)

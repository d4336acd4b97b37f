"""Alibaba Cloud's dysmsapi: one message a request, by template, signed with ACS3-HMAC-SHA256."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final
from urllib.parse import quote, urlsplit

from siyu.channels.sms.vendors import Sms
from siyu.domain.connections.contracts import ConnectionFinding
from siyu.domain.messages.contracts import FailedReason, Repeating, SendOutcome, SendResult, one_by_one
from siyu.kernel.clock import Clock
from siyu.kernel.ids import IdSource
from siyu.platform.http import HttpAnswer, OutgoingHttp, UnreachableError
from siyu.platform.signed_json import surely_not_there

VERSION: Final = "2017-05-25"
ALGORITHM: Final = "ACS3-HMAC-SHA256"
BATCH_MAX: Final = 20
"""Sent one after another; so many take some seconds, much less than the lease of a batch."""

_FINAL: Final[Mapping[str, str]] = {
    "isv.MOBILE_NUMBER_ILLEGAL": FailedReason.NO_ADDRESS.value,
    "isv.MOBILE_COUNT_OVER_LIMIT": FailedReason.NO_ADDRESS.value,
    "isv.BLACK_KEY_CONTROL_LIMIT": FailedReason.BLOCKED.value,
    "isv.BLACK_LIST": FailedReason.BLOCKED.value,
    "isv.SMS_TEMPLATE_ILLEGAL": FailedReason.BAD_TEMPLATE.value,
    "isv.TEMPLATE_MISSING_PARAMETERS": FailedReason.BAD_TEMPLATE.value,
    "isv.TEMPLATE_PARAMS_ILLEGAL": FailedReason.BAD_TEMPLATE.value,
    "isv.INVALID_PARAMETERS": FailedReason.BAD_TEMPLATE.value,
    "isv.INVALID_JSON_PARAM": FailedReason.BAD_TEMPLATE.value,
    "isv.PARAM_LENGTH_LIMIT": FailedReason.BAD_TEMPLATE.value,
    "isv.PARAM_NOT_SUPPORT_URL": FailedReason.BAD_TEMPLATE.value,
    "isv.SMS_CONTENT_ILLEGAL": FailedReason.BAD_TEMPLATE.value,
}
"""Refused for what is in it: never again."""
_OVER_QUOTA: Final = frozenset({"isv.DAY_LIMIT_CONTROL", "isv.MONTH_LIMIT_CONTROL"})
"""This number has had its share. The limit of a number a minute is told by BUSINESS_LIMIT_CONTROL, and waits."""
_WAITS: Final[Mapping[str, float]] = {
    "isv.BUSINESS_LIMIT_CONTROL": 3600.0,
    "Throttling.User": 30.0,
    "Throttling": 30.0,
    "isp.RAM_PERMISSION_DENY": 600.0,
    "isv.AMOUNT_NOT_ENOUGH": 600.0,
    "isv.OUT_OF_SERVICE": 600.0,
    "isv.SMS_SIGNATURE_ILLEGAL": 600.0,
    "SignatureDoesNotMatch": 600.0,
    "InvalidAccessKeyId.NotFound": 600.0,
    "InvalidAccessKeyId.Inactive": 600.0,
}
"""It did not take the message, for a reason that passes or that somebody can put right."""
_FINDINGS: Final[Mapping[str, str]] = {
    "SignatureDoesNotMatch": "wrong_secret",
    "InvalidAccessKeyId.NotFound": "wrong_account",
    "InvalidAccessKeyId.Inactive": "wrong_account",
    "isp.RAM_PERMISSION_DENY": "not_authorised",
    "isv.OUT_OF_SERVICE": "out_of_money",
    "isv.AMOUNT_NOT_ENOUGH": "out_of_money",
}


class AliyunSms:
    """Implements `vendors.SmsVendor`. It drops nothing that comes twice, so what may have gone out is not sent again."""

    batch_max = BATCH_MAX
    repeating = Repeating.NEVER
    has_templates_alone = True

    def __init__(
        self,
        base_url: str,
        access_key_id: str,
        access_key_secret: str,
        sign_name: str,
        clock: Clock,
        ids: IdSource,
        http: OutgoingHttp,
    ) -> None:
        self._base_url, self._key_id, self._secret = base_url.rstrip("/"), access_key_id, access_key_secret
        self._sign_name, self._clock, self._ids, self._http = sign_name, clock, ids, http

    def __repr__(self) -> str:
        return f"AliyunSms({self._base_url})"

    def send(self, batch: Sequence[Sms]) -> Sequence[SendResult]:
        return one_by_one({each.key: partial(self._send_one, each) for each in batch})

    def _send_one(self, sms: Sms) -> SendResult:
        asked = {
            "PhoneNumbers": sms.phone,
            "SignName": sms.sign_name,
            "TemplateCode": sms.template_id,
            "TemplateParam": json.dumps(dict(sms.fields), ensure_ascii=False, separators=(",", ":")),
            "OutId": sms.key,
        }
        try:
            answer = self._call("SendSms", asked)
        except UnreachableError as error:
            reason = f"unreachable:{error.fields.get('kind', 'unknown')}"
            return SendResult(sms.key, SendOutcome.UNREACHABLE, reason, is_unsent=surely_not_there(error))
        code = _code(answer)
        if code is None:  # a page of a proxy, or 5xx: whether it took the message is unknown
            return SendResult(sms.key, SendOutcome.UNREACHABLE, f"http_{answer.status}")
        if code == "OK":
            return SendResult(sms.key, SendOutcome.ACCEPTED)
        if code in _FINAL:
            return SendResult(sms.key, SendOutcome.REJECTED, _FINAL[code])
        if code in _OVER_QUOTA:
            return SendResult(sms.key, SendOutcome.OVER_QUOTA, FailedReason.OVER_QUOTA.value)
        return SendResult(sms.key, SendOutcome.DEFERRED, code[:200], _WAITS.get(code, 300.0))

    def find_outcomes(self, _keys: Collection[str]) -> Mapping[str, SendResult]:
        """Nothing: it can be asked by number and day alone, and numbers are not kept with keys."""
        return {}

    def check(self) -> Sequence[ConnectionFinding]:
        try:
            answer = self._call("QuerySmsSign", {"SignName": self._sign_name})
        except UnreachableError:
            return [ConnectionFinding("unreachable")]
        code = _code(answer)
        if code is None:
            return [ConnectionFinding("refused", f"http_{answer.status}")]
        if code == "OK":
            status = _document(answer).get("SignStatus")
            return [] if status == 1 else [ConnectionFinding("sign_not_approved", str(status))]
        if code.startswith("isv.SMS_SIGN"):
            return [ConnectionFinding("sign_not_approved", code)]
        return [ConnectionFinding(_FINDINGS.get(code, "refused"), code)]

    def _call(self, action: str, query: Mapping[str, str]) -> HttpAnswer:
        now, nonce = self._clock.now(), self._ids.new_secret(16)
        headers = signed_headers(
            self._base_url, action, VERSION, query, now, nonce, key_id=self._key_id, secret=self._secret
        )
        return self._http.post(f"{self._base_url}/?{canonical(query)}", b"", headers)


def signed_headers(
    base_url: str,
    action: str,
    version: str,
    query: Mapping[str, str],
    now: datetime,
    nonce: str,
    *,
    key_id: str,
    secret: str,
) -> dict[str, str]:
    """The headers of an empty POST with its parameters in the address."""
    digest = hashlib.sha256(b"").hexdigest()
    headers = {
        "host": urlsplit(base_url).netloc,
        "x-acs-action": action,
        "x-acs-content-sha256": digest,
        "x-acs-date": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": nonce,
        "x-acs-version": version,
    }
    names = ";".join(sorted(headers))
    told = "".join(f"{name}:{value}\n" for name, value in sorted(headers.items()))
    request = "\n".join(("POST", "/", canonical(query), told, names, digest))
    text = f"{ALGORITHM}\n{hashlib.sha256(request.encode()).hexdigest()}"
    signature = hmac.new(secret.encode(), text.encode(), "sha256").hexdigest()
    headers["Authorization"] = f"{ALGORITHM} Credential={key_id},SignedHeaders={names},Signature={signature}"
    return headers


def canonical(query: Mapping[str, str]) -> str:
    """The parameters in their order, encoded as RFC 3986 says."""
    return "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in sorted(query.items()))


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~")


def _document(answer: HttpAnswer) -> dict[str, Any]:
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _code(answer: HttpAnswer) -> str | None:
    """The code that it answers with; None where nothing of it answered."""
    code = _document(answer).get("Code")
    return code if isinstance(code, str) else None

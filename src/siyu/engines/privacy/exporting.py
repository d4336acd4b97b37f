"""The copy of all that is known of a person: a file with everything in it, readable by people and by machines."""

from __future__ import annotations

import csv
import html
import io
import os
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from siyu.domain.customers import reading as customers
from siyu.domain.customers import service as customers_service
from siyu.domain.privacy import service as privacy_room
from siyu.domain.privacy.contracts import Request, RequestKind
from siyu.engines.privacy.alone import alone
from siyu.engines.privacy.contracts import ACTOR, Privacy
from siyu.engines.privacy.history import PLACES_AT_ONCE, places_of, read_places
from siyu.engines.privacy.parts import told_by_rooms
from siyu.platform.spreadsheets import harmless

LOCK = "privacy.exporting"
REQUESTS_AT_ONCE = 20
MEMBERSHIP_EVENTS = ("segment_entered", "segment_exited")

TITLES: Final[Mapping[str, str]] = {
    "identities": "身份 · Identities",
    "attributes": "资料 · Attributes",
    "consents": "授权 · Consents",
    "consent_records": "授权记录 · Record of consents",
    "custody": "归属 · Who keeps you",
    "merges": "身份合并 · Merges",
    "separations": "身份拆分 · Separations",
    "orders": "订单 · Orders",
    "messages": "消息 · Messages",
    "journeys": "旅程 · Journeys",
    "segments": "所在人群 · Groups you are in",
    "experiments": "实验 · Experiments you took part in",
    "forms": "表单 · Forms you opened and answered",
    "codes": "渠道活码 · Channel codes",
    "links_given": "发给你的链接 · Links you were given",
    "scripts_used": "对你用过的话术 · Scripts used with you",
    "contacts": "添加过你的员工 · Staff who added you",
    "handovers": "换过的服务员工 · Staff you were handed over between",
    "contacts_to_write": "待写回企业微信 · Waiting to be written to WeCom",
    "service_conversations": "微信客服会话 · Conversations with customer service",
    "service_messages": "微信客服里说过的话 · What was said in customer service",
    "mass_messages": "企业微信群发 · Mass messages in WeCom",
    "groups": "所在社群 · Group chats you are in",
    "calls": "告诉外部系统的事 · What other programs were told",
    "coupons": "券码 · Coupons",
    "tags": "标签 · Tags",
    "tasks": "员工为你安排的事 · Staff tasks about you",
    "leads": "销售线索 · Leads",
    "follow_ups": "跟进记录 · Follow-ups",
    "enquiries": "员工的请教 · Questions of the staff",
    "stages": "所在阶梯 · Stages you stand on",
    "lists": "所在名单 · Lists you stand on",
    "filters": "按姓名找你的筛选 · Filters that ask for you by name",
    "memberships": "进出人群 · When you came into groups and left them",
    "events": "行为记录 · What happened",
}

_json = msgspec.json.Encoder(order="deterministic")
_decode = msgspec.json.Decoder().decode


def export_waiting(privacy: Privacy) -> int:
    """Makes the files that were asked for; gives how many. Each is whole or not there, and is made anew after a crash.
    BusyError where another is at it: two would write the same file."""
    made = 0
    with alone(privacy.database, LOCK):
        while True:
            with privacy.database.begin() as work:
                requests = privacy_room.lock_requests(work, ACTOR, RequestKind.EXPORT, REQUESTS_AT_ONCE)
            if not requests:
                return made
            for request in requests:
                _export(privacy, request)
                made += 1


def _export(privacy: Privacy, request: Request) -> None:
    with privacy.database.read() as reading:
        customer_id = customers.current_customer_ids(reading, [request.customer_id])[request.customer_id]
        profile_ids = customers.profiles_of(reading, [customer_id])[customer_id]
        told = dict(told_by_rooms(reading, profile_ids))
    events = list(_events(privacy, profile_ids))
    told["memberships"] = [
        {"segment_id": each["properties"].get("segment_id"), "what": each["name"], "at": each["occurred_at"]}
        for each in events
        if each["name"] in MEMBERSHIP_EVENTS
    ]
    told["events"] = events
    made_at = privacy.database.clock.now()
    name = f"customer-{request.customer_id}-request-{request.request_id}.zip"
    path = privacy.exports_folder / name
    _write_whole(path, archive_of(told, request.customer_id, made_at))
    counts = {section: len(rows) for section, rows in told.items()}
    with privacy.database.begin() as work:
        customers_service.hold_known(work, ACTOR)
        if customers.erased_among(work, profile_ids):  # since it was read; the erasure knew of no file yet
            path.unlink(missing_ok=True)
            privacy_room.finish_export(work, ACTOR, request.request_id, None, {})
        else:
            privacy_room.finish_export(work, ACTOR, request.request_id, name, counts)


def _events(privacy: Privacy, profile_ids: Sequence[int]) -> Iterator[dict[str, Any]]:
    places = places_of(privacy.database, privacy.columns, privacy.events_consumer, profile_ids)
    for start in range(0, len(places), PLACES_AT_ONCE):
        with privacy.database.read() as reading:
            for event in read_places(reading.driver, places[start : start + PLACES_AT_ONCE]):
                opened = reading.keys.replaced(event.properties_json, lambda _purpose, value: value)
                yield {
                    "name": event.name,
                    "occurred_at": event.occurred_at,
                    "source": event.source,
                    "profile_id": event.profile_id,
                    "properties": _decode(opened),
                }


def archive_of(told: Mapping[str, Sequence[Mapping[str, Any]]], customer_id: int, made_at: datetime) -> bytes:
    """A zip: everything as JSON, each section as CSV, and a page to read."""
    whole = {"customer_id": customer_id, "made_at": made_at, "sections": told}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", msgspec.json.format(_json.encode(whole), indent=2))
        archive.writestr("index.html", page_of(told, customer_id, made_at))
        for section, rows in told.items():
            if rows:
                archive.writestr(f"csv/{section}.csv", "\ufeff" + _csv(rows))
    return out.getvalue()


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(rows[0])
    for row in rows:
        writer.writerow([harmless(value) if isinstance(value, str) else _text(value) for value in row.values()])
    return out.getvalue()


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return value if isinstance(value, str) else _json.encode(value).decode()


_STYLE = """
body{font:16px/1.6 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;color:#1d2b28;background:#f6f8f7;margin:0}
main{max-width:62rem;margin:0 auto;padding:2.5rem 1.5rem}h1{font-size:1.6rem}h2{font-size:1.1rem;margin:2.2rem 0 .6rem}
table{border-collapse:collapse;width:100%;background:#fff;font-size:.86rem}
td,th{border-bottom:1px solid #e3e9e6;padding:.45rem .7rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{color:#5b6b66;font-weight:600}.none{color:#7c8a86}
"""


def page_of(told: Mapping[str, Sequence[Mapping[str, Any]]], customer_id: int, made_at: datetime) -> str:
    """The same for reading, in a browser, without any connection."""
    parts = [
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>个人信息副本</title><style>{_STYLE}</style><main>',
        "<h1>个人信息副本 · A copy of your personal data</h1>",
        f"<p>客户 · Customer #{customer_id}<br>{made_at:%Y-%m-%d %H:%M} UTC</p>",
    ]
    for section, rows in told.items():
        parts.append(f"<h2>{html.escape(TITLES.get(section, section))} ({len(rows)})</h2>")
        if not rows:
            parts.append('<p class="none">无 · none</p>')
            continue
        parts.append("<table><tr>" + "".join(f"<th>{html.escape(name)}</th>" for name in rows[0]) + "</tr>")
        for row in rows:
            parts.append("<tr>" + "".join(f"<td>{html.escape(_text(value))}</td>" for value in row.values()) + "</tr>")
        parts.append("</table>")
    return "\n".join([*parts, "</main></html>"])


def _write_whole(path: Path, content: bytes) -> None:
    """Readable by the owner alone; whole or not there."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.chmod(0o700)
    half = path.with_suffix(".part")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)

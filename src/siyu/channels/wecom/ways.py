"""Contact ways (联系我): codes by which customers add members."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from siyu.channels.wecom.client import Wecom
from siyu.channels.wecom.gates import Priority

SINGLE, MULTI = 1, 2
MINI_PROGRAM, QR_CODE = 1, 2
PAGE_MAX = 1000
MEMBERS_MAX = 100
REMARK_CHARACTERS_MAX = STATE_CHARACTERS_MAX = 30


@dataclass(frozen=True, slots=True)
class ContactWay:
    """A code; a single one leads to just one member, others to whomever WeCom picks. `config_id` and `qr_code` are WeCom's."""

    userids: Sequence[str] = ()
    department_ids: Sequence[int] = ()
    is_single: bool = False
    scene: int = QR_CODE
    remark: str = ""
    state: str = ""
    skips_verification: bool = True
    is_exclusive: bool = False
    is_temporary: bool = False
    expires_seconds: int = 0
    config_id: str = ""
    qr_code: str = ""


def add_contact_way(wecom: Wecom, way: ContactWay) -> ContactWay:
    """Makes a code; keep its id, for it cannot be found in WeCom's console."""
    body = {"type": SINGLE if way.is_single else MULTI, "scene": way.scene, "is_temp": way.is_temporary, **_body(way)}
    if way.is_temporary and way.expires_seconds:
        body["expires_in"] = way.expires_seconds
    made = wecom.call("externalcontact/add_contact_way", body)
    return replace(way, config_id=str(made["config_id"]), qr_code=str(made.get("qr_code", "")))


def get_contact_way(wecom: Wecom, config_id: str) -> ContactWay:
    one = wecom.call("externalcontact/get_contact_way", {"config_id": config_id})["contact_way"]
    return ContactWay(
        tuple(map(str, one.get("user", ()))),
        tuple(map(int, one.get("party", ()))),
        int(one.get("type", MULTI)) == SINGLE,
        int(one.get("scene", QR_CODE)),
        str(one.get("remark", "")),
        str(one.get("state", "")),
        bool(one.get("skip_verify", True)),
        bool(one.get("is_exclusive", False)),
        bool(one.get("is_temp", False)),
        int(one.get("expires_in", 0)),
        str(one["config_id"]),
        str(one.get("qr_code", "")),
    )


def update_contact_way(wecom: Wecom, way: ContactWay) -> None:
    """Changes whom a code leads to, and what it carries; not its kind."""
    wecom.call("externalcontact/update_contact_way", {"config_id": way.config_id, **_body(way)})


def delete_contact_way(wecom: Wecom, config_id: str) -> None:
    wecom.call("externalcontact/del_contact_way", {"config_id": config_id})


def list_contact_ways(wecom: Wecom, since: datetime | None = None, until: datetime | None = None) -> Iterator[str]:
    """The ids of this application's lasting codes; of the last 90 days, if not told otherwise."""
    body: dict[str, Any] = {"limit": PAGE_MAX}
    if since is not None:
        body["start_time"] = int(since.timestamp())
    if until is not None:
        body["end_time"] = int(until.timestamp())

    def read(document: dict[str, Any]) -> list[str]:
        return [str(one["config_id"]) for one in document.get("contact_way", ())]

    for page, _ in wecom.pages("externalcontact/list_contact_way", body, read, priority=Priority.BULK):
        yield from page


def _body(way: ContactWay) -> dict[str, Any]:
    if len(way.userids) > MEMBERS_MAX:
        raise ValueError(f"a code leads to at most {MEMBERS_MAX} members")
    return {
        "user": list(way.userids),
        "party": list(way.department_ids),
        "remark": way.remark,
        "state": way.state,
        "skip_verify": way.skips_verification,
        "is_exclusive": way.is_exclusive,
    }

"""Customers and what the corp's members know of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from siyu.channels.wecom.client import Wecom
from siyu.channels.wecom.errors import NOT_A_CONTACT, WecomRefusedError
from siyu.channels.wecom.gates import Priority

USERS_MAX = 100
PAGE_MAX = 100
REMARK_CHARACTERS_MAX = 20
DESCRIPTION_CHARACTERS_MAX = 150


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody outside the corp. `kind`: 1 of WeChat, 2 of another corp's WeCom. A unionid is told where the corp is bound to a
    developer's account."""

    external_userid: str
    name: str
    kind: int
    gender: int
    avatar: str
    unionid: str
    corp_name: str
    position: str


@dataclass(frozen=True, slots=True)
class Follow:
    """What one member has with one customer. Of personal tags there are only names."""

    userid: str
    remark: str
    description: str
    added_at_seconds: int
    tag_ids: tuple[str, ...]
    personal_tags: tuple[str, ...]
    remark_company: str
    remark_mobiles: tuple[str, ...]
    operator_userid: str
    add_way: int
    state: str


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """Customers with one follow each, and where to go on ("" at the end)."""

    rows: Sequence[tuple[Customer, Follow]]
    next_cursor: str
    unlicensed_userids: Sequence[str] = field(default_factory=tuple)


def list_followers(wecom: Wecom) -> list[str]:
    """The visible members who may have customers."""
    return [str(one) for one in wecom.call("externalcontact/get_follow_user_list").get("follow_user", ())]


def list_customer_ids(wecom: Wecom, userid: str) -> list[str]:
    """All customers of a member."""
    try:
        document = wecom.call("externalcontact/list", query={"userid": userid}, priority=Priority.BULK)
    except WecomRefusedError as error:
        if error.errcode == NOT_A_CONTACT:
            return []
        raise
    return [str(one) for one in document.get("external_userid", ())]


def get_customer(
    wecom: Wecom, external_userid: str, *, priority: Priority = Priority.NORMAL
) -> tuple[Customer, list[Follow]]:
    """A customer and all members who have them; WecomRefusedError (NOT_A_CONTACT) where nobody has."""
    follows: list[Follow] = []
    cursor = ""
    while True:
        query = {"external_userid": external_userid} | ({"cursor": cursor} if cursor else {})
        document = wecom.call("externalcontact/get", query=query, priority=priority)
        follows += [_follow(one) for one in document.get("follow_user", ())]
        cursor = str(document.get("next_cursor") or "")
        if not cursor:
            return _customer(document["external_contact"]), follows


def customer_pages(
    wecom: Wecom, userids: Sequence[str], *, cursor: str = "", limit: int = PAGE_MAX
) -> Iterator[CustomerPage]:
    """The customers of up to 100 members, page by page from a cursor on; keep `next_cursor` to go on later. WecomCursorError
    where the cursor is not known any more: begin again without."""
    if not 1 <= len(userids) <= USERS_MAX or not 1 <= limit <= PAGE_MAX:
        raise ValueError("1 to 100 members, 1 to 100 customers a page")

    def read(document: dict[str, Any]) -> CustomerPage:
        rows = [
            (_customer(one["external_contact"]), _follow(one["follow_info"]))
            for one in document.get("external_contact_list", ())
        ]
        unlicensed = (document.get("fail_info") or {}).get("unlicensed_userid_list", ())
        return CustomerPage(rows, str(document.get("next_cursor") or ""), tuple(map(str, unlicensed)))

    body = {"userid_list": list(userids), "limit": limit}
    pages = wecom.pages("externalcontact/batch/get_by_user", body, read, cursor=cursor, priority=Priority.BULK)
    try:
        for page, _ in pages:
            yield page
    except WecomRefusedError as error:
        if error.errcode != NOT_A_CONTACT:
            raise
        yield CustomerPage((), "")


def set_remark(
    wecom: Wecom,
    userid: str,
    external_userid: str,
    *,
    remark: str | None = None,
    description: str | None = None,
    company: str | None = None,
    mobiles: Sequence[str] | None = None,
) -> None:
    """Writes what the member notes of the customer; what is None stays. Mobiles replace those that were there."""
    given = {
        "remark": remark,
        "description": description,
        "remark_company": company,
        "remark_mobiles": None if mobiles is None else (list(mobiles) or [""]),
    }
    body = {"userid": userid, "external_userid": external_userid}
    wecom.call("externalcontact/remark", body | {name: value for name, value in given.items() if value is not None})


def _customer(one: dict[str, Any]) -> Customer:
    return Customer(
        str(one["external_userid"]),
        str(one.get("name", "")),
        int(one.get("type", 0)),
        int(one.get("gender", 0)),
        str(one.get("avatar", "")),
        str(one.get("unionid") or ""),
        str(one.get("corp_full_name") or one.get("corp_name") or ""),
        str(one.get("position") or ""),
    )


def _follow(one: dict[str, Any]) -> Follow:
    tags = one.get("tags", ())
    tag_ids = one.get("tag_id") or [tag["tag_id"] for tag in tags if tag.get("tag_id")]
    return Follow(
        str(one["userid"]),
        str(one.get("remark", "")),
        str(one.get("description", "")),
        int(one.get("createtime", 0)),
        tuple(map(str, tag_ids)),
        tuple(str(tag["tag_name"]) for tag in tags if not tag.get("tag_id")),
        str(one.get("remark_corp_name") or one.get("remark_company") or ""),
        tuple(map(str, one.get("remark_mobiles") or ())),
        str(one.get("oper_userid", "")),
        int(one.get("add_way", 0)),
        str(one.get("state") or ""),
    )

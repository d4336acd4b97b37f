"""Customer acquisition: links by which customers add a member, each paid for from a quota."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from siyu.world.wecom.apps import AppKind
from siyu.world.wecom.calls import Call, Fields, Reply, page_of
from siyu.world.wecom.errors import RefusedError
from siyu.world.wecom.pictures import LINK, door_address
from siyu.world.wecom.rules import ZONE

USERS_MAX, PRIORITY_MAX, NAME_CHARACTERS_MAX = 500, 1000, 30
CHANNEL_BYTES_MAX = 64
STATISTIC_DAYS, STATISTIC_AGO_DAYS = 30, 180
NO_CHAT, CHATTED = 0, 1
LOW = 20
QUOTA_DAYS = 365
CHAT_KEY_MINUTES = 30


@dataclass(slots=True)
class LinkCustomer:
    """Somebody who came by a link."""

    number: int
    userid: str
    state: str
    came_at: int
    chat_status: int = NO_CHAT
    messages: int = 0


@dataclass(slots=True)
class Link:
    """One link, which only the app that made it sees."""

    link_id: str
    maker: str
    name: str
    created_at: int
    users: list[str]
    departments: list[int]
    is_verification_skipped: bool = True
    priority: dict[str, Any] = field(default_factory=dict)
    opened: int = 0
    customers: list[LinkCustomer] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ChatKey:
    """The right to look at how many messages a customer of a link has sent, for half an hour."""

    secret: str
    customer: LinkCustomer
    made_at: datetime


class Links:
    """All links, and what is left of the quota."""

    def __init__(self) -> None:
        self.links: dict[str, Link] = {}
        self.total = 1000
        self.balance = 1000
        self.came: dict[tuple[str, int], list[tuple[Link, LinkCustomer]]] = {}
        self.chat_keys: dict[str, ChatKey] = {}

    def come(self, link: Link, customer: LinkCustomer) -> None:
        """Somebody new has come by a link, and one less can."""
        link.customers.append(customer)
        self.came.setdefault((customer.userid, customer.number), []).append((link, customer))
        self.balance -= 1


def _require_own_app(call: Call) -> None:
    if call.app.kind is not AppKind.OWN:
        raise RefusedError(48002)


def create_link(call: Call) -> Reply:
    _require_own_app(call)
    if len(call.corp.links.links) >= call.corp.rules.acquisition_links_max:
        raise RefusedError(41095)
    name = call.body.text("link_name", characters_max=NAME_CHARACTERS_MAX)
    users, departments = _range(call, call.body.part("range", missing=40063))
    made = Link(call.corp.new_key("cawcde", 24), call.app.secret, name, call.now_seconds, users, departments)
    _read(call, made)
    call.corp.links.links[made.link_id] = made
    return {"link": _told(call, made)}


def _told(call: Call, link: Link) -> dict[str, Any]:
    url = door_address(call.corp, LINK, link.link_id)
    told = {"link_id": link.link_id, "link_name": link.name, "url": url, "create_time": link.created_at}
    return told | {"skip_verify": link.is_verification_skipped}


def _range(call: Call, given: Fields) -> tuple[list[str], list[int]]:
    users = given.texts("user_list", missing=None, most=USERS_MAX, too_many=40032)
    departments = given.wholes("department_list")
    if not users and not departments:
        raise RefusedError(40063, "range")
    for userid in users:
        member = call.corp.staff.find(userid)
        if member is None:
            raise RefusedError(40003)
        if not call.sees(userid):
            raise RefusedError(60011)
        if not member.may_have_customers:
            raise RefusedError(41054)
    if any(department not in call.corp.staff.departments for department in departments):
        raise RefusedError(60123)
    return users, departments


def _read(call: Call, link: Link) -> None:
    link.is_verification_skipped = call.body.flag("skip_verify", link.is_verification_skipped)
    if call.body.has("priority_option"):
        option = call.body.part("priority_option")
        option.whole("priority_type", least=1, most=2)
        option.texts("priority_userid_list", missing=None, most=PRIORITY_MAX)
        link.priority = dict(option.values)


def _own(call: Call) -> Link:
    _require_own_app(call)
    link = call.corp.links.links.get(call.body.text("link_id"))
    if link is None or link.maker != call.app.secret:
        raise RefusedError(40058, "field link_id invalid")
    return link


def update_link(call: Call) -> Reply:
    link = _own(call)
    if call.body.has("range"):
        link.users, link.departments = _range(call, call.body.part("range"))
    link.name = call.body.text("link_name", missing=None, characters_max=NAME_CHARACTERS_MAX) or link.name
    _read(call, link)
    return {}


def delete_link(call: Call) -> Reply:
    del call.corp.links.links[_own(call).link_id]
    return {}


def get_link(call: Call) -> Reply:
    link = _own(call)
    told = {"link": _told(call, link), "range": {"user_list": link.users, "department_list": link.departments}}
    return told | ({"priority_option": link.priority} if link.priority else {})


def list_links(call: Call) -> Reply:
    _require_own_app(call)
    own = [link.link_id for link in call.corp.links.links.values() if link.maker == call.app.secret]
    page, following = page_of(own, call.body.text("cursor", missing=None), call.body.limit(100, 100), "links")
    return {"link_id_list": page, "next_cursor": following}


def list_link_customers(call: Call) -> Reply:
    link = _own(call)
    limit = call.body.limit(1000, 1000)
    page, following = page_of(link.customers, call.body.text("cursor", missing=None), limit, "link customers")
    told = [
        {
            "external_userid": call.corp.people.id_of(one.number),
            "userid": one.userid,
            "chat_status": one.chat_status,
            "state": one.state,
        }
        for one in page
    ]
    return {"customer_list": told, "next_cursor": following}


def get_quota(call: Call) -> Reply:
    _require_own_app(call)
    links = call.corp.links
    expires = int((call.now + timedelta(days=QUOTA_DAYS)).timestamp())
    rows = [{"expire_date": expires, "balance": links.balance}] if links.balance else []
    return {"total": links.total, "balance": links.balance, "quota_list": rows}


def get_statistic(call: Call) -> Reply:
    link = _own(call)
    start, end = call.body.whole("start_time"), call.body.whole("end_time")
    oldest = call.now_seconds - STATISTIC_AGO_DAYS * 86400
    if not oldest <= start <= end <= start + STATISTIC_DAYS * 86400:
        raise RefusedError(40058)
    came = Counter(_day(one.came_at) for one in link.customers if start <= one.came_at <= end)
    days = [
        {"stat_time": day, "click_link_customer_cnt": came[day], "new_customer_cnt": came[day]} for day in sorted(came)
    ]
    return {"statistic": days}


def _day(seconds: int) -> int:
    local = datetime.fromtimestamp(seconds, ZONE).replace(hour=0, minute=0, second=0)
    return int(local.timestamp())


def get_chat_info(call: Call) -> Reply:
    _require_own_app(call)
    known = call.corp.links.chat_keys.get(call.body.text("chat_key"))
    if (
        known is None
        or known.secret != call.app.secret
        or call.now - known.made_at > timedelta(minutes=CHAT_KEY_MINUTES)
    ):
        raise RefusedError(41201)
    customer = known.customer
    told = {"recv_msg_cnt": customer.messages, "chat_id": "", "state": customer.state}
    return {"userid": customer.userid, "external_userid": call.corp.people.id_of(customer.number), "chat_info": told}

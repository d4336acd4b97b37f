"""Acquisition links (获客助手): made, counted, and how much of the quota is left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from siyu.channels.wecom.client import Wecom
from siyu.channels.wecom.gates import Priority

LINKS_PAGE_MAX = 100
CUSTOMERS_PAGE_MAX = 1000
MEMBERS_MAX = 500
CHANNEL_BYTES_MAX = 64


@dataclass(frozen=True, slots=True)
class AcquisitionLink:
    """A link and whom it leads to; only who made it sees it."""

    name: str
    userids: Sequence[str] = ()
    department_ids: Sequence[int] = ()
    skips_verification: bool = True
    link_id: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class LinkCustomer:
    """Somebody who came by a link. `chat_status`: 0 has not written, 1 has, 2 cannot be told."""

    external_userid: str
    userid: str
    chat_status: int
    state: str


@dataclass(frozen=True, slots=True)
class Quota:
    """How many customers were bought, and how many of them are left."""

    total: int
    left: int


def url_with_channel(url: str, channel: str) -> str:
    """The link with what becomes the `state` of who comes by it."""
    if len(channel.encode()) > CHANNEL_BYTES_MAX:
        raise ValueError(f"a channel has at most {CHANNEL_BYTES_MAX} bytes")
    joiner = "&" if urlsplit(url).query else "?"
    return f"{url}{joiner}{urlencode({'customer_channel': channel})}"


def list_link_ids(wecom: Wecom) -> Iterator[str]:
    def read(document: dict[str, Any]) -> list[str]:
        return [str(one) for one in document.get("link_id_list", ())]

    pages = wecom.pages("externalcontact/customer_acquisition/list_link", {"limit": LINKS_PAGE_MAX}, read)
    for page, _ in pages:
        yield from page


def get_link(wecom: Wecom, link_id: str) -> AcquisitionLink:
    document = wecom.call("externalcontact/customer_acquisition/get", {"link_id": link_id})
    link, reach = document["link"], document.get("range") or {}
    return AcquisitionLink(
        str(link.get("link_name", "")),
        tuple(map(str, reach.get("user_list", ()))),
        tuple(map(int, reach.get("department_list", ()))),
        bool(link.get("skip_verify", True)),
        str(link.get("link_id") or link_id),
        str(link.get("url", "")),
    )


def create_link(wecom: Wecom, link: AcquisitionLink) -> AcquisitionLink:
    """Makes a link; gives it with its id and address."""
    made = wecom.call("externalcontact/customer_acquisition/create_link", _body(link))["link"]
    return AcquisitionLink(
        link.name,
        link.userids,
        link.department_ids,
        link.skips_verification,
        str(made["link_id"]),
        str(made["url"]),
    )


def update_link(wecom: Wecom, link: AcquisitionLink) -> None:
    wecom.call("externalcontact/customer_acquisition/update_link", {"link_id": link.link_id, **_body(link)})


def delete_link(wecom: Wecom, link_id: str) -> None:
    wecom.call("externalcontact/customer_acquisition/delete_link", {"link_id": link_id})


def link_customer_pages(wecom: Wecom, link_id: str) -> Iterator[list[LinkCustomer]]:
    """Who came by a link, a thousand at a time."""

    def read(document: dict[str, Any]) -> list[LinkCustomer]:
        return [
            LinkCustomer(
                str(one["external_userid"]),
                str(one.get("userid", "")),
                int(one.get("chat_status", 0)),
                str(one.get("state") or ""),
            )
            for one in document.get("customer_list", ())
        ]

    body = {"link_id": link_id, "limit": CUSTOMERS_PAGE_MAX}
    pages = wecom.pages("externalcontact/customer_acquisition/customer", body, read, priority=Priority.BULK)
    for page, _ in pages:
        yield list(page)


def get_quota(wecom: Wecom) -> Quota:
    document = wecom.call("externalcontact/customer_acquisition_quota")
    return Quota(int(document.get("total", 0)), int(document.get("balance", 0)))


def _body(link: AcquisitionLink) -> dict[str, Any]:
    if len(link.userids) > MEMBERS_MAX:
        raise ValueError(f"a link leads to at most {MEMBERS_MAX} members")
    return {
        "link_name": link.name,
        "range": {"user_list": list(link.userids), "department_list": list(link.department_ids)},
        "skip_verify": link.skips_verification,
    }

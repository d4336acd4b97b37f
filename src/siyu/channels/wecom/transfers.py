"""Inheritance: customers and groups go from one member to another, who stays or has left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from siyu.channels.wecom.client import Wecom
from siyu.channels.wecom.gates import Priority

CUSTOMERS_MAX = GROUPS_MAX = 100
MESSAGE_CHARACTERS_MAX = 200
UNASSIGNED_PAGE_MAX = 1000


class TransferStatus(IntEnum):
    """What became of a transfer; it is done by itself after a day, if the customer does not refuse."""

    DONE = 1
    WAITING = 2
    REFUSED = 3
    FULL = 4


@dataclass(frozen=True, slots=True)
class TransferResult:
    """How the transfer of one customer stands."""

    external_userid: str
    status: TransferStatus
    taken_over_at_seconds: int


@dataclass(frozen=True, slots=True)
class Unassigned:
    """A customer of a member who left, whom nobody has taken over."""

    handover_userid: str
    external_userid: str


def unassigned_pages(wecom: Wecom) -> Iterator[list[Unassigned]]:
    """Whom those who left have left behind, a page at a time."""

    def read(document: dict[str, Any]) -> list[Unassigned]:
        return [
            Unassigned(str(one["handover_userid"]), str(one["external_userid"])) for one in document.get("info", ())
        ]

    body = {"page_size": UNASSIGNED_PAGE_MAX}
    for page, _ in wecom.pages("externalcontact/get_unassigned_list", body, read, priority=Priority.BULK):
        yield page


def start_transfer(
    wecom: Wecom,
    handover_userid: str,
    takeover_userid: str,
    external_userids: Sequence[str],
    *,
    is_resigned: bool = False,
    message: str = "",
) -> dict[str, int]:
    """Starts a transfer of up to 100 customers; gives an error code for each, 0 where it has started."""
    if not 1 <= len(external_userids) <= CUSTOMERS_MAX:
        raise ValueError(f"1 to {CUSTOMERS_MAX} customers")
    body: dict[str, Any] = {
        "handover_userid": handover_userid,
        "takeover_userid": takeover_userid,
        "external_userid": list(external_userids),
    }
    if message and not is_resigned:
        body["transfer_success_msg"] = message
    document = wecom.call(f"externalcontact/{_of_resigned(is_resigned)}transfer_customer", body)
    return {str(one["external_userid"]): int(one.get("errcode", 0)) for one in document.get("customer", ())}


def list_results(
    wecom: Wecom, handover_userid: str, takeover_userid: str, *, is_resigned: bool = False
) -> Iterator[TransferResult]:
    """How all transfers between two members stand."""

    def read(document: dict[str, Any]) -> list[TransferResult]:
        return [
            TransferResult(
                str(one["external_userid"]), TransferStatus(int(one["status"])), int(one.get("takeover_time", 0))
            )
            for one in document.get("customer", ())
        ]

    body = {"handover_userid": handover_userid, "takeover_userid": takeover_userid}
    path = f"externalcontact/{_of_resigned(is_resigned)}transfer_result"
    for page, _ in wecom.pages(path, body, read, priority=Priority.BULK):
        yield from page


def transfer_groups(
    wecom: Wecom, chat_ids: Sequence[str], new_owner_userid: str, *, is_resigned: bool = False
) -> dict[str, int]:
    """Gives up to 100 groups another owner; gives an error code for each that failed."""
    if not 1 <= len(chat_ids) <= GROUPS_MAX:
        raise ValueError(f"1 to {GROUPS_MAX} groups")
    path = "externalcontact/groupchat/transfer" if is_resigned else "externalcontact/groupchat/onjob_transfer"
    document = wecom.call(path, {"chat_id_list": list(chat_ids), "new_owner": new_owner_userid})
    return {str(one["chat_id"]): int(one["errcode"]) for one in document.get("failed_chat_list", ())}


def _of_resigned(is_resigned: bool) -> str:
    return "resigned/" if is_resigned else ""

"""The doors that people and staff act through. Each is one that a real person has; what stands behind is somebody else's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from siyu.world.living.draws import Draw
from siyu.world.living.somebody import Somebody


@dataclass(frozen=True, slots=True)
class Page:
    """What a phone shows after an address was opened. `kind`: a `code` to press on (`picture` is its address), a `form`, an
    `article` that is read, `stores` to choose from, `elsewhere` outside of Siyu, or `nothing`."""

    kind: str
    url: str
    picture: str = ""
    beacon: str = ""
    fields: tuple[tuple[str, str, tuple[str, ...], bool], ...] = ()
    """(name, type, values, is_required) of what can be filled in."""
    token: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """Something on a phone. `origin` is the emulated WeCom's, or `account`, `sms`, `webhook`."""

    origin: str
    sender: str
    text: str
    links: tuple[str, ...] = ()
    chat_id: str = ""


@dataclass(frozen=True, slots=True)
class Came:
    """Where a scanned code led: to a member (`userid`), into a group (`chat_id`), or to customer service (`open_kfid`)."""

    userid: str = ""
    chat_id: str = ""
    open_kfid: str = ""


@dataclass(frozen=True, slots=True)
class Happened:
    """What the brand's own programs (course platform, mini-program) tell Siyu: an event, or without a `name` who somebody is."""

    at: datetime
    who: Somebody
    name: str
    properties: Mapping[str, Any]
    key: str
    is_known: bool = True
    context: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class SoldOrder:
    """A line of the course platform's file of the day's orders."""

    order_id: str
    user: str
    paid_at: datetime
    total_fen: int
    product_id: str
    product: str


@dataclass(frozen=True, slots=True)
class Leaver:
    """A member who has left and whose customers (`left`) or groups are nobody's yet. `member_id` is what Siyu calls them."""

    member_id: int
    left_at: datetime
    left: int


class SiyuDoors(Protocol):
    """Siyu as seen from outside: programs send events and files, phones open pages. Nothing here fails where Siyu is away: what
    can wait is sent later, and a page that does not open is `nothing`."""

    def tell(self, happened: Happened) -> None: ...

    def open_page(self, who: Somebody, url: str) -> Page: ...

    def choose_store(self, who: Somebody, page: Page, draw: Draw) -> Page: ...

    def fill_in(self, who: Somebody, page: Page, draw: Draw) -> bool: ...

    def read_on(self, who: Somebody, page: Page, seconds: int) -> None: ...

    def hand_in(self, name: str, orders: Sequence[SoldOrder]) -> bool: ...

    def left_behind(self) -> tuple[Sequence[Leaver], Sequence[int]]:
        """Who has left something behind, and the members who could take it over."""
        ...

    def hand_over(self, leaver: Leaver, takers: Sequence[int]) -> bool: ...


class AccountDoors(Protocol):
    """The brand's official account in people's WeChat, who are known there by their unionid."""

    def follow(self, unionid: str) -> bool: ...

    def unfollow(self, unionid: str) -> bool: ...

    def write(self, unionid: str, text: str) -> bool: ...

    def look(self, unionid: str, after: int) -> tuple[Sequence[Message], int]: ...


class WecomDoors(Protocol):
    """The clients of WeCom and WeChat. What cannot be done is not done: None, False, or nothing."""

    def find(self, who: Somebody) -> str | None: ...

    def unionid(self, external_userid: str) -> str: ...

    def enter(self, who: Somebody) -> str: ...

    def scan(self, external_userid: str, text: str) -> Came | None: ...

    def friends(self, external_userid: str) -> Sequence[str]: ...

    def groups(self, external_userid: str) -> Sequence[str]: ...

    def look(self, external_userid: str, after: int) -> tuple[Sequence[Message], int]: ...

    def write(self, external_userid: str, userid: str, text: str) -> bool: ...

    def write_chat(self, external_userid: str, chat_id: str, text: str) -> bool: ...

    def write_service(self, external_userid: str, open_kfid: str, text: str) -> bool: ...

    def join(self, external_userid: str, chat_id: str, invited_by: str) -> bool: ...

    def leave(self, external_userid: str, chat_id: str) -> bool: ...

    def block(self, external_userid: str, userid: str) -> bool: ...

    def moments(self, external_userid: str) -> Sequence[tuple[str, str]]: ...

    def remark(self, external_userid: str, moment: tuple[str, str], text: str) -> bool: ...

    def staff(self) -> Sequence[str]: ...

    def tasks(self, userid: str) -> Sequence[Task]: ...

    def confirm(self, userid: str, task: Task) -> bool: ...

    def ignore(self, userid: str, task: Task) -> bool: ...

    def written_to(self, userid: str, after: int) -> tuple[Sequence[tuple[str, str]], int]: ...

    def answer(self, userid: str, external_userid: str, text: str) -> bool: ...

    def owned_groups(self, userid: str) -> Sequence[str]: ...

    def serve(self, userid: str, text: str) -> int: ...

    def resign(self, userid: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Task:
    """Something that a member is asked to send (`message`) or to publish (`moment`)."""

    kind: str
    task_id: str
    created_at: int
    reminders: int = 0

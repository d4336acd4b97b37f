"""Doors that lead nowhere and remember who went through them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from siyu.world.living.doors import Came, Happened, Leaver, Message, Page, SoldOrder, Task
from siyu.world.living.draws import Draw
from siyu.world.living.somebody import Somebody

CODE = "http://siyu.example/l/c"
PICTURE = "http://wecom.example/pictures/way/1"


@dataclass
class FakeSiyu:
    """Shows a code at every address, takes every event."""

    happened: list[Happened] = field(default_factory=list)
    opened: list[tuple[int, str]] = field(default_factory=list)
    filled: list[int] = field(default_factory=list)
    read: list[tuple[int, int]] = field(default_factory=list)
    files: list[Sequence[SoldOrder]] = field(default_factory=list)
    leavers: list[Leaver] = field(default_factory=list)
    handed_over: list[tuple[int, list[int]]] = field(default_factory=list)
    page: Page = Page("code", CODE, picture=PICTURE)

    def tell(self, happened: Happened) -> None:
        self.happened.append(happened)

    def open_page(self, who: Somebody, url: str) -> Page:
        self.opened.append((who.number, url))
        return self.page

    def choose_store(self, who: Somebody, page: Page, draw: Draw) -> Page:
        return Page("code", CODE, picture=PICTURE)

    def fill_in(self, who: Somebody, page: Page, draw: Draw) -> bool:
        self.filled.append(who.number)
        return True

    def read_on(self, who: Somebody, page: Page, seconds: int) -> None:
        self.read.append((who.number, seconds))

    def hand_in(self, name: str, orders: Sequence[SoldOrder]) -> bool:
        self.files.append(orders)
        return True

    def left_behind(self) -> tuple[Sequence[Leaver], Sequence[int]]:
        return list(self.leavers), [1, 2]

    def hand_over(self, leaver: Leaver, takers: Sequence[int]) -> bool:
        self.handed_over.append((leaver.member_id, list(takers)))
        self.leavers.remove(leaver)
        return True


@dataclass
class FakeAccount:
    """An official account that everybody may follow; `acts` is what they did, in order."""

    acts: list[tuple[str, ...]] = field(default_factory=list)
    inboxes: dict[str, list[Message]] = field(default_factory=dict)

    def follow(self, unionid: str) -> bool:
        self.acts.append(("follow", unionid))
        return True

    def unfollow(self, unionid: str) -> bool:
        self.acts.append(("unfollow", unionid))
        return True

    def write(self, unionid: str, text: str) -> bool:
        self.acts.append(("write", unionid, text))
        return True

    def look(self, unionid: str, after: int) -> tuple[Sequence[Message], int]:
        inbox = self.inboxes.get(unionid, [])
        return inbox[after:], len(inbox)


@dataclass
class FakeWecom:
    """One corp in which everybody may do everything; `acts` is what they did, in order."""

    acts: list[tuple[str, ...]] = field(default_factory=list)
    inboxes: dict[str, list[Message]] = field(default_factory=dict)
    desks: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    waiting: dict[str, list[Task]] = field(default_factory=dict)
    userids: Sequence[str] = ("an", "he", "nan")

    def find(self, who: Somebody) -> str | None:
        return None if who.is_new else f"wm{who.number}"

    def unionid(self, external_userid: str) -> str:
        number = int(external_userid.removeprefix("wm"))
        return f"oU{number * 2_246_822_519 % 2**32:08x}{number:07d}"

    def enter(self, who: Somebody) -> str:
        return f"wm{who.number}"

    def scan(self, external_userid: str, text: str) -> Came | None:
        self.acts.append(("scan", external_userid))
        return Came(userid=self.userids[len(self.acts) % len(self.userids)])

    def friends(self, external_userid: str) -> Sequence[str]:
        return [self.userids[0]]

    def groups(self, external_userid: str) -> Sequence[str]:
        return ["wr1"]

    def look(self, external_userid: str, after: int) -> tuple[Sequence[Message], int]:
        inbox = self.inboxes.get(external_userid, [])
        return inbox[after:], len(inbox)

    def write(self, external_userid: str, userid: str, text: str) -> bool:
        self.acts.append(("write", external_userid, userid, text))
        self.desks.setdefault(userid, []).append((external_userid, text))
        return True

    def write_chat(self, external_userid: str, chat_id: str, text: str) -> bool:
        self.acts.append(("chat", external_userid, chat_id))
        return True

    def write_service(self, external_userid: str, open_kfid: str, text: str) -> bool:
        self.acts.append(("service", external_userid))
        return True

    def join(self, external_userid: str, chat_id: str, invited_by: str) -> bool:
        self.acts.append(("join", external_userid, chat_id))
        return True

    def leave(self, external_userid: str, chat_id: str) -> bool:
        self.acts.append(("leave", external_userid, chat_id))
        return True

    def block(self, external_userid: str, userid: str) -> bool:
        self.acts.append(("block", external_userid, userid))
        return True

    def moments(self, external_userid: str) -> Sequence[tuple[str, str]]:
        return [("mom1", self.userids[0])]

    def remark(self, external_userid: str, moment: tuple[str, str], text: str) -> bool:
        self.acts.append(("remark", external_userid))
        return True

    def staff(self) -> Sequence[str]:
        return list(self.userids)

    def tasks(self, userid: str) -> Sequence[Task]:
        return list(self.waiting.get(userid, ()))

    def confirm(self, userid: str, task: Task) -> bool:
        self.acts.append(("confirm", userid, task.task_id))
        self.waiting[userid].remove(task)
        return True

    def ignore(self, userid: str, task: Task) -> bool:
        self.acts.append(("ignore", userid, task.task_id))
        self.waiting[userid].remove(task)
        return True

    def written_to(self, userid: str, after: int) -> tuple[Sequence[tuple[str, str]], int]:
        desk = self.desks.get(userid, [])
        return desk[after:], len(desk)

    def answer(self, userid: str, external_userid: str, text: str) -> bool:
        self.acts.append(("answer", userid, external_userid))
        return True

    def owned_groups(self, userid: str) -> Sequence[str]:
        return ["wr1"]

    def serve(self, userid: str, text: str) -> int:
        return 0

    def resign(self, userid: str) -> bool:
        self.acts.append(("resign", userid))
        self.userids = [each for each in self.userids if each != userid]
        return True


def told_at(siyu: FakeSiyu, name: str) -> list[datetime]:
    """When events of a name happened."""
    return [each.at for each in siyu.happened if each.name == name]

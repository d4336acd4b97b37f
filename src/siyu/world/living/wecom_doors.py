"""The doors of the emulated WeCom, opened in the process where it runs: clients of customers and of staff."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from siyu.world.living.doors import Came, Message, Task
from siyu.world.living.somebody import Somebody
from siyu.world.wecom.corp import Corp
from siyu.world.wecom.doors import open_door
from siyu.world.wecom.errors import RefusedError
from siyu.world.wecom.mass import WAITING

BY_CHAT_CARD = 2
_ADDRESS = re.compile(r"https?://[^\s\"'<>，。；、（）]+")
_GENDERS = {True: 2, False: 1}


class EmulatedWecom:
    """One corp's doors."""

    def __init__(self, corp: Corp) -> None:
        self._corp = corp

    def find(self, who: Somebody) -> str | None:
        """As whom WeCom knows somebody; None where it does not yet."""
        with self._corp.lock:
            number = self._corp.people.find_unionid(who.unionid.value)
            return self._corp.people.id_of(number) if number is not None else None

    def unionid(self, external_userid: str) -> str:
        """By what WeChat knows a customer everywhere; "" for nobody."""
        told = self._open("person/get", external_userid=external_userid)
        return str(told["unionid"]) if told else ""

    def enter(self, who: Somebody) -> str:
        """Somebody takes out their telephone for the first time."""
        gender = _GENDERS[who.is_woman]
        told = self._open("person/add", name=who.name, gender=gender, unionid=who.unionid.value) or {}
        return str(told.get("external_userid", ""))

    def scan(self, external_userid: str, text: str) -> Came | None:
        """Presses on the picture of a code, or opens the address in it, and does what it leads to."""
        read = self._open("code/read", text=text)
        kind, key = (str(read["kind"]), str(read["key"])) if read else ("", "")
        match kind:
            case "way":
                told = self._open("customer/scan-way", external_userid=external_userid, config_id=key)
                return Came(userid=str(told["userid"])) if told else None
            case "link":
                told = self._open("customer/open-link", external_userid=external_userid, link_id=key)
                return Came(userid=str(told["userid"])) if told else None
            case "join":
                told = self._open("customer/join-chat", external_userid=external_userid, config_id=key)
                return Came(chat_id=str(told["chat_id"])) if told else None
            case "kf":
                told = self._open("customer/enter-kf", external_userid=external_userid, open_kfid=key)
                return Came(open_kfid=key) if told is not None else None
        return None

    def friends(self, external_userid: str) -> Sequence[str]:
        """The members whom a customer may write to."""
        told = self._open("person/get", external_userid=external_userid)
        return [each["userid"] for each in told["followers"] if not each["is_one_way"]] if told else []

    def groups(self, external_userid: str) -> Sequence[str]:
        told = self._open("person/around", external_userid=external_userid)
        return [each["chat_id"] for each in told["groups"]] if told else []

    def look(self, external_userid: str, after: int) -> tuple[Sequence[Message], int]:
        """What came since the phone was last looked at, without what its owner wrote."""
        told = self._open("person/phone", external_userid=external_userid, after=after)
        if not told:
            return (), after
        return [_message(one) for one in told["messages"] if not one["is_own"]], int(told["next"])

    def write(self, external_userid: str, userid: str, text: str) -> bool:
        return self._does("customer/write", external_userid=external_userid, userid=userid, text=text)

    def write_chat(self, external_userid: str, chat_id: str, text: str) -> bool:
        return self._does("chat/write", external_userid=external_userid, chat_id=chat_id, text=text)

    def write_service(self, external_userid: str, open_kfid: str, text: str) -> bool:
        return self._does("customer/write-kf", external_userid=external_userid, open_kfid=open_kfid, text=text)

    def join(self, external_userid: str, chat_id: str, invited_by: str) -> bool:
        return self._does("customer/join-chat", external_userid=external_userid, chat_id=chat_id, invited_by=invited_by)

    def leave(self, external_userid: str, chat_id: str) -> bool:
        return self._does("customer/leave-chat", external_userid=external_userid, chat_id=chat_id)

    def block(self, external_userid: str, userid: str) -> bool:
        return self._does("customer/delete-member", external_userid=external_userid, userid=userid)

    def moments(self, external_userid: str) -> Sequence[tuple[str, str]]:
        """(moment, whose) of what the customer sees and has not liked."""
        told = self._open("person/moments", external_userid=external_userid)
        return [(each["moment_id"], each["userid"]) for each in told["moments"] if not each["is_liked"]] if told else []

    def remark(self, external_userid: str, moment: tuple[str, str], text: str) -> bool:
        moment_id, userid = moment
        given = {"external_userid": external_userid, "moment_id": moment_id, "userid": userid, "text": text}
        return self._does("customer/remark-moment", **given)

    # --- the staff's client

    def staff(self) -> Sequence[str]:
        return [each["userid"] for each in (self._open("staff/list") or {"members": ()})["members"]]

    def tasks(self, userid: str) -> Sequence[Task]:
        """What waits for a member to send or to publish."""
        told = self._open("staff/tasks", userid=userid) or {"messages": (), "moments": ()}
        messages = [
            Task("message", each["msgid"], each["created_at"], each["reminders"])
            for each in told["messages"]
            if each["status"] == WAITING and not each["is_cancelled"]
        ]
        moments = [
            Task("moment", each["moment_id"], each["created_at"])
            for each in told["moments"]
            if not each["is_published"]
        ]
        return messages + moments

    def confirm(self, userid: str, task: Task) -> bool:
        if task.kind == "moment":
            return self._does("staff/publish", userid=userid, moment_id=task.task_id)
        return self._does("staff/confirm", userid=userid, msgid=task.task_id)

    def ignore(self, userid: str, task: Task) -> bool:
        return task.kind == "message" and self._does("staff/ignore", userid=userid, msgid=task.task_id)

    def written_to(self, userid: str, after: int) -> tuple[Sequence[tuple[str, str]], int]:
        """(external_userid, text) of what customers wrote to a member since they last looked."""
        told = self._open("staff/phone", userid=userid, after=after)
        if not told:
            return (), after
        written = [
            (str(one["sender"]), text_in(one["content"]))
            for one in told["messages"]
            if one["origin"] == "chat" and not one["chat_id"]
        ]
        return written, int(told["next"])

    def answer(self, userid: str, external_userid: str, text: str) -> bool:
        return self._does("staff/write", userid=userid, external_userid=external_userid, text=text)

    def owned_groups(self, userid: str) -> Sequence[str]:
        """The groups of a member, the newest last."""
        with self._corp.lock:
            own = [chat for chat in self._corp.chats.chats.values() if chat.owner == userid]
            return [chat.chat_id for chat in sorted(own, key=lambda chat: (chat.created_at, chat.chat_id))]

    def serve(self, userid: str, text: str) -> int:
        """Takes who waits for customer service, answers who was not answered, ends what was; how many acts it were."""
        told, acts = self._open("staff/kf", userid=userid) or {"sessions": ()}, 0
        for one in told["sessions"]:
            who = {"userid": userid, "open_kfid": one["open_kfid"], "external_userid": one["external_userid"]}
            if one["is_waiting"]:
                acts += self._does("staff/kf-take", **who)
            elif one["messages"] and not one["messages"][-1]["is_own"]:
                acts += self._does("staff/kf-write", **who, text=text)
            else:
                acts += self._does("staff/kf-end", **who)
        return acts

    def resign(self, userid: str) -> bool:
        return self._does("staff/resign", userid=userid)

    def _does(self, door: str, **given: Any) -> bool:
        return self._open(door, **given) is not None

    def _open(self, door: str, **given: Any) -> Mapping[str, Any] | None:
        """What happens behind a door; None where WeCom refuses."""
        try:
            return open_door(self._corp, door, given)
        except RefusedError:
            return None


def _message(one: Mapping[str, Any]) -> Message:
    content = one["content"]
    return Message(
        str(one["origin"]), str(one["sender"]), text_in(content), tuple(addresses_in(content)), str(one["chat_id"])
    )


def text_in(content: Mapping[str, Any]) -> str:
    """The words of a message, or its title; "" for a picture."""
    part = content.get(str(content.get("msgtype")), {})
    return str(part.get("content") or part.get("title") or "") if isinstance(part, Mapping) else ""


def addresses_in(content: object) -> list[str]:
    """The addresses in a message, in texts and in cards."""
    if isinstance(content, str):
        return _ADDRESS.findall(content)
    if isinstance(content, Mapping):
        return [
            link for name, each in content.items() if name not in ("picurl", "pic_url") for link in addresses_in(each)
        ]
    if isinstance(content, list | tuple):
        return [link for each in content for link in addresses_in(each)]
    return []

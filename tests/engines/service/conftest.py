"""An emulated corp with an account of customer service that answers by rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from siyu.channels.wecom.mirror import WecomMirror
from siyu.channels.wecom.service import WecomService
from siyu.domain.contacts import service as contacts
from siyu.domain.contacts.contracts import OutsideMember
from siyu.domain.service import service
from siyu.domain.service.contracts import Account, Conversation, Said, SessionState
from siyu.engines.service.contracts import Desk
from siyu.engines.service.doing import do_once, keep_accounts
from siyu.engines.service.receiving import read_once
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database
from siyu.world.wecom.building import Size
from tests.engines.mirror.conftest import Mirrored, mirror_of
from tests.engines.scenery import SIYU
from tests.world.wecom.driving import CORP_ID, PNG

__all__ = ["mirror_of"]

ZONE = ZoneInfo("Asia/Shanghai")
RULES: dict[str, Any] = {
    "welcome": "您好，这里是晨曦茶饮",
    "fallback": "没听懂",
    "closing": "再见",
    "faqs": [{"question": "多久到货？", "answer": "三天"}],
    "hand_over": {"words": ["人工"], "after_unmatched": 3, "text": "正在转接", "waiting": "请稍等"},
}


class CutOff(WecomService):
    """A source that is cut off after what it was asked was done there."""

    def __init__(self, source: WecomService) -> None:
        super().__init__(source._wecom)
        self.after: set[str] = set()

    def say(self, open_kfid: str, external_userid: str, said: Said, msgid: str) -> None:
        super().say(open_kfid, external_userid, said, msgid)
        self._cut_off("say")

    def say_on_event(self, code: str, said: Said, msgid: str) -> None:
        super().say_on_event(code, said, msgid)
        self._cut_off("say_on_event")

    def change_session(self, open_kfid: str, external_userid: str, state: SessionState, userid: str) -> str:
        code = super().change_session(open_kfid, external_userid, state, userid)
        self._cut_off("change_session")
        return code

    def _cut_off(self, what: str) -> None:
        if what in self.after:
            self.after.remove(what)
            raise KeyboardInterrupt


@dataclass
class Served:
    """The corp there, and customer service here."""

    mirrored: Mirrored
    source: CutOff
    desk: Desk
    open_kfid: str

    @property
    def database(self) -> Database:
        return self.mirrored.database

    @property
    def account(self) -> Account:
        with self.database.read() as reading:
            return service.list_accounts(reading, SIYU)[0]

    def enter(self, external: str, scene: str = "") -> None:
        self.mirrored.api.door("customer/enter-kf", open_kfid=self.open_kfid, external_userid=external, scene=scene)
        self._call()

    def write(self, external: str, text: str) -> None:
        self.mirrored.api.door("customer/write-kf", open_kfid=self.open_kfid, external_userid=external, text=text)
        self._call()

    def _call(self) -> None:
        """What the callback at the door does."""
        fields = self.mirrored.api.told()[-1]
        with self.database.begin() as work:
            service.note_call(work, SIYU, CORP_ID, fields["OpenKfId"], fields["Token"])

    def work(self) -> None:
        """Reads what came and does what follows, until there is nothing left."""
        while read_once(self.desk, {CORP_ID: self.source}) | do_once(self.desk, {CORP_ID: self.source}):
            pass

    def phone(self, external: str) -> list[str]:
        """What the customer sees of us."""
        corp = self.mirrored.api.corp
        shown = corp.phones.of(corp.people.number_of(external))
        parts = [each.content[each.content["msgtype"]] for each in shown if not each.is_own]
        return [str(part.get("content") or part["head_content"]) for part in parts]

    def conversations(self) -> list[Conversation]:
        """All of them, the first begun first."""
        with self.database.read() as reading:
            rows = service.list_conversations(reading, SIYU, PageRequest(100)).rows
        return sorted((each.conversation for each in rows), key=lambda each: each.conversation_id)

    def texts(self, conversation_id: int) -> list[tuple[str, str, str | None]]:
        """(who, what became of it, text) of all that was said."""
        with self.database.begin() as work:
            told = service.read_messages(work, SIYU, conversation_id)
        return [(each.origin.value, each.state.value, each.text) for each in told]

    def events(self, name: str) -> list[dict[str, Any]]:
        return [
            dict(row[0])
            for row in self.mirrored.rows(
                "SELECT properties FROM log.events WHERE name = %s ORDER BY batch_id, n", name
            )
        ]


@pytest.fixture
def served(database: Database, mirror_of: Callable[[Database, Size], Mirrored]) -> Served:
    """Two members look after the account; nobody has written yet."""
    mirrored = mirror_of(database, Size(members=2, customers=2, chats=0))
    media_id = mirrored.api.upload("media/upload", PNG, type="image")["media_id"]
    open_kfid = str(mirrored.api.post("kf/account/add", name="晨曦客服", media_id=media_id)["open_kfid"])
    mirrored.api.post("kf/servicer/add", open_kfid=open_kfid, userid_list=["staff0001", "staff0002"])
    mirror = mirrored.corp.source
    assert isinstance(mirror, WecomMirror)
    source = CutOff(WecomService(mirror._wecom))
    desk = Desk(database, ZONE)
    with database.begin() as work:
        told = [OutsideMember(userid, userid, None) for userid in ("staff0001", "staff0002")]
        contacts.keep_members(work, SIYU, CORP_ID, told, [each.userid for each in told])
    keep_accounts(desk, CORP_ID, source)
    found = Served(mirrored, source, desk, open_kfid)
    with database.begin() as work:
        made = service.create_rules(work, SIYU, "客服", RULES)
        service.publish_rules(work, SIYU, made.rules_id)
        service.choose_rules(work, SIYU, found.account.account_id, made.rules_id)
    mirrored.api.told()
    return found

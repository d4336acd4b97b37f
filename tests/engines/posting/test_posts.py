"""Posts to groups and in moments over an emulated corp: one task for an owner, confirmed or cancelled, never made twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from siyu.channels.wecom.carrying import Carrier
from siyu.channels.wecom.group_mass import WecomGroupPosts
from siyu.channels.wecom.mirror import WecomMirror
from siyu.channels.wecom.moments import WecomMoments
from siyu.domain.contacts.contracts import Refusal, SourceRefusedError
from siyu.domain.definitions.contracts import InvalidDefinitionError
from siyu.domain.sends import service as sends
from siyu.domain.sends.contracts import (
    GroupPost,
    MadePost,
    MomentPost,
    NowhereToPostError,
    PostDesign,
    PostKind,
    PostOutcome,
    PostTask,
    PostTasks,
    SendRules,
)
from siyu.engines.mirror.syncing import sync_corp
from siyu.engines.reach.posts_planning import plan_posts_once
from siyu.engines.reach.posts_working import work_posts_once
from siyu.kernel.actors import system_actor
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database
from siyu.world.wecom import mass, moments
from siyu.world.wecom.building import Size
from tests.engines.mirror.conftest import Mirrored
from tests.world.wecom.driving import CORP_ID

SIYU, ZONE = system_actor("test"), ZoneInfo("Asia/Shanghai")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@dataclass
class Posting:
    """A corp whose groups and members are known here."""

    mirrored: Mirrored
    ports: dict[tuple[str, PostKind], PostTasks] = field(default_factory=dict)

    def begin(self) -> None:
        sync_corp(self.mirrored.database, self.mirrored.corp)
        source = self.mirrored.corp.source
        assert isinstance(source, WecomMirror)
        wecom = source._wecom
        self.ports = {
            (CORP_ID, PostKind.GROUP): WecomGroupPosts(wecom, Carrier(wecom, self.mirrored.clock, lambda _url: PNG)),
            (CORP_ID, PostKind.MOMENT): WecomMoments(wecom, self.mirrored.clock, lambda _url: PNG),
        }

    def ask(self, kind: str, subjects: Sequence[int], **content: Any) -> PostDesign:
        document = {
            "kind": kind,
            "targets": {"all": True},
            "content": {"title": "秋茶", "body": "秋茶到店", **content},
        }
        with self.mirrored.database.begin() as work:
            return sends.post_now(work, SIYU, "秋茶", document, subjects, asked_key=work.ids.new_secret())

    def move(self, steps: int = 1, **time: float) -> None:
        for _ in range(steps):
            plan_posts_once(self.mirrored.database, ZONE, [CORP_ID])
            work_posts_once(self.mirrored.database, self.ports, SendRules())
            self.mirrored.pass_time(**(time or {"seconds": 40}))

    def outcomes(self, post_id: int) -> dict[PostOutcome, int]:
        with self.mirrored.database.read() as reading:
            return dict(sends.get_post(reading, SIYU, post_id).outcomes)

    def groups(self) -> dict[int, tuple[str, str]]:
        """{group: (chat, owner)}"""
        return {row[0]: (row[1], row[2]) for row in self.mirrored.rows(
            "SELECT group_id, chat_id, owner_userid FROM groups.groups WHERE dissolved_at IS NULL ORDER BY 1"
        )}  # fmt: skip

    def members(self) -> dict[int, str]:
        rows = self.mirrored.rows(
            "SELECT staff_id, told_userid FROM contacts.members WHERE staff_id IS NOT NULL ORDER BY 1"
        )
        return dict(rows)


@pytest.fixture
def posting(database: Database, mirror_of: Callable[[Database, Size], Mirrored]) -> Posting:
    made = Posting(mirror_of(database, Size(members=4, customers=30, chats=6)))
    made.begin()
    return made


def test_owners_confirm_what_goes_to_their_groups(posting: Posting) -> None:
    corp, groups = posting.mirrored.api.corp, posting.groups()
    owners = sorted({owner for _, owner in groups.values()})
    assert len(groups) > len(owners) > 1
    with pytest.raises(NowhereToPostError):
        posting.ask("group", [])
    asked = posting.ask("group", [*groups, 10**6], link_url="https://siyu.example/tea")
    posting.move(2)
    made = list(corp.mass.messages.values())
    assert sorted(userid for message in made for userid in message.tasks) == owners  # one task for each
    assert posting.outcomes(asked.post_id) == {PostOutcome.WAITING: len(groups), PostOutcome.GONE: 1}
    for message in made:
        if owners[0] in message.tasks:
            mass.confirm(corp, message.msgid, owners[0])
    hers = sum(owner == owners[0] for _, owner in groups.values())
    posting.move(2)
    assert posting.outcomes(asked.post_id)[PostOutcome.SENT] == hers
    posting.move(3, hours=4)  # past nine in the evening
    posting.move(2)
    rest = {PostOutcome.SENT: hers, PostOutcome.NOT_CONFIRMED: len(groups) - hers, PostOutcome.GONE: 1}
    assert posting.outcomes(asked.post_id) == rest
    assert all(message.is_cancelled for message in made if owners[0] not in message.tasks)
    with posting.mirrored.database.read() as reading:
        places = sends.list_post_places(reading, SIYU, asked.post_id, PageRequest(50, None)).rows
    assert {each.subject_id: each.outcome for each in places}[10**6] is PostOutcome.GONE


def test_a_lost_answer_makes_no_second_task_and_a_key_no_second_post(posting: Posting) -> None:
    corp, groups = posting.mirrored.api.corp, posting.groups()
    design = posting.ask("group", list(groups)[:1])

    class Deaf(WecomGroupPosts):
        def make(self, task: PostTask, subjects: Sequence[str]) -> MadePost:
            super().make(task, subjects)
            raise SourceRefusedError(Refusal.RETRY, 0)

    hearing = posting.ports[CORP_ID, PostKind.GROUP]
    assert isinstance(hearing, WecomGroupPosts)
    posting.ports[CORP_ID, PostKind.GROUP] = Deaf(hearing._wecom, hearing._carrier)
    posting.move(1)
    posting.ports[CORP_ID, PostKind.GROUP] = hearing
    posting.move(4)
    assert len(corp.mass.messages) == 1
    with posting.mirrored.database.begin() as work:
        again = [GroupPost("journey:1:2:1", next(iter(groups)), design.post_id, 1, 0)] * 2
        assert sends.request_group_posts(work, SIYU, again) == 1
        assert sends.request_group_posts(work, SIYU, again) == 0
        sends.cancel_post(work, SIYU, design.post_id)
    posting.move(3)
    assert set(posting.outcomes(design.post_id)) == {PostOutcome.NOT_CONFIRMED, PostOutcome.CANCELLED}


def test_members_publish_moments_and_are_told_what_customers_said(posting: Posting) -> None:
    corp, members = posting.mirrored.api.corp, posting.members()
    with pytest.raises(InvalidDefinitionError):
        posting.ask("moment", list(members), attachments=[{"kind": "link", "url": "https://siyu.example/tea"}])
    picture = {"kind": "image", "url": "https://siyu.example/tea.png"}
    link = "https://siyu.example/tea"
    asked = posting.ask("moment", list(members), link_url=link, attachments=[picture])
    posting.move(3)
    (moment,) = corp.moments.by_id.values()
    assert moment.content["text"] == {"content": f"秋茶到店\n{link}"}
    assert len(moment.content["attachments"]) == 1
    publishers = [each for each in members.values() if each in moment.senders][:2]
    for userid in publishers:
        moments.publish(corp, moment.moment_id, userid)
    number = moment.published[publishers[0]][0]
    moment.likes.append((publishers[0], moments.Remark(corp.people.id_of(number), corp.now_seconds)))
    moment.comments.append((publishers[0], moments.Remark(publishers[0], corp.now_seconds, "谢谢")))
    posting.move(2)
    assert posting.outcomes(asked.post_id)[PostOutcome.SENT] == 2
    posting.move(3, hours=4)
    posting.move(2)
    assert moment.is_cancelled
    posting.move(2, minutes=10)
    with posting.mirrored.database.read() as reading:
        told = sends.get_post(reading, SIYU, asked.post_id)
    assert told.outcomes[PostOutcome.NOT_CONFIRMED] == len(moment.senders) - 2
    assert (told.likes, told.comments) == (1, 0)  # what a member says to their own moment counts for nothing
    with posting.mirrored.database.begin() as work:
        staff_id = next(iter(members))
        assert sends.request_moments(work, SIYU, [MomentPost("journey:1:3:1", staff_id, asked.post_id, 1, 0)]) == 1
    posting.mirrored.pass_time(days=1)
    posting.mirrored.clock.set(posting.mirrored.clock.now() - timedelta(hours=8))
    posting.move(3)
    assert len(corp.moments.by_id) == 2

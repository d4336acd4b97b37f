"""Posts where something goes wrong: slow jobs, members who are gone, a corp that refuses at the end, and who sees what."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from siyu.channels.wecom.moments import WecomMoments
from siyu.domain.contacts.contracts import Refusal, SourceRefusedError
from siyu.domain.contacts.reading import customers_with
from siyu.domain.definitions.contracts import InvalidDefinitionError
from siyu.domain.groups.reading import customers_in
from siyu.domain.sends import service as sends
from siyu.domain.sends.contracts import (
    MadePost,
    MomentPost,
    OwnSendError,
    PostKind,
    PostNotHeldError,
    PostOutcome,
    PostTask,
)
from siyu.faces.api.posts import list_post_places
from siyu.kernel.actors import Actor, ActorKind, Scope
from siyu.kernel.errors import ForbiddenError
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database
from siyu.world.wecom import moments
from siyu.world.wecom.building import Size
from tests.engines.mirror.conftest import Mirrored
from tests.engines.posting.test_posts import PNG, SIYU, Posting
from tests.world.wecom.driving import CORP_ID

FINAL = SourceRefusedError(Refusal.FINAL, 40003)


class Odd(WecomMoments):
    """Moments of a corp whose jobs take their time, that knows nothing of one member, and lets nothing be taken back."""

    is_slow, gone, is_stubborn = True, "", False

    def made(self, job_id: str, /) -> MadePost | None:
        return None if self.is_slow else super().made(job_id)

    def remarks(self, task: PostTask, subject: str, /) -> tuple[int, int]:
        if subject == self.gone:
            raise FINAL
        return super().remarks(task, subject)

    def cancel(self, task: PostTask) -> None:
        if self.is_stubborn:
            raise FINAL
        super().cancel(task)


@pytest.fixture
def posting(database: Database, mirror_of: Callable[[Database, Size], Mirrored]) -> Posting:
    made = Posting(mirror_of(database, Size(members=4, customers=12, chats=3)))
    made.begin()
    return made


def odd(posting: Posting) -> Odd:
    known = posting.ports[CORP_ID, PostKind.MOMENT]
    assert isinstance(known, WecomMoments)
    made = Odd(known._wecom, posting.mirrored.clock, lambda _url: PNG)
    posting.ports[CORP_ID, PostKind.MOMENT] = made
    return made


def test_a_task_waits_for_the_job_of_one_that_says_the_same(posting: Posting) -> None:
    slow, corp = odd(posting), posting.mirrored.api.corp
    first, second = list(posting.members())[:2]
    asked = posting.ask("moment", [first])
    posting.move(2)
    with posting.mirrored.database.begin() as work:
        sends.request_moments(work, SIYU, [MomentPost("journey:1:3:1", second, asked.post_id, 1, 0)])
    posting.move(3)
    states = posting.mirrored.rows("SELECT state FROM sends.post_tasks ORDER BY task_id")
    assert [each[0] for each in states] == ["open", "new"]
    slow.is_slow = False
    posting.move(4)
    assert len(corp.moments.by_id) == 2
    ids = posting.mirrored.rows("SELECT DISTINCT outside_id FROM sends.post_tasks")
    assert {each[0] for each in ids} == set(corp.moments.by_id)


def test_one_who_is_gone_takes_nothing_from_the_others_and_nothing_goes_on_for_ever(posting: Posting) -> None:
    port, corp, members = odd(posting), posting.mirrored.api.corp, posting.members()
    port.is_slow = False
    asked = posting.ask("moment", list(members))
    posting.move(3)
    (moment,) = corp.moments.by_id.values()
    gone, heard = [each for each in members.values() if each in moment.senders][:2]
    for userid in (gone, heard):
        moments.publish(corp, moment.moment_id, userid)
    number = moment.published[heard][0]
    moment.likes.append((heard, moments.Remark(corp.people.id_of(number), corp.now_seconds)))
    port.gone, port.is_stubborn = gone, True
    posting.move(4, hours=4)
    posting.move(3)
    with posting.mirrored.database.read() as reading:
        told = sends.get_post(reading, SIYU, asked.post_id)
    assert PostOutcome.WAITING not in told.outcomes
    assert told.likes == 1
    states = posting.mirrored.rows("SELECT state FROM sends.post_tasks")
    assert states == [("heard",)]


@pytest.mark.parametrize("kind", ["group", "moment"])
def test_a_picture_without_an_address_is_no_picture(kind: str) -> None:
    content = {"title": "茶", "body": "茶", "attachments": [{"kind": "image"}]}
    with pytest.raises(InvalidDefinitionError):
        sends.parse_post({"kind": kind, "targets": {"all": True}, "content": content})


def test_who_sees_a_part_sees_and_stops_no_more(posting: Posting) -> None:
    groups = posting.groups()
    asked = posting.ask("group", list(groups))
    rights = frozenset({"posts.read", "posts.publish", "groups.read", "contacts.read"})
    narrow = Actor(ActorKind.STAFF, "1", rights, Scope(own_only=True))
    with posting.mirrored.database.begin() as work:
        shown = list_post_places(narrow, work, PageRequest(50, None), asked.post_id).rows
        owned = posting.mirrored.rows("SELECT group_id FROM groups.groups WHERE owner_id = 1")
        assert {each.subject_id for each in shown if each.name} == {row[0] for row in owned}
        with pytest.raises(ForbiddenError):
            sends.cancel_post(work, narrow, asked.post_id)


def test_what_many_would_see_waits_for_somebody_else(posting: Posting) -> None:
    groups, database = posting.groups(), posting.mirrored.database
    document = {"kind": "group", "targets": {"all": True}, "content": {"title": "秋茶", "body": "秋茶到店"}}
    boss = Actor(
        ActorKind.STAFF, "1", frozenset({"posts.publish", "posts.read", "posts.write", "sends.approve"}), Scope()
    )
    other = Actor(ActorKind.STAFF, "2", boss.rights, Scope())

    def ask(people: int, key: str) -> int:
        with database.begin() as work:
            made = sends.post_now(
                work, boss, "秋茶", document, [*groups], asked_key=key, people=people, approve_above=10
            )
            return made.post_id

    free, held, refused, called_back = ask(10, "free"), ask(11, "held"), ask(11, "refused"), ask(11, "called back")
    assert ask(11, "held") == held
    posting.move(2)
    assert set(posting.outcomes(held)) == {PostOutcome.HELD}
    with database.read() as reading:
        approvals = sends.list_post_approvals(reading, other)
    assert [(each.post_id, sorted(ids)) for each, ids in approvals] == [
        (post_id, sorted(groups)) for post_id in (held, refused, called_back)
    ]
    with database.begin() as work:
        with pytest.raises(OwnSendError):
            sends.approve_post(work, boss, held)
        with pytest.raises(PostNotHeldError):
            sends.approve_post(work, other, free)
        sends.approve_post(work, other, held)
        sends.refuse_post(work, other, refused)
        sends.cancel_post(work, boss, called_back)
    assert [set(posting.outcomes(each)) for each in (held, refused, called_back)] == [
        {PostOutcome.WAITING},
        {PostOutcome.CANCELLED},
        {PostOutcome.CANCELLED},
    ]
    with database.read() as reading:
        assert sends.list_post_approvals(reading, other) == []
        assert customers_in(reading, [*groups]) > 0
        assert customers_with(reading, [*posting.members()]) > 0

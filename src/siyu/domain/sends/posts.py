"""The verbs on posts to groups and in moments. Part of `service`; those with the right `sends.run` are Siyu's own work."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from siyu.domain.company.reading import staff_in_scope
from siyu.domain.company.service import record_audit
from siyu.domain.content import service as content
from siyu.domain.content.contracts import BadLinkError, BadTemplateError
from siyu.domain.definitions import service as definitions
from siyu.domain.definitions.contracts import Definition, MadeElsewhereError
from siyu.domain.definitions.reading import list_by_id
from siyu.domain.sends import posts_store as store
from siyu.domain.sends.contracts import STEP, OwnSendError
from siyu.domain.sends.faults import FAULTS, TEXT_BYTES_MAX
from siyu.domain.sends.posts_contracts import (
    ASKED_KEY_LENGTH_MAX,
    POST_KIND,
    GroupPost,
    MomentPost,
    NewPostTask,
    NowhereToPostError,
    Post,
    PostDesign,
    PostKind,
    PostNotHeldError,
    PostOutcome,
    PostPlace,
    PostTask,
    PostTaskState,
    WaitingPost,
)
from siyu.domain.sends.rules import is_whole, lacks_cover, needs_approval, task_text
from siyu.kernel.actors import Actor, system_actor
from siyu.kernel.errors import InvalidError
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork

READ, PUBLISH, APPROVE, RUN = "posts.read", "posts.publish", "sends.approve", "sends.run"
_POST: TypeAdapter[Post] = TypeAdapter(Post)
_SIYU = system_actor("sends")

GroupsSeen = Callable[[Collection[int]], Collection[int]]
"""Which of some groups the actor may see: another room knows."""


def _no_groups(_group_ids: Collection[int]) -> Collection[int]:
    return ()


def parse_post(document: object) -> Post:
    """The post of a document; InvalidDefinitionError with the first fault otherwise."""
    try:
        post = _POST.validate_python(document)
    except ValidationError as error:
        raise FAULTS.explained(document, error.errors(include_url=False)) from None
    try:
        post.content.check()
    except (BadTemplateError, BadLinkError) as error:
        path = ["content", *str(error.fields.get("field", "")).split(".")]
        raise FAULTS.fault(path, "link" if isinstance(error, BadLinkError) else "template") from None
    if len(task_text(post.content).encode()) > TEXT_BYTES_MAX:
        raise FAULTS.fault(["content", "body"], "bytes", limit=TEXT_BYTES_MAX)
    for n, each in enumerate(post.content.attachments):
        if not is_whole(each):
            raise FAULTS.fault(["content", "attachments", n], "attachment")
        if post.kind == "group" and lacks_cover(each):
            raise FAULTS.fault(["content", "attachments", n], "cover")
        if post.kind == "moment" and each.kind != "image":
            raise FAULTS.fault(["content", "attachments", n], "moment")
    return post


def post_now(
    work: UnitOfWork,
    actor: Actor,
    name: str,
    document: object,
    subject_ids: Collection[int],
    *,
    asked_key: str,
    people: int = 0,
    approve_above: int | None = None,
    groups_seen: GroupsSeen = _no_groups,
) -> PostDesign:
    """Has something posted to groups, or in the moments of members: those numbers, which are what its targets came to. It goes out
    within the hours in which members are asked to confirm; where more than `approve_above` of `people` would see it, it waits for
    somebody else's word first. Asked by the same with the same key again it gives what came of it the first time."""
    actor.require(PUBLISH)
    if not 1 <= len(asked_key) <= ASKED_KEY_LENGTH_MAX:
        raise InvalidError(f"A key has 1 to {ASKED_KEY_LENGTH_MAX} characters.", field="asked_key")
    by = f"{actor.kind}:{actor.actor_id}"
    known = store.take_asked(work.driver, by, asked_key, work.clock.now())
    if known is not None:
        return _designs(work, actor, [definitions.get(work, _SIYU, known, POST_KIND)], groups_seen)[0]
    post = parse_post(document)
    if not subject_ids:
        raise NowhereToPostError
    made = definitions.create(work, actor, POST_KIND, name, _POST.dump_python(post, mode="json"))
    published = definitions.publish(work, actor, made.definition_id, kind=POST_KIND)
    version = published.version or 1
    content.keep_messages(work, _SIYU, made.definition_id, version, {STEP: post.content})
    rows = [
        (f"post:{made.definition_id}:{version}:{each}", each, made.definition_id, version, STEP)
        for each in sorted(set(subject_ids))
    ]
    is_held = needs_approval(people, approve_above)
    outcome = PostOutcome.HELD if is_held else PostOutcome.WAITING
    store.insert_posts(work.driver, PostKind(post.kind), rows, work.clock.now(), outcome)
    store.keep_asked(work.driver, by, asked_key, made.definition_id)
    record_audit(work, actor, "posts.ask", f"post:{made.definition_id}", places=len(rows), waits=is_held)
    return _designs(work, actor, [published], groups_seen)[0]


def list_post_approvals(
    reading: Reading, actor: Actor, *, groups_seen: GroupsSeen = _no_groups
) -> list[tuple[PostDesign, list[int]]]:
    """The posts that wait for the word of somebody in whose scope they were asked for, each with its groups or members."""
    actor.require(APPROVE)
    held = store.held_subjects(reading.driver)
    found = list_by_id(reading, sorted(held))
    elsewhere = definitions.made_elsewhere(reading, actor, held)
    within = [each for each in found if each.definition_id not in elsewhere]
    designs = _designs(reading, actor, within, groups_seen)
    return [(each, held[each.post_id][1]) for each in designs]


def approve_post(work: UnitOfWork, actor: Actor, post_id: int, *, groups_seen: GroupsSeen = _no_groups) -> PostDesign:
    """Lets a post go out. OwnSendError for who asked for it."""
    actor.require(APPROVE)
    if definitions.get(work, _SIYU, post_id, POST_KIND).created_by == f"{actor.kind}:{actor.actor_id}":
        raise OwnSendError
    return _decide(work, actor, post_id, PostOutcome.WAITING, "posts.approve", groups_seen)


def refuse_post(work: UnitOfWork, actor: Actor, post_id: int, *, groups_seen: GroupsSeen = _no_groups) -> PostDesign:
    """Does not let a post go out."""
    actor.require(APPROVE)
    return _decide(work, actor, post_id, PostOutcome.CANCELLED, "posts.refuse", groups_seen)


def _decide(
    work: UnitOfWork, actor: Actor, post_id: int, outcome: PostOutcome, verb: str, groups_seen: GroupsSeen
) -> PostDesign:
    found = definitions.get(work, _SIYU, post_id, POST_KIND)
    _require_within(work, actor, found)
    if not store.decide_held(work.driver, post_id, outcome, work.clock.now()):
        raise PostNotHeldError
    record_audit(work, actor, verb, f"post:{post_id}")
    return _designs(work, actor, [found], groups_seen)[0]


def cancel_post(work: UnitOfWork, actor: Actor, post_id: int, *, groups_seen: GroupsSeen = _no_groups) -> PostDesign:
    """Calls back what is not posted yet; what is, stays. Who does not see all calls back what was asked for in their scope."""
    actor.require(PUBLISH)
    found = definitions.get(work, actor, post_id, POST_KIND)
    _require_within(work, actor, found)
    store.cancel(work.driver, post_id, found.version or 1, work.clock.now())
    record_audit(work, actor, "posts.cancel", f"post:{post_id}")
    return _designs(work, actor, [found], groups_seen)[0]


def _require_within(reading: Reading, actor: Actor, post: Definition) -> None:
    if definitions.made_elsewhere(reading, actor, [post.definition_id]):
        raise MadeElsewhereError(definition_id=post.definition_id)


def get_post(reading: Reading, actor: Actor, post_id: int, *, groups_seen: GroupsSeen = _no_groups) -> PostDesign:
    """One post, with the numbers of those groups or members whom the actor may see."""
    actor.require(READ)
    return _designs(reading, actor, [definitions.get(reading, actor, post_id, POST_KIND)], groups_seen)[0]


def list_posts(
    reading: Reading, actor: Actor, page: PageRequest, *, groups_seen: GroupsSeen = _no_groups
) -> Page[PostDesign]:
    """Posts, the newest first; with numbers as of get_post."""
    actor.require(READ)
    found = definitions.list_definitions(reading, actor, POST_KIND, page)
    return Page(_designs(reading, actor, found.rows, groups_seen), found.next_after)


def list_post_places(
    reading: Reading, actor: Actor, post_id: int, page: PageRequest, *, groups_seen: GroupsSeen = _no_groups
) -> Page[PostPlace]:
    """What became of a post in each of its groups, or with each of its members, of those whom the actor may see."""
    actor.require(READ)
    definitions.get(reading, actor, post_id, POST_KIND)
    after = int(page.after) if page.after and page.after.isdecimal() and len(page.after) < 19 else 0
    seen = _places_seen(reading, actor, [post_id], groups_seen)
    rows = store.select_places(reading.driver, post_id, seen, after, page.size + 1)
    more, rows = len(rows) > page.size, rows[: page.size]
    return Page([each for _, each in rows], str(rows[-1][0]) if more else None)


def _places_seen(
    reading: Reading, actor: Actor, post_ids: Collection[int], groups_seen: GroupsSeen
) -> store.Places | None:
    """The groups and members of posts whom the actor may see; None where that is all."""
    if actor.scope.is_everything:
        return None
    places = store.places_of(reading.driver, post_ids)
    members = staff_in_scope(reading, actor, places[PostKind.MOMENT])
    return {PostKind.GROUP: groups_seen(places[PostKind.GROUP]), PostKind.MOMENT: members}


def _designs(reading: Reading, actor: Actor, rows: Sequence[Definition], groups_seen: GroupsSeen) -> list[PostDesign]:
    post_ids = [row.definition_id for row in rows]
    numbers = store.numbers(reading.driver, post_ids, _places_seen(reading, actor, post_ids, groups_seen))
    found = []
    for row in rows:
        outcomes, likes, comments = numbers.get(row.definition_id, ({}, 0, 0))
        post = _POST.validate_python(row.latest)
        found.append(
            PostDesign(row.definition_id, row.name, post, row.created_by, row.created_at, outcomes, likes, comments)
        )
    return found


# --- asked for by journeys


def request_group_posts(work: UnitOfWork, actor: Actor, posts: Sequence[GroupPost]) -> int:
    """Asks for posts to groups, one for each key; gives how many are new."""
    actor.require(RUN)
    rows = [(each.post_key, each.group_id, each.definition_id, each.version, each.step) for each in posts]
    return store.insert_posts(work.driver, PostKind.GROUP, rows, work.clock.now()) if rows else 0


def request_moments(work: UnitOfWork, actor: Actor, posts: Sequence[MomentPost]) -> int:
    """Asks for posts in the moments of members, one for each key; gives how many are new."""
    actor.require(RUN)
    rows = [(each.post_key, each.staff_id, each.definition_id, each.version, each.step) for each in posts]
    return store.insert_posts(work.driver, PostKind.MOMENT, rows, work.clock.now()) if rows else 0


# --- planned and followed


def lock_waiting_posts(work: UnitOfWork, actor: Actor, size: int) -> list[WaitingPost]:
    """Posts that are in no task yet, the oldest first."""
    actor.require(RUN)
    return store.lock_waiting(work.driver, size)


def plan_post_tasks(work: UnitOfWork, actor: Actor, tasks: Sequence[NewPostTask]) -> int:
    """Says which tasks there should be; gives how many are new."""
    actor.require(RUN)
    return store.insert_tasks(work.driver, tasks, work.clock.now())


def settle_posts(work: UnitOfWork, actor: Actor, outcomes: Mapping[int, PostOutcome]) -> int:
    """Gives posts that wait their outcome; gives how many did."""
    actor.require(RUN)
    return store.settle_posts(work.driver, outcomes, work.clock.now()) if outcomes else 0


def claim_post_task(
    work: UnitOfWork, actor: Actor, places: Collection[tuple[str, PostKind]], again_at: datetime
) -> PostTask | None:
    """The next task of these (corp, kind) to do something about; it comes again at `again_at` if nobody says otherwise."""
    actor.require(RUN)
    return store.claim_task(work.driver, places, work.clock.now(), again_at)


def lock_abandoned_post_tasks(
    work: UnitOfWork, actor: Actor, corp_ids: Collection[str], ended_before: datetime, size: int
) -> list[PostTask]:
    """Tasks of corps that are switched off (all but these), whose windows ended before."""
    actor.require(RUN)
    return store.lock_abandoned(work.driver, corp_ids, ended_before, size)


def known_posts(work: UnitOfWork, actor: Actor, task: PostTask) -> frozenset[str]:
    """What WeCom calls the tasks of this kind and corp that are known here."""
    actor.require(RUN)
    return store.known_ids(work.driver, task.corp_id, task.kind)


def keep_made_post(
    work: UnitOfWork, actor: Actor, task: PostTask, outside_id: str, job_id: str, due_at: datetime
) -> None:
    """It is there, under this name, or is being made by this job."""
    actor.require(RUN)
    store.save_made(work.driver, task.task_id, outside_id, job_id, due_at)


def move_post_task(
    work: UnitOfWork, actor: Actor, task: PostTask, state: PostTaskState, due_at: datetime, *, refusal: int = 0
) -> None:
    """Where it goes on, and when it is looked at next."""
    actor.require(RUN)
    store.save_state(work.driver, task.task_id, state, due_at, refusal)


def note_post_reminder(work: UnitOfWork, actor: Actor, task: PostTask) -> None:
    """Members were reminded."""
    actor.require(RUN)
    store.save_reminder(work.driver, task.task_id, work.clock.now())


def keep_remarks(work: UnitOfWork, actor: Actor, post_id: int, likes: int, comments: int) -> None:
    """How much a moment was liked and commented on."""
    actor.require(RUN)
    store.save_remarks(work.driver, post_id, likes, comments)

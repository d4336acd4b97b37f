"""What is posted to groups and in moments: asked for, followed, called back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field, RootModel

from siyu.domain.company.reading import staff_names
from siyu.domain.contacts.reading import customers_with, list_members
from siyu.domain.definitions.service import made_elsewhere
from siyu.domain.groups import service as groups
from siyu.domain.groups.reading import customers_in, group_names, groups_in_scope
from siyu.domain.sends import contracts, service
from siyu.engines.reach.planning_rules import rules_of
from siyu.faces.api.access import CurrentActor, Id, Paging, ReadOnly, Work
from siyu.faces.api.documents import DescribedAs, Document
from siyu.faces.naming import actor_names
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api/posts", tags=["posts"])

OutcomeWord = Literal[
    "held", "waiting", "sent", "gone", "over_quota", "not_confirmed", "refused", "cancelled", "unknown"
]


class PostDefinition(RootModel[contracts.Post]):
    """A post: what is said, to which groups or in whose moments."""


class PostOutcomeCount(BaseModel):
    """How many groups, or members, it came out so for."""

    outcome: OutcomeWord
    count: int


class PostRow(BaseModel):
    """A post that went out. Likes and comments are those of customers, of moments."""

    post_id: int
    name: str
    definition: PostDefinition
    asked_by: str
    asked_at: datetime
    outcomes: list[PostOutcomeCount]
    likes: int
    comments: int
    is_made_elsewhere: bool


class PostPage(BaseModel):
    """Posts, the newest first."""

    rows: list[PostRow]
    next_after: str | None


class PostDraft(BaseModel):
    """What is to be posted."""

    name: Annotated[str, Field(max_length=200)]
    definition: Annotated[Document, DescribedAs(PostDefinition)]


class NewPost(PostDraft):
    """What is to be posted; with the same `asked_key` it is posted once."""

    asked_key: Annotated[str, Field(min_length=1, max_length=100)]


class PostPlaceRow(BaseModel):
    """A group, or a member, and what became of it there."""

    subject_id: int
    name: str
    outcome: OutcomeWord
    done_at: datetime | None
    likes: int
    comments: int


class PostPlacePage(BaseModel):
    """Groups or members of a post."""

    rows: list[PostPlaceRow]
    next_after: str | None


class PostReach(BaseModel):
    """How many groups, or members, it would go to, and how many customers would see it. `needs_approval`: somebody else has to let
    it go out."""

    count: int
    people: int
    needs_approval: bool


class PostApproval(BaseModel):
    """A post that waits for somebody's word; so many customers would see it."""

    post: PostRow
    people: int


class PostApprovals(BaseModel):
    """What waits for your word."""

    rows: list[PostApproval]


@router.get("", summary="Posts to groups and in moments")
def list_posts(actor: CurrentActor, reading: ReadOnly, page: Paging) -> PostPage:
    found = service.list_posts(reading, actor, page, groups_seen=_groups_of(reading, actor))
    return PostPage(rows=_rows(reading, actor, found.rows), next_after=found.next_after)


@router.post("", status_code=201, summary="Have something posted")
def create_post(actor: CurrentActor, work: Work, draft: NewPost) -> PostRow:
    actor.require("posts.publish")
    post = service.parse_post(draft.definition)
    subjects = _subjects(work, actor, post)
    made = service.post_now(
        work,
        actor,
        draft.name,
        draft.definition,
        subjects,
        asked_key=draft.asked_key,
        people=_people(work, post.kind, subjects),
        approve_above=rules_of(work).approve_above,
        groups_seen=_groups_of(work, actor),
    )
    return _rows(work, actor, [made])[0]


@router.post("/reach", summary="How many groups or members a post would go to")
def reach_of_post(actor: CurrentActor, reading: ReadOnly, draft: PostDraft) -> PostReach:
    actor.require("posts.read")
    post = service.parse_post(draft.definition)
    subjects = _subjects(reading, actor, post)
    people, above = _people(reading, post.kind, subjects), rules_of(reading).approve_above
    return PostReach(count=len(subjects), people=people, needs_approval=above is not None and people > above)


@router.get("/approvals", summary="Posts that wait for somebody's word")
def list_post_approvals(actor: CurrentActor, reading: ReadOnly) -> PostApprovals:
    found = service.list_post_approvals(reading, actor, groups_seen=_groups_of(reading, actor))
    posts = _rows(reading, actor, [each for each, _ in found])
    return PostApprovals(
        rows=[
            PostApproval(post=row, people=_people(reading, each.post.kind, subjects))
            for row, (each, subjects) in zip(posts, found, strict=True)
        ]
    )


@router.get("/{post_id}", summary="One post")
def get_post(actor: CurrentActor, reading: ReadOnly, post_id: Id) -> PostRow:
    found = service.get_post(reading, actor, post_id, groups_seen=_groups_of(reading, actor))
    return _rows(reading, actor, [found])[0]


@router.post("/{post_id}/approve", summary="Let a post go out")
def approve_post(actor: CurrentActor, work: Work, post_id: Id) -> PostRow:
    """Not by who asked for it."""
    found = service.approve_post(work, actor, post_id, groups_seen=_groups_of(work, actor))
    return _rows(work, actor, [found])[0]


@router.post("/{post_id}/refuse", summary="Do not let a post go out")
def refuse_post(actor: CurrentActor, work: Work, post_id: Id) -> PostRow:
    found = service.refuse_post(work, actor, post_id, groups_seen=_groups_of(work, actor))
    return _rows(work, actor, [found])[0]


@router.post("/{post_id}/cancel", summary="Call back what is not posted yet")
def cancel_post(actor: CurrentActor, work: Work, post_id: Id) -> PostRow:
    found = service.cancel_post(work, actor, post_id, groups_seen=_groups_of(work, actor))
    return _rows(work, actor, [found])[0]


@router.get("/{post_id}/places", summary="What became of it in each group, or with each member")
def list_post_places(actor: CurrentActor, reading: ReadOnly, page: Paging, post_id: Id) -> PostPlacePage:
    post = service.get_post(reading, actor, post_id).post
    found = service.list_post_places(reading, actor, post_id, page, groups_seen=_groups_of(reading, actor))
    ids = {each.subject_id for each in found.rows}
    names = group_names(reading, ids) if post.kind == "group" else staff_names(reading, ids)
    rows = [
        PostPlaceRow(
            subject_id=each.subject_id,
            name=names.get(each.subject_id, ""),
            outcome=each.outcome.value,
            done_at=each.done_at,
            likes=each.likes,
            comments=each.comments,
        )
        for each in found.rows
    ]
    return PostPlacePage(rows=rows, next_after=found.next_after)


def _subjects(reading: Reading, actor: Actor, post: contracts.Post) -> list[int]:
    """The groups or members that are meant, as far as the actor's scope goes."""
    targets = post.targets
    if post.kind == "group":
        return groups.choose_groups(
            reading, actor, group_ids=targets.group_ids, owner_ids=targets.staff_ids, is_all=targets.all
        )
    members = {
        each.staff_id for each in list_members(reading, actor) if each.staff_id is not None and each.left_at is None
    }
    return sorted(members if targets.all else members.intersection(targets.staff_ids))


def _people(reading: Reading, kind: str, subjects: Collection[int]) -> int:
    """How many customers would see it: those in the groups, or those whom the members have."""
    return customers_in(reading, subjects) if kind == "group" else customers_with(reading, subjects)


def _groups_of(reading: Reading, actor: Actor) -> Callable[[Collection[int]], Collection[int]]:
    """Which of some groups the actor may see."""
    return partial(groups_in_scope, reading, actor)


def _rows(reading: Reading, actor: Actor, designs: Sequence[contracts.PostDesign]) -> list[PostRow]:
    names = actor_names(reading, {each.asked_by for each in designs})
    elsewhere = made_elsewhere(reading, actor, [each.post_id for each in designs])
    return [
        PostRow(
            post_id=each.post_id,
            name=each.name,
            definition=PostDefinition(each.post),
            asked_by=names.get(each.asked_by, each.asked_by),
            asked_at=each.asked_at,
            outcomes=[PostOutcomeCount(outcome=key.value, count=count) for key, count in sorted(each.outcomes.items())],
            likes=each.likes,
            comments=each.comments,
            is_made_elsewhere=each.post_id in elsewhere,
        )
        for each in designs
    ]

"""What uses a tag: rules, forms, codes and journeys that give it, definitions that look at who bears it. Taking it away
asks first."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from siyu.domain.customers.reading import page_key
from siyu.domain.definitions import reading as definitions
from siyu.domain.definitions.contracts import DefinitionName
from siyu.domain.tags import service as tags
from siyu.domain.tags.contracts import Group, UnknownTagError
from siyu.engines.tagging.contracts import TAG_RULE_KIND, TagInUseError
from siyu.kernel.actors import Actor
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork

GIVERS: Final = (TAG_RULE_KIND, "form", "code", "journey")
"""Kinds of definitions that give tags; the others only look who bears them, which who bears an archived one still does."""
NAMED_MAX: Final = 20
"""So many of those that give a tag are named where it is not taken out of use."""
_MEMBERS: Final = ("tag_id", "tag_ids", "tags", "add", "remove")
"""What documents call the tags they speak of."""


def used_by(reading: Reading, actor: Actor, tag_ids: Collection[int], page: PageRequest) -> Page[DefinitionName]:
    """Definitions that give any of the tags or look at it, by id."""
    actor.require("tags.read")
    after = 0 if page.after is None else page_key(page)
    found = definitions.naming(reading, _MEMBERS, tag_ids, after=after, size=page.size + 1)
    more, found = len(found) > page.size, found[: page.size]
    return Page(found, str(found[-1].definition_id) if more else None)


def archive_tag(work: UnitOfWork, actor: Actor, tag_id: int) -> Group:
    """Takes a tag out of use. TagInUseError where something gives it."""
    archived = tags.archive_tag(work, actor, tag_id)
    _refuse_giving(work, [tag_id])
    return archived


def archive_group(work: UnitOfWork, actor: Actor, group_id: int) -> Group:
    """Takes a group with its tags out of use. TagInUseError where something gives one of them."""
    archived = tags.archive_group(work, actor, group_id)
    _refuse_giving(work, [each.tag_id for each in archived.tags])
    return archived


def tags_of_group(reading: Reading, actor: Actor, group_id: int) -> list[int]:
    """The tags of a group; UnknownTagError where there is none such."""
    for group in tags.list_groups(reading, actor):
        if group.group_id == group_id:
            return [each.tag_id for each in group.tags]
    raise UnknownTagError


def _refuse_giving(reading: Reading, tag_ids: Collection[int]) -> None:
    if givers := definitions.naming(reading, _MEMBERS, tag_ids, kinds=GIVERS, size=NAMED_MAX):
        raise TagInUseError(
            f"Given by: {', '.join(each.name for each in givers)}.",
            used_by=[{"definition_id": each.definition_id, "kind": each.kind, "name": each.name} for each in givers],
        )

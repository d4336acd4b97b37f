"""What a form's own room cannot check: whether the tags that it gives are there."""

from __future__ import annotations

from collections.abc import Sequence

from siyu.domain.definitions.contracts import InvalidDefinitionError
from siyu.domain.entries import service
from siyu.domain.entries.contracts import tags_in
from siyu.domain.tags import service as tags
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import Reading


def check_tags(reading: Reading, actor: Actor, right: str, document: object) -> None:
    """InvalidDefinitionError for a tag that there is not, or that is archived."""
    actor.require(right)
    check_named_tags(reading, actor, tags_in(service.parse_form(document)))


def check_named_tags(reading: Reading, actor: Actor, named: Sequence[tuple[str, int]]) -> None:
    """InvalidDefinitionError at the first place that names a tag which there is not, or which is archived."""
    if not named:
        return
    usable = {
        each.tag_id
        for group in tags.list_groups(reading, actor)
        for each in group.tags
        if not (group.is_archived or each.is_archived)
    }
    for path, tag_id in named:
        if tag_id not in usable:
            raise InvalidDefinitionError(
                path,
                "There is no such tag, or it is archived; choose another.",
                "没有这个标签，或它已归档，请另选。",
            )

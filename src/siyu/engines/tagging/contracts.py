"""The rules by which tags are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from siyu.domain.definitions.contracts import WITH_KIND, DefinitionStatus
from siyu.domain.segments.contracts import Duration, Filters, Id, Text
from siyu.kernel.actors import system_actor
from siyu.kernel.errors import ConflictError, InvalidError

TAG_RULE_KIND = "tag_rule"
RULE_JOB = "apply_tag_rule"
TAGGING_CONSUMER = "tagging"
EVENTS_CONSUMER = "tagging_events"
FORMS_SOURCE = "entries"
"""Who tells of answers to forms."""
RULES_LIVE_MAX = 500
ACTOR = system_actor("tagging")


@dataclass(frozen=True, slots=True)
class SegmentRule:
    """Who is in the segment bears the tag. On leaving they keep it, or lose it unless somebody else gave it too."""

    __pydantic_config__ = WITH_KIND

    tag_id: Id
    segment_id: Id
    on_exit: Literal["keep", "remove"] = "keep"
    kind: Literal["segment"] = "segment"


@dataclass(frozen=True, slots=True)
class EventRule:
    """Who does it, from the day the rule is published, bears the tag: for good, or until so long after they last did it."""

    __pydantic_config__ = WITH_KIND

    tag_id: Id
    event: Text
    where: Filters = ()
    expires_after: Duration | None = None
    kind: Literal["event"] = "event"


Rule = Annotated[SegmentRule | EventRule, Field(discriminator="kind")]
RULE: TypeAdapter[SegmentRule | EventRule] = TypeAdapter(Rule)


@dataclass(frozen=True, slots=True)
class TagRule:
    """A rule as it stands: what is in force, and the draft beside it."""

    rule_id: int
    name: str
    status: DefinitionStatus
    version: int | None
    revision: int
    rule: SegmentRule | EventRule | None
    draft: SegmentRule | EventRule | None
    updated_at: datetime


class TagInUseError(ConflictError):
    """Something still gives this tag; change that first."""

    code = "tag_in_use"


class BadTagRuleError(InvalidError):
    """This rule cannot be kept."""

    code = "bad_tag_rule"


class TagRuleRingError(BadTagRuleError):
    """Rules would follow each other in a ring."""

    code = "tag_rule_ring"

    def __init__(self, names: Sequence[str]) -> None:
        """`names` of the rules, each giving what the next one looks at."""
        way, way_zh = (gap.join(f"{left}{each}{right}" for each in (*names, names[0])) for gap, left, right in _RING)
        if len(names) == 1:
            reason = "Its segment looks at the tag that it takes away again on leaving."
            reason_zh = "这个人群的条件里就有这个标签，离开时又去掉它，会来回打个不停。"
        else:
            reason = f"Each gives a tag that the next one's segment looks at: {way}."
            reason_zh = f"这些规则绕成了圈，前一条打的标签正是后一条的人群要看的：{way_zh}。"
        super().__init__(reason, field="segment_id", reason=reason, reason_zh=reason_zh, ring=list(names))


_RING = ((" → ", "“", "”"), (" → ", "「", "」"))

"""The rules by which tags are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, TypeAdapter

from siyu.domain.definitions.contracts import DefinitionStatus
from siyu.domain.segments.contracts import Duration, Filters, Id, Text
from siyu.kernel.actors import system_actor
from siyu.kernel.errors import InvalidError

TAG_RULE_KIND = "tag_rule"
RULE_JOB = "apply_tag_rule"
TAGGING_CONSUMER = "tagging"
EVENTS_CONSUMER = "tagging_events"
RULES_LIVE_MAX = 500
ACTOR = system_actor("tagging")


def _with_kind(schema: dict[str, Any]) -> None:
    """A document always says its `kind`, though code that builds rules need not."""
    schema["required"] = ["kind", *schema.get("required", [])]
    schema["properties"]["kind"].pop("default", None)


_STRICT = ConfigDict(extra="forbid", json_schema_extra=_with_kind)


@dataclass(frozen=True, slots=True)
class SegmentRule:
    """Who is in the segment bears the tag. On leaving they keep it, or lose it unless somebody else gave it too."""

    __pydantic_config__ = _STRICT

    tag_id: Id
    segment_id: Id
    on_exit: Literal["keep", "remove"] = "keep"
    kind: Literal["segment"] = "segment"


@dataclass(frozen=True, slots=True)
class EventRule:
    """Who does it, from the day the rule is published, bears the tag: for good, or until so long after they last did it."""

    __pydantic_config__ = _STRICT

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


class BadTagRuleError(InvalidError):
    """This rule cannot be kept."""

    code = "bad_tag_rule"

"""The language of segments. Part of `contracts`.

A definition is a tree: `all`, `any` and `not` over conditions. With `as_of` the instant it is asked for:

- The universe is all customers that are neither merged away nor erased (and that the asker may see). `not` is the
  complement in it, so the order of conditions never changes an answer.
- An event is a customer's if its profile is theirs now. Events after `as_of` do not count yet.
- Days of attributes and calendar windows are days of the business time zone; weeks begin on Monday. A rolling day is 24 hours.
- What was never told or was taken away is missing. Missing satisfies `is_not_set`, `is_not` and `not_one_of` (the exact
  opposites of `is_set`, `is` and `one_of`), and nothing else.
- Values are compared within their type: text with text, number with number, truth with truth. `contains` finds a text in a
  text, or an element (text or number) in a list; `has_all` finds all of the values there. `at_least`, `at_most`, `more_than`
  and `less_than` take a number, or a day ("2026-03-01") that is compared with the day that the text begins with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, StrictBool

from siyu.domain.definitions.contracts import (
    WITH_KIND,
    WITHOUT_KIND,
    EventMatch,
    Filters,
    Id,
    Number,
    Operator,
    Text,
    Value,
)
from siyu.domain.segments.acts_contracts import ActedCondition
from siyu.domain.segments.estimates_contracts import Edition, EstimateModel
from siyu.domain.segments.language_words import (
    CONDITIONS_MAX,
    COUNT_MAX,
    PERIODS_MAX,
    STEPS_MAX,
    Comparison,
    Duration,
    IdList,
    Percent,
    TextList,
    Which,
    Window,
)

_SEVERAL = Field(min_length=1, max_length=CONDITIONS_MAX)


@dataclass(frozen=True, slots=True)
class AllCondition:
    """Every one of these holds."""

    __pydantic_config__ = WITH_KIND

    of: Annotated[tuple[Condition, ...], _SEVERAL]
    kind: Literal["all"] = "all"


@dataclass(frozen=True, slots=True)
class AnyCondition:
    """At least one of these holds."""

    __pydantic_config__ = WITH_KIND

    of: Annotated[tuple[Condition, ...], _SEVERAL]
    kind: Literal["any"] = "any"


@dataclass(frozen=True, slots=True)
class NotCondition:
    """This does not hold."""

    __pydantic_config__ = WITH_KIND

    of: Condition
    kind: Literal["not"] = "not"


@dataclass(frozen=True, slots=True)
class AttributeCondition:
    """What is known of the customer: attribute `name` compared with `value` (none for `is_set` and `is_not_set`).

    `in_last_days` and `in_next_days` take a whole number N: the day at the beginning of the attribute's text is one of the N
    days that end with today, or that begin with today.
    """

    __pydantic_config__ = WITH_KIND

    name: Text
    operator: Operator | Literal["in_last_days", "in_next_days"]
    value: Value = None
    kind: Literal["attribute"] = "attribute"


@dataclass(frozen=True, slots=True)
class EventCondition:
    """What the customer's events of one name, in a window or ever, come to.
    `measure` count: how many; days: on how many different days. With `property`: sum, min, max and average of the numbers there,
    distinct: how many different values. Without events count, days, distinct and sum are 0; min, max and average
    are missing where there is no number, and then nothing holds.
    """

    __pydantic_config__ = WITH_KIND

    event: Text
    operator: Comparison
    value: Number
    measure: Literal["count", "days", "sum", "min", "max", "average", "distinct"] = "count"
    property: Text | None = None
    where: Filters = ()
    window: Window | None = None
    kind: Literal["event"] = "event"


@dataclass(frozen=True, slots=True)
class MomentCondition:
    """When the customer did something for the first or the last time: in the window. Who never did it does not match."""

    __pydantic_config__ = WITH_KIND

    event: Text
    which: Which
    window: Window
    where: Filters = ()
    kind: Literal["moment"] = "moment"


@dataclass(frozen=True, slots=True)
class EventValueCondition:
    """What stood in the first or last of such events: `property` compared with `value` as an attribute would be. Who has no such
    event does not match, whatever the operator. Of two at the same instant the one that came to the log first is the first."""

    __pydantic_config__ = WITH_KIND

    event: Text
    which: Which
    property: Text
    operator: Operator
    value: Value = None
    where: Filters = ()
    window: Window | None = None
    kind: Literal["event_value"] = "event_value"


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a sequence: an event strictly later than the step before, by at most `within`, with none of `without` strictly
    between the two. The first step has neither. `is_absent`, for the last of several alone, with `within` and never with
    `without`: no such event came until `within` had passed, and it has passed."""

    __pydantic_config__ = WITHOUT_KIND

    event: Text
    where: Filters = ()
    within: Duration | None = None
    without: Annotated[tuple[EventMatch, ...], Field(max_length=STEPS_MAX)] = ()
    is_absent: StrictBool = False


@dataclass(frozen=True, slots=True)
class SequenceCondition:
    """The customer did these things one after another; other events may lie between. `same`: a property that has the same
    text or number in all of the steps and in what stands `without` (one that is missing is like nothing else). All events of
    it lie in the window."""

    __pydantic_config__ = WITH_KIND

    steps: Annotated[tuple[Step, ...], Field(min_length=2, max_length=STEPS_MAX)]
    same: Text | None = None
    window: Window | None = None
    kind: Literal["sequence"] = "sequence"


@dataclass(frozen=True, slots=True)
class RegularCondition:
    """The customer did it in at least `at_least` of the last `periods` rolling days or weeks: period n lies n to n + 1 units
    before `as_of`, its end included, its beginning not."""

    __pydantic_config__ = WITH_KIND

    event: Text
    periods: Annotated[int, Field(strict=True, ge=2, le=PERIODS_MAX)]
    at_least: Annotated[int, Field(strict=True, ge=1, le=PERIODS_MAX)]
    unit: Literal["day", "week"] = "week"
    where: Filters = ()
    kind: Literal["regular"] = "regular"


@dataclass(frozen=True, slots=True)
class ResumedCondition:
    """The customer did it `within` the last time, and between the first of these and the time before lay at least `after`."""

    __pydantic_config__ = WITH_KIND

    event: Text
    within: Duration
    after: Duration
    where: Filters = ()
    kind: Literal["resumed"] = "resumed"


@dataclass(frozen=True, slots=True)
class StoppedCondition:
    """The customer did it at least `at_least` times in the length of time `before`, which ended `since` ago, and not since."""

    __pydantic_config__ = WITH_KIND

    event: Text
    since: Duration
    before: Duration
    at_least: Annotated[int, Field(strict=True, ge=1, le=COUNT_MAX)] = 1
    where: Filters = ()
    kind: Literal["stopped"] = "stopped"


@dataclass(frozen=True, slots=True)
class AnniversaryCondition:
    """A yearly return of a day is `from_days` to `to_days` days away from today (0 is today, negative is past).

    The day is that of an attribute ("1990-05-20…" or "05-20"), or of the first or last event: exactly one of `attribute` and
    `event`; `which` and `where` are for events. The first return is one year after. 29 February returns on the 28th in years
    without one.
    """

    __pydantic_config__ = WITH_KIND

    from_days: Annotated[int, Field(strict=True, ge=-180, le=180)]
    to_days: Annotated[int, Field(strict=True, ge=-180, le=180)]
    attribute: Text | None = None
    event: Text | None = None
    which: Which = "first"
    where: Filters = ()
    kind: Literal["anniversary"] = "anniversary"


@dataclass(frozen=True, slots=True)
class TagCondition:
    """The customer bears any, or all, of these tags."""

    __pydantic_config__ = WITH_KIND

    tag_ids: IdList
    operator: Literal["any_of", "all_of"] = "any_of"
    kind: Literal["tag"] = "tag"


@dataclass(frozen=True, slots=True)
class KeeperCondition:
    """The customer is kept by any of these staff."""

    __pydantic_config__ = WITH_KIND

    staff_ids: IdList
    kind: Literal["keeper"] = "keeper"


@dataclass(frozen=True, slots=True)
class UnitCondition:
    """The customer belongs to any of these units of the organisation, or to one below."""

    __pydantic_config__ = WITH_KIND

    unit_ids: IdList
    kind: Literal["unit"] = "unit"


@dataclass(frozen=True, slots=True)
class ConsentCondition:
    """What the customer last said of a purpose (and a channel, where the purpose goes by channel): `granted`, `withdrawn`, or
    `unasked` where they never spoke. Words on one channel and on all of them ("*") are words of their own, and a purpose that
    is not by channel takes no channel. `allowed`: the purpose may be followed now (on that channel, which is not "*")."""

    __pydantic_config__ = WITH_KIND

    purpose: Text
    state: Literal["granted", "withdrawn", "unasked", "allowed"]
    channel: Text | None = None
    kind: Literal["consent"] = "consent"


@dataclass(frozen=True, slots=True)
class IdentityCondition:
    """The customer is known by an identity of any of these kinds ("phone", "openid" …)."""

    __pydantic_config__ = WITH_KIND

    identities: TextList
    kind: Literal["identity"] = "identity"


@dataclass(frozen=True, slots=True)
class EntryCondition:
    """The customer first came by any of these: the source of the first event of theirs."""

    __pydantic_config__ = WITH_KIND

    channels: TextList
    kind: Literal["entry"] = "entry"


@dataclass(frozen=True, slots=True)
class SegmentCondition:
    """The customer is in another segment, at the same instant. A stopped one keeps who was in it when it stopped."""

    __pydantic_config__ = WITH_KIND

    segment_id: Id
    kind: Literal["segment"] = "segment"


@dataclass(frozen=True, slots=True)
class ListCondition:
    """The customer stands on a fixed list."""

    __pydantic_config__ = WITH_KIND

    list_id: Id
    kind: Literal["list"] = "list"


@dataclass(frozen=True, slots=True)
class SampleCondition:
    """A random but stable part of all: those whose lot under `name` lies from `from_percent` up to below `to_percent`. Two names
    draw independently; two parts of one name that do not overlap share nobody."""

    __pydantic_config__ = WITH_KIND

    name: Text
    to_percent: Percent
    from_percent: Percent = 0.0
    kind: Literal["sample"] = "sample"


@dataclass(frozen=True, slots=True)
class RfmCondition:
    """The customer is in one of these cells of an RFM scheme; with the cut-offs that the scheme has in force."""

    __pydantic_config__ = WITH_KIND

    scheme_id: Id
    cells: TextList
    kind: Literal["rfm"] = "rfm"


@dataclass(frozen=True, slots=True)
class StageCondition:
    """The customer stands on one of these stages of a ladder: the highest stage whose condition holds."""

    __pydantic_config__ = WITH_KIND

    ladder_id: Id
    stages: TextList
    kind: Literal["stage"] = "stage"


@dataclass(frozen=True, slots=True)
class EstimateCondition:
    """What was last estimated of the customer, compared as an attribute is; `edition` is pinned where it is written out."""

    __pydantic_config__ = WITH_KIND

    model: EstimateModel
    name: Text
    operator: Operator
    value: Value = None
    edition: Edition | None = None
    kind: Literal["estimate"] = "estimate"


EventLeaf = (
    EventCondition
    | MomentCondition
    | EventValueCondition
    | SequenceCondition
    | RegularCondition
    | ResumedCondition
    | StoppedCondition
    | ActedCondition
)
"""Conditions over events alone."""
CustomerLeaf = (
    AttributeCondition
    | TagCondition
    | KeeperCondition
    | UnitCondition
    | ConsentCondition
    | IdentityCondition
    | EntryCondition
)
"""Conditions over a customer's row in the columns."""
SetLeaf = SegmentCondition | ListCondition | SampleCondition
"""Conditions answered from sets of customers, without the columns."""
NamedLeaf = RfmCondition | StageCondition
"""Conditions that stand for others, which a scheme or a ladder spells out."""
Leaf = EventLeaf | CustomerLeaf | AnniversaryCondition | SetLeaf | NamedLeaf | EstimateCondition
Condition = Annotated[AllCondition | AnyCondition | NotCondition | Leaf, Field(discriminator="kind")]

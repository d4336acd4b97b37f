"""Follows the log: who entered or left a segment that keeps a tag, who did what gives one, who answered a form."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from siyu.domain.customers.contracts import CUSTOMERS_SPLIT
from siyu.domain.customers.reading import current_customer_ids
from siyu.domain.definitions.contracts import passes
from siyu.domain.segments import reading as segments
from siyu.domain.segments.contracts import HOURS, SEGMENT_ENTERED, SEGMENT_EXITED
from siyu.domain.tags import service as tags
from siyu.domain.tags.contracts import AT_ONCE_MAX, How, Way
from siyu.engines.tagging.contracts import ACTOR, EVENTS_CONSUMER, FORMS_SOURCE, EventRule, SegmentRule
from siyu.engines.tagging.rules import live_rules
from siyu.kernel.events import Event
from siyu.platform.eventlog.consuming import Consumer, Progress, consume_once
from siyu.platform.postgres.database import Database, Reading, UnitOfWork


def follow_segments(work: UnitOfWork, events: Sequence[Event]) -> None:
    """Who entered is tagged. Who left, or was parted, is looked at as membership stands now: what changes after this moment
    comes to the log after this event, so nobody is left behind."""
    rules = segment_rules(work)
    touched = {rule_id: _touched(rule, events) for rule_id, rule in rules.items()}
    concerned = {rule_id: rules[rule_id] for rule_id, profile_ids in touched.items() if profile_ids}
    usable = tags.lock_tags(work, ACTOR, {rule.tag_id for rule in concerned.values()}) if concerned else set()
    for rule_id, rule in sorted(concerned.items()):
        if rule.tag_id not in usable:
            continue
        if rule.on_exit == "keep":
            entered = {
                each.profile_id
                for each in events
                if each.name == SEGMENT_ENTERED and each.properties["segment_id"] == rule.segment_id
            }
            keep(work, rule_id, rule, entered)
        else:
            now_ids = set(current_customer_ids(work, touched[rule_id]).values())
            bring_up(work, rules, rule_id, now_ids)


def segment_rules(reading: Reading) -> dict[int, SegmentRule]:
    """Those rules in force that a segment triggers."""
    return {rule_id: rule for rule_id, rule in live_rules(reading).items() if isinstance(rule, SegmentRule)}


def keep(work: UnitOfWork, rule_id: int, rule: SegmentRule, profile_ids: Collection[int]) -> None:
    """Gives the rule's tag for good."""
    if profile_ids:
        _tag(work, rule.tag_id, dict.fromkeys(profile_ids), Way(How.RULE, rule_id=rule_id))


def bring_up(work: UnitOfWork, rules: Mapping[int, SegmentRule], rule_id: int, customer_ids: Collection[int]) -> None:
    """Gives the rule's tag to those of the customers who are in its segment, and takes it from those who are not and have it from
    the rule; where another rule keeps it for them, it is that one's from now on. The tag is locked."""
    rule = rules[rule_id]
    inside = segments.is_member(work, rule.segment_id, customer_ids)
    keep(work, rule_id, rule, inside)
    left = set(customer_ids) - inside
    for other_id, other in sorted(rules.items()):
        if left and other_id != rule_id and other.tag_id == rule.tag_id:
            others = segments.is_member(work, other.segment_id, left)
            if others:
                tags.hand_over(work, ACTOR, rule.tag_id, others, other_id)
            left -= others
    for some in _slices(sorted(left)):
        tags.keep_untagged(work, ACTOR, rule.tag_id, some, Way(How.RULE, rule_id=rule_id))


def _touched(rule: SegmentRule, events: Iterable[Event]) -> set[int]:
    """Those on whom the rule has to look: who entered or left its segment, and both sides of who was parted."""
    found: set[int] = set()
    for event in events:
        if event.name == CUSTOMERS_SPLIT:
            found.update(int(event.properties[role]) for role in ("winner_id", "loser_id"))
        elif event.name in (SEGMENT_ENTERED, SEGMENT_EXITED) and event.properties["segment_id"] == rule.segment_id:
            found.add(event.profile_id)
    return found


# --- by event


def tag_by_events_once(database: Database) -> Progress | None:
    """The next stretch of the log for the rules that events trigger. Which events that are changes with the rules, so the consumer
    is made anew each time; without rules the cursor just moves on."""
    with database.read() as reading:
        names = {rule.event for rule in live_rules(reading).values() if isinstance(rule, EventRule)}
    return consume_once(database, Consumer(EVENTS_CONSUMER, dict.fromkeys(names, (follow_events,))))


def follow_events(work: UnitOfWork, events: Sequence[Event]) -> None:
    """Tags who did what a rule asks for; what would be over by now is not given."""
    rules = {rule_id: rule for rule_id, rule in live_rules(work).items() if isinstance(rule, EventRule)}
    now = work.clock.now()
    found = {rule_id: _ends(rule, events, now) for rule_id, rule in rules.items()}
    concerned = {rule_id: ends for rule_id, ends in found.items() if ends}
    usable = tags.lock_tags(work, ACTOR, {rules[rule_id].tag_id for rule_id in concerned}) if concerned else set()
    for rule_id, ends in sorted(concerned.items()):
        if rules[rule_id].tag_id in usable:
            _tag(work, rules[rule_id].tag_id, ends, Way(How.EVENT, rule_id=rule_id))


def _ends(rule: EventRule, events: Iterable[Event], now: datetime) -> dict[int, datetime | None]:
    """{profile: until when they bear the tag}, by the last of their events that passes."""
    after = rule.expires_after
    lasting = timedelta(hours=after.amount * HOURS[after.unit]) if after is not None else None
    found: dict[int, datetime | None] = {}
    for event in events:
        if event.name != rule.event or not passes(event.properties, rule.where):
            continue
        if lasting is None:
            found[event.profile_id] = None
            continue
        end, known = event.occurred_at + lasting, found.get(event.profile_id)
        if end > now and (known is None or end > known):
            found[event.profile_id] = end
    return found


# --- by form


def follow_forms(work: UnitOfWork, events: Sequence[Event]) -> None:
    """Gives the tags that answers to forms earned. Of an exclusive group a later answer's counts; tags that are archived, or gone,
    are passed over."""
    answers = [each for each in events if each.source == FORMS_SOURCE]
    usable = tags.lock_tags(work, ACTOR, {tag_id for each in answers for tag_id in _earned(each)})
    for some in _rounds(answers):
        earned: dict[tuple[int, int], dict[int, None]] = {}
        for each in some:
            for tag_id in _earned(each):
                earned.setdefault((tag_id, int(each.properties["form_id"])), {})[each.profile_id] = None
        for (tag_id, form_id), ends in sorted(earned.items()):
            if tag_id in usable:
                _tag(work, tag_id, ends, Way(How.FORM, by=f"form:{form_id}"))


def _earned(answer: Event) -> list[int]:
    return [int(each) for each in answer.properties.get("tags", ())]


def _rounds(answers: Sequence[Event]) -> Iterator[list[Event]]:
    """The answers in their order, cut wherever somebody answers again."""
    some: dict[int, Event] = {}
    for each in answers:
        if each.profile_id in some:
            yield list(some.values())
            some = {}
        some[each.profile_id] = each
    yield list(some.values())


def _tag(work: UnitOfWork, tag_id: int, ends: Mapping[int, datetime | None], way: Way) -> None:
    for some in _slices(sorted(ends)):
        tags.keep_tagged(work, ACTOR, tag_id, {profile_id: ends[profile_id] for profile_id in some}, way)


def _slices(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + AT_ONCE_MAX] for start in range(0, len(ids), AT_ONCE_MAX)]

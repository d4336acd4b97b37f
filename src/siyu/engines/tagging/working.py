"""What is done apart from the log: bulks, bringing a rule up to its segment, ending what has had its time."""

from __future__ import annotations

from siyu.domain.customers.reading import current_customer_ids
from siyu.domain.segments import reading as segments
from siyu.domain.tags import reading as tags_reading
from siyu.domain.tags import service as tags
from siyu.domain.tags.contracts import AT_ONCE_MAX
from siyu.engines.tagging.contracts import ACTOR
from siyu.engines.tagging.follow import bring_up, keep, segment_rules
from siyu.platform.postgres.database import Database, UnitOfWork

EXPIRED_AT_ONCE = 5_000


def expire_once(database: Database) -> bool:
    """Ends tags whose time is over; whether there were any."""
    with database.begin() as work:
        return tags.take_expired(work, ACTOR, EXPIRED_AT_ONCE) > 0


def work_bulk(database: Database, bulk_id: int) -> None:
    """Works off a bulk, part by part; begun again it goes on where it was."""
    is_left = True
    while is_left:
        with database.begin() as work:
            is_left = tags.work_bulk(work, ACTOR, bulk_id)


def apply_rule(database: Database, rule_id: int) -> None:
    """Tags all who are in the segment of a rule, and where it says so takes the tag from those it gave it to and who are not. May
    be done again from the beginning. Membership is looked at behind the tag's lock, as who follows the log does."""
    with database.read() as reading:
        rule = segment_rules(reading).get(rule_id)
        if rule is None:
            return
        members = segments.members_of(reading, rule.segment_id)
    for start in range(0, len(members), AT_ONCE_MAX):
        with database.begin() as work:
            _bring_up_some(work, rule_id, members[start : start + AT_ONCE_MAX].tolist())
    after, size = 0, AT_ONCE_MAX
    while rule.on_exit == "remove" and size == AT_ONCE_MAX:
        with database.begin() as work:
            bearers = tags_reading.bearers_by_rule(work, rule_id, after, AT_ONCE_MAX)
            _bring_up_some(work, rule_id, bearers)
        after, size = max(bearers, default=after), len(bearers)


def _bring_up_some(work: UnitOfWork, rule_id: int, profile_ids: list[int]) -> None:
    rules = segment_rules(work)
    rule = rules.get(rule_id)
    if rule is None or not profile_ids or rule.tag_id not in tags.lock_tags(work, ACTOR, [rule.tag_id]):
        return
    now_ids = set(current_customer_ids(work, profile_ids).values())
    if rule.on_exit == "remove":
        bring_up(work, rules, rule_id, now_ids)
    else:
        keep(work, rule_id, rule, segments.is_member(work, rule.segment_id, now_ids))

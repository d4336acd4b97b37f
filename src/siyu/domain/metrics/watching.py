"""The verbs on targets, alert rules and alerts. Part of `service`."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from datetime import date, timedelta

from siyu.domain.company.service import record_audit
from siyu.domain.metrics import watching_store as store
from siyu.domain.metrics.contracts import (
    GRAINS,
    METRIC_ALERTED,
    RULES_MAX,
    TARGETS_MAX,
    Alert,
    AlertRule,
    BadTargetError,
    Finding,
    Grain,
    Post,
    Posted,
    Target,
    Trigger,
    UnknownRuleError,
    breakdown_of,
)
from siyu.domain.metrics.dimensions import MEMBER_LENGTH_MAX
from siyu.domain.metrics.reading import live_metrics
from siyu.kernel.actors import Actor
from siyu.kernel.errors import InvalidError
from siyu.kernel.events import NOBODY, NewEvent
from siyu.kernel.ids import derived_id
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.http import RefusedUrlError, checked_url
from siyu.platform.postgres.database import Reading, UnitOfWork

MEMBER_TARGETS_MAX = 20_000
"""Of a metric by a dimension."""
POSTS_AT_ONCE = 50
POST_LEASE = timedelta(minutes=5)
POST_WAITS = tuple(timedelta(minutes=each) for each in (1, 5, 15, 60, 180, 360, 720))
"""After so many tries in vain, how long it waits; one more is the last."""
TOLD_LENGTH_MAX = 100

# --- targets


def set_targets(
    work: UnitOfWork, actor: Actor, metric_id: int, grain: Grain, targets: Mapping[date, float]
) -> list[Target]:
    """What the metric is to come to in the periods that begin on these days; in all others nothing is said."""
    actor.require("metrics.publish")
    require_live(work, metric_id)
    if len(targets) > TARGETS_MAX:
        raise BadTargetError(f"At most {TARGETS_MAX} targets.", field="targets")
    for day, value in targets.items():
        _check_target(grain, day, value)
    store.replace_targets(work.driver, metric_id, grain, targets)
    record_audit(work, actor, "metrics.set_targets", f"metric:{metric_id}", grain=grain, count=len(targets))
    return store.targets_of(work.driver, [metric_id], "")


def set_target(
    work: UnitOfWork,
    actor: Actor,
    metric_id: int,
    grain: Grain,
    starts_on: date,
    value: float | None,
    *,
    dimension: str,
    member: str,
) -> None:
    """What a member of a dimension is to come to in one period; None: nothing is said."""
    actor.require("metrics.publish")
    require_live(work, metric_id)
    _check_target(grain, starts_on, value or 0)
    _check_member(dimension, member, may_be_any=False)
    if value is None:
        store.delete_target(work.driver, metric_id, grain, starts_on, dimension, member)
    else:
        if store.count_targets(work.driver, metric_id, dimension) >= MEMBER_TARGETS_MAX:
            raise BadTargetError(f"There are {MEMBER_TARGETS_MAX} targets.", field="targets")
        store.put_target(work.driver, Target(metric_id, grain, starts_on, value, dimension, member))
    record_audit(work, actor, "metrics.set_target", f"metric:{metric_id}", grain=grain, dimension=dimension)


def list_targets(reading: Reading, actor: Actor, metric_id: int) -> list[Target]:
    """What the metric is to come to."""
    actor.require("metrics.read")
    return store.targets_of(reading.driver, [metric_id], "")


# --- rules


def create_rule(
    work: UnitOfWork,
    actor: Actor,
    metric_id: int,
    grain: Grain,
    trigger: Trigger,
    threshold: float,
    *,
    dimension: str = "",
    member: str = "",
    post_url: str = "",
) -> AlertRule:
    """A new rule, active from the next period's end on: for all together, or with a dimension for a member of it, or for each."""
    actor.require("metrics.publish")
    require_live(work, metric_id)
    if store.count_rules(work.driver) >= RULES_MAX:
        raise BadTargetError(f"There are {RULES_MAX} rules.", field="rules")
    if grain not in GRAINS:
        raise BadTargetError("There is no such grain.", field="grain")
    if dimension or member:
        _check_member(dimension, member, may_be_any=True)
    bound = _checked_threshold(trigger, threshold)
    url = _checked_url(post_url)
    rule = store.insert_rule(work.driver, (metric_id, grain, trigger, bound, work.clock.now(), dimension, member, url))
    record_audit(work, actor, "metrics.create_rule", f"metric:{metric_id}", rule_id=rule.rule_id)
    return rule


def save_rule(
    work: UnitOfWork,
    actor: Actor,
    rule_id: int,
    trigger: Trigger,
    threshold: float,
    *,
    is_active: bool,
    post_url: str = "",
) -> AlertRule:
    """Changes a rule, or holds it."""
    actor.require("metrics.publish")
    values = (trigger, _checked_threshold(trigger, threshold), is_active, _checked_url(post_url))
    rule = store.update_rule(work.driver, rule_id, values)
    if rule is None:
        raise UnknownRuleError
    record_audit(work, actor, "metrics.save_rule", f"metric:{rule.metric_id}", rule_id=rule_id)
    return rule


def delete_rule(work: UnitOfWork, actor: Actor, rule_id: int) -> None:
    """Takes a rule away, with all that it found."""
    actor.require("metrics.publish")
    if not store.delete_rule(work.driver, rule_id):
        raise UnknownRuleError
    record_audit(work, actor, "metrics.delete_rule", f"metric_rule:{rule_id}")


def list_rules(
    reading: Reading, actor: Actor, metric_id: int | None = None, dimension: str | None = None
) -> list[AlertRule]:
    """All rules, or those of a metric or of a dimension (empty: of all together)."""
    actor.require("metrics.read")
    return store.select_rules(reading.driver, metric_id, dimension)


# --- alerts


def list_alerts(reading: Reading, actor: Actor, page: PageRequest, *, is_open: bool = False) -> Page[Alert]:
    """What rules found, the newest first. They are about all customers: who may see but some is told none."""
    actor.require("metrics.read")
    if page.after is not None and not (page.after.isdecimal() and page.after.isascii() and len(page.after) < 19):
        raise InvalidError("That is not a place in this list.", field="after")
    before = int(page.after) if page.after else None
    if not actor.scope.is_everything:
        return Page([], None)
    rows = store.select_alerts(reading.driver, page.size + 1, before, is_open=is_open)
    more = len(rows) > page.size
    rows = rows[: page.size]
    return Page(rows, str(rows[-1].alert_id) if more else None)


def acknowledge_alert(work: UnitOfWork, actor: Actor, alert_id: int) -> Alert:
    """Notes who has seen it; who did so first stays so. For who works with numbers, not for who just looks at them."""
    actor.require("dashboards.write")
    if not actor.scope.is_everything:
        raise UnknownRuleError
    is_first = store.acknowledge(work.driver, alert_id, f"{actor.kind}:{actor.actor_id}", work.clock.now())
    found = store.find_alert(work.driver, alert_id)
    if found is None:
        raise UnknownRuleError
    if is_first:
        record_audit(work, actor, "metrics.acknowledge_alert", f"metric:{found.metric_id}", alert_id=alert_id)
    return found


def record_check(
    work: UnitOfWork, actor: Actor, rule: AlertRule, key: str, starts_on: date, found: Collection[Finding]
) -> bool:
    """Keeps what a rule found of a period and tells it; False, and nothing is changed, where that was done before. Of a rule by a
    dimension it keeps the members of which somebody should know."""
    actor.require("metrics.run")
    now = work.clock.now()
    whole = next((each for each in found if not each.member), Finding(None, None, is_alert=False))
    check_id = store.insert_check(work.driver, rule, starts_on, whole, now)
    if check_id is None:
        return False
    told = [(check_id, whole)] if whole.is_alert else []
    for each in found:
        if each.member and each.is_alert:
            member_id = store.insert_check(work.driver, rule, starts_on, each, now)
            told += [(member_id, each)] if member_id is not None else []
    for alert_id, _ in told if rule.post_url else ():
        store.insert_post(work.driver, alert_id, rule.post_url, now)
    if told:
        work.record([_alerted(work, rule, key, starts_on, each) for _, each in told])
    return True


def _alerted(work: UnitOfWork, rule: AlertRule, key: str, starts_on: date, found: Finding) -> NewEvent:
    return NewEvent(
        name=METRIC_ALERTED,
        event_id=derived_id(METRIC_ALERTED, rule.rule_id, starts_on.isoformat(), found.member),
        profile_id=NOBODY,
        occurred_at=work.clock.now(),
        source="metrics",
        properties={
            "rule_id": rule.rule_id,
            "metric_id": rule.metric_id,
            "key": key,
            "starts_on": starts_on.isoformat(),
            "value": found.value,
            "usual": found.usual,
            **({"dimension": rule.dimension, "member": found.member} if rule.dimension else {}),
        },
    )


# --- alerts that are posted


def claim_posts(work: UnitOfWork, actor: Actor) -> list[Post]:
    """Alerts whose time has come to be posted. Nobody else is given them for a while; commit before posting."""
    actor.require("metrics.run")
    now = work.clock.now()
    keys = {each.metric_id: key for key, each in live_metrics(work).items()}
    posts = []
    for alert_id, url, attempts in store.claim_posts(work.driver, now, now + POST_LEASE, POSTS_AT_ONCE):
        alert = store.find_alert(work.driver, alert_id)
        if alert is not None:
            posts.append(Post(alert, keys.get(alert.metric_id, ""), url, attempts))
    return posts


def record_posted(work: UnitOfWork, actor: Actor, post: Post, posted: Posted) -> None:
    """Notes what became of it; one that was not taken is tried again later, for a day."""
    actor.require("metrics.run")
    now = work.clock.now()
    wait = None
    if not posted.is_taken and not posted.is_final and post.attempts <= len(POST_WAITS):
        wait = max(POST_WAITS[post.attempts - 1], timedelta(seconds=posted.after_seconds or 0))
    store.set_posted(
        work.driver,
        post.alert.alert_id,
        posted_at=now if posted.is_taken else None,
        next_at=now + wait if wait is not None else None,
        told=posted.told[:TOLD_LENGTH_MAX],
    )


# --- what is refused


def require_live(reading: Reading, metric_id: int) -> None:
    """BadTargetError where there is no such metric in force."""
    if metric_id not in {each.metric_id for each in live_metrics(reading).values()}:
        raise BadTargetError("There is no such metric in force.", field="metric_id")


def _check_target(grain: Grain, day: date, value: float) -> None:
    if not math.isfinite(value):
        raise BadTargetError("A target is a number.", field="targets")
    if (grain == "week" and day.weekday() != 0) or (grain == "month" and day.day != 1):
        raise BadTargetError(f"No {grain} begins on {day}.", field="targets")


def _check_member(dimension: str, member: str, *, may_be_any: bool) -> None:
    breakdown_of(dimension)
    if len(member) > MEMBER_LENGTH_MAX or "\x00" in member or (not member and not may_be_any):
        raise BadTargetError("There is no such member.", field="member")


def _checked_threshold(trigger: Trigger, threshold: float) -> float:
    if not math.isfinite(threshold) or abs(threshold) > 1e15:
        raise BadTargetError("A threshold is a number.", field="threshold")
    if trigger not in {"above", "below"} and threshold <= 0:
        raise BadTargetError("A percentage is more than 0.", field="threshold")
    return threshold


def _checked_url(url: str) -> str:
    try:
        return checked_url(url) if url else ""
    except RefusedUrlError as error:
        raise BadTargetError("That is no address that can be posted to.", field="post_url") from error

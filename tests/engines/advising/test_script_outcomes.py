"""What followed a script, told of whole times alone and of the person, not of one of her profiles."""

from __future__ import annotations

from datetime import timedelta

from siyu.engines.advising.script_outcomes import ScriptOutcome, script_outcomes
from siyu.platform.columns.client import Columns
from tests.engines.audience.histories import NOON, Happening, History, put

DAY, WEEK = timedelta(days=1), timedelta(days=7)


def used(profile_id: int, days_ago: float, script_id: int = 5, staff_id: int = 1) -> Happening:
    return Happening(
        "script_used", profile_id, NOON - days_ago * DAY, {"script_id": script_id, "staff_id": staff_id, "version": 1}
    )


def test_what_followed_a_script(columns: Columns) -> None:
    happenings = [
        used(1, 20),
        used(1, 19),
        used(1, 3),
        used(2, 10),
        used(3, 12, staff_id=2),
        used(4, 60),
        Happening("order_paid", 1, NOON - 12.5 * DAY, {"total_fen": 100}),
        Happening("link_opened", 1, NOON - 20.5 * DAY, {}),
        Happening("form_answered", 1, NOON - 18 * DAY, {}),
        Happening("order_paid", 7, NOON - 9 * DAY, {}),
        Happening("service_message_received", 3, NOON - 12 * DAY, {}),
        Happening("page_viewed", 3, NOON - 11 * DAY, {}),
    ]
    put(columns, History([], happenings, merged={7: 2}))
    found = script_outcomes(columns, NOON - 30 * DAY, NOON, WEEK)
    assert found == {
        # The order came seven and a half days after the first use, six and a half after the second; the last is too young to tell.
        (5, 1): ScriptOutcome(complete=3, responded=2, ordered=2),
        # What happened at the same instant did not happen after.
        (5, 2): ScriptOutcome(complete=1, responded=0, ordered=0),
    }
    assert script_outcomes(columns, NOON - 2 * DAY, NOON, WEEK) == {}

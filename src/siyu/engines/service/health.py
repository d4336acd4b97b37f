"""Looks at the accounts that personas wear: adds, customers who deleted them, complaints. Who stands badly is brought nobody."""

from __future__ import annotations

from datetime import datetime, timedelta

from siyu.domain.company import service as company
from siyu.domain.company.contracts import WECOM, AccountNumbers
from siyu.domain.contacts.reading import numbers_of_members
from siyu.engines.service.contracts import ACTOR, Desk

WEEK = timedelta(days=7)


def look_at_accounts(desk: Desk) -> int:
    """Keeps how every account stands now; gives how many. Of what is no member of WeCom complaints alone are known."""
    with desk.database.begin() as work:
        watched = company.watched_accounts(work, ACTOR, desk.zone)
        if not watched:
            return 0
        local = work.clock.now().astimezone(desk.zone)
        midnight = datetime(local.year, local.month, local.day, tzinfo=desk.zone)
        members = [(each.corp_id, each.account.lower()) for each in watched if each.channel == WECOM]
        numbers = numbers_of_members(work, members, midnight, midnight - WEEK)
        found = {}
        for each in watched:
            told = numbers.get((each.corp_id, each.account.lower())) if each.channel == WECOM else None
            first = told.first_added_at.astimezone(desk.zone).date() if told and told.first_added_at else None
            found[each.account_id] = AccountNumbers(
                adds_today=told.added_today if told else 0,
                adds_week=told.added_week if told else 0,
                deletions_week=told.deleted_week if told else 0,
                complaints_week=each.complaints_week,
                opened_on=each.opened_on or first,
            )
        company.save_health(work, ACTOR, found, desk.zone)
        return len(found)

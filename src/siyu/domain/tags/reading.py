"""Who bears which tag, for other rooms, engines and faces; on their own account, without rights."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from siyu.domain.customers.contracts import UnknownCustomerError
from siyu.domain.customers.reading import current_customer_ids, customer_in_scope
from siyu.domain.tags import bulk_store, taggings_store
from siyu.domain.tags.contracts import Borne, How
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import Reading
from siyu.platform.postgres.packing import packed_numbers

_TRAITS = (
    f"SELECT customer_id, array_agg(tag_id ORDER BY tag_id) FROM ({taggings_store.BORNE}) AS b GROUP BY customer_id"  # noqa: S608  # our own
)
_BORNE = f"""
SELECT b.tag_id, b.tag, b.group_id, b.group_name, b.colour, b.is_exclusive, b.how, b.by, s.name, b.rule_id, b.given_at, b.expires_at
FROM ({taggings_store.BORNE}) AS b LEFT JOIN company.staff s ON b.by = 'staff:' || s.staff_id
ORDER BY b.place, b.group_id, b.tag, b.tag_id
"""  # noqa: S608  # our own
_TOLD = ("tag", "group", "how", "given_at", "expires_at")


def traits(reading: Reading, customer_ids: Collection[int]) -> dict[int, list[int]]:
    """The tags that each of the customers bears, ascending; who bears none is left out."""
    rows = reading.driver.execute(_TRAITS, {"customer_ids": list(customer_ids), "group_id": None}).fetchall()
    return dict(rows)


def tag_names(reading: Reading, tag_ids: Collection[int]) -> dict[int, str]:
    """What tags are called; there are none of the other numbers."""
    rows = reading.driver.execute(
        "SELECT tag_id, name FROM tags.tags WHERE tag_id = ANY(%s)", (list(tag_ids),)
    ).fetchall()
    return dict(rows)


def tags_in_use(reading: Reading, tag_ids: Collection[int]) -> set[int]:
    """Those of the tags that can still be given: neither they nor their groups are archived."""
    rows = reading.driver.execute(
        "SELECT t.tag_id FROM tags.tags t JOIN tags.groups g USING (group_id)"
        " WHERE t.tag_id = ANY(%s) AND NOT t.is_archived AND NOT g.is_archived",
        (list(tag_ids),),
    ).fetchall()
    return {row[0] for row in rows}


def count_bearing(reading: Reading, tag_id: int, customer_ids: Collection[int]) -> int:
    """How many of the customers bear the tag."""
    row = reading.driver.execute(
        "SELECT count(DISTINCT p.customer_id) FROM tags.taggings x JOIN customers.profiles p USING (profile_id)"
        " JOIN unnest(%s::bigint[]) AS w(customer_id) ON w.customer_id = p.customer_id"
        " WHERE x.tag_id = %s",
        (packed_numbers(customer_ids), tag_id),
    ).fetchone()
    return int(row[0]) if row else 0


def tags_of(reading: Reading, actor: Actor, customer_id: int) -> list[Borne]:
    """What a customer bears, in the order of the groups; UnknownCustomerError outside the actor's scope."""
    actor.require("tags.read")
    now_id = current_customer_ids(reading, [customer_id]).get(customer_id)
    if now_id is None or not customer_in_scope(reading, actor, now_id):
        raise UnknownCustomerError
    rows = reading.driver.execute(_BORNE, {"customer_ids": [now_id], "group_id": None}).fetchall()
    return [Borne(*(*row[:6], How(row[6]), *row[7:])) for row in rows]


def given_by_sync(reading: Reading, profile_ids: Collection[int]) -> dict[int, set[int]]:
    """{profile: the tags that a sync gave it}."""
    rows = reading.driver.execute(
        "SELECT profile_id, array_agg(tag_id) FROM tags.taggings WHERE profile_id = ANY(%s) AND how = 'sync' GROUP BY 1",
        (list(profile_ids),),
    ).fetchall()
    return {row[0]: set(row[1]) for row in rows}


def bearers_by_rule(reading: Reading, rule_id: int, after: int, size: int) -> list[int]:
    """The next profiles by id that bear what a rule gave."""
    return taggings_store.bearers_by_rule(reading.driver, rule_id, after, size)


def running_bulks(reading: Reading) -> list[int]:
    """Work in bulk that is not at its end."""
    return bulk_store.running_bulks(reading.driver)


def told_of(reading: Reading, profile_ids: Collection[int]) -> list[dict[str, Any]]:
    """The tags that the profiles were given, for the person herself."""
    rows = reading.driver.execute(
        "SELECT t.name, g.name, x.how, x.given_at, x.expires_at FROM tags.taggings x JOIN tags.tags t USING (tag_id)"
        " JOIN tags.groups g USING (group_id) WHERE x.profile_id = ANY(%s) ORDER BY x.given_at, x.tag_id, x.profile_id",
        (list(profile_ids),),
    ).fetchall()
    return [dict(zip(_TOLD, row, strict=True)) for row in rows]

"""What other rooms, engines and faces read of entries, on their own account: no actor, no rights."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from siyu.domain.definitions import reading as definitions
from siyu.domain.definitions.contracts import DefinitionName, DefinitionStatus
from siyu.domain.entries import answers_store as store
from siyu.domain.entries import codes_store, leads_store, stores_store
from siyu.domain.entries.answers_reading import opened_values, sheet_of
from siyu.domain.entries.codes_contracts import CODE_KIND, PublishedCode, code_of, origin_of
from siyu.domain.entries.codes_rules import CODE, stored_code
from siyu.domain.entries.codes_serving import has_group, may_serve
from siyu.domain.entries.follow_ups import latest_follow_ups, lead_rules, told_of_leads
from siyu.domain.entries.forms_contracts import FORM_KIND, tags_in
from siyu.domain.entries.forms_rules import FORM, stored_form
from siyu.domain.entries.leads_rules import returns_at
from siyu.domain.entries.visiting import (
    cities_of,
    find_store_of,
    is_store_open,
    nearest_store,
    shown_hours,
    stores_like,
    stores_near,
)
from siyu.platform.postgres.database import Reading

__all__ = [
    "CODE",
    "FORM",
    "answers_by_key",
    "cities_of",
    "codes_in_force",
    "codes_of_states",
    "find_store_of",
    "forms_giving",
    "has_group",
    "is_store_open",
    "latest_follow_ups",
    "lead_rules",
    "may_serve",
    "nearest_store",
    "origins_of",
    "returns_at",
    "shown_hours",
    "stopped_codes",
    "store_names",
    "stores_like",
    "stores_near",
    "told_of",
    "told_of_codes",
    "told_of_leads",
]
"""CODE and FORM are pydantic's views of documents, for who describes them."""


def forms_giving(reading: Reading, tag_ids: Collection[int]) -> dict[int, list[DefinitionName]]:
    """Which forms in force give which of the tags; who is given by none is left out."""
    found: dict[int, list[DefinitionName]] = {}
    for version in definitions.live_versions(reading, FORM_KIND):
        for tag_id in sorted({tag_id for _, tag_id in tags_in(stored_form(version.document))} & set(tag_ids)):
            found.setdefault(tag_id, []).append(DefinitionName(version.definition_id, FORM_KIND, version.name))
    return found


def leads_among(reading: Reading, customer_ids: Collection[int]) -> set[int]:
    """Which of the customers are leads now."""
    return leads_store.select_open_among(reading.driver, customer_ids)


def told_of(reading: Reading, profile_ids: Collection[int]) -> list[dict[str, Any]]:
    """Every answer of the profiles with its questions, and every day on which they opened a form, for the person herself."""
    told: list[dict[str, Any]] = []
    for row in store.select_of_profiles(reading.driver, profile_ids):
        titles = {question.key: question.title for question in sheet_of(reading, row.form_id, row.version).questions}
        told.append(
            {
                "form_id": row.form_id,
                "at": row.changed_at or row.answered_at,
                "score": row.score,
                "answers": {titles.get(key, key): value for key, value in opened_values(reading, row).items()},
            }
        )
    told += [
        {"form_id": form_id, "at": opened_on.isoformat(), "score": None, "answers": {}}
        for form_id, opened_on in store.select_openings(reading.driver, profile_ids, FORM_KIND)
    ]
    return told


def told_of_codes(reading: Reading, profile_ids: Collection[int]) -> list[dict[str, Any]]:
    """On which days the profiles opened which code's page, and by whose acquisition link they came, for the person herself."""
    opened = store.select_openings(reading.driver, profile_ids, CODE_KIND)
    came = codes_store.link_customers_of(reading.driver, profile_ids)
    return [
        *({"code_id": code_id, "at": day.isoformat(), "has_written": None} for code_id, day in opened),
        *({"code_id": code_id, "at": at.isoformat(), "has_written": wrote} for code_id, at, wrote in came),
    ]


def answers_by_key(reading: Reading) -> dict[int, int]:
    """How many answers have something sealed under each key."""
    return store.count_by_key(reading.driver)


def codes_in_force(reading: Reading) -> list[PublishedCode]:
    """Every channel code that serves now, by id."""
    return [
        PublishedCode(version.definition_id, version.name, stored_code(version.document))
        for version in definitions.live_versions(reading, CODE_KIND)
    ]


def stopped_codes(reading: Reading, code_ids: Collection[int]) -> set[int]:
    """Those of the codes that were published and are held for now."""
    return {
        each.definition_id
        for each in definitions.list_by_id(reading, code_ids)
        if each.kind == CODE_KIND and each.status is DefinitionStatus.STOPPED
    }


def codes_of_states(reading: Reading, states: Collection[str]) -> dict[str, PublishedCode]:
    """{state: its code as it was published last} of those states that are of codes which are there, stopped ones too."""
    named = {state: found[0] for state in set(states) if (found := code_of(state)) is not None}
    there = (
        {
            each.definition_id: PublishedCode(each.definition_id, each.name, stored_code(each.document))
            for each in definitions.list_by_id(reading, set(named.values()))
            if each.kind == CODE_KIND and each.document is not None
        }
        if named
        else {}
    )
    return {state: there[code_id] for state, code_id in named.items() if code_id in there}


def origins_of(reading: Reading, states: Collection[str]) -> dict[str, Mapping[str, Any]]:
    """{state: what events say of its code}; others are left out."""
    return {state: origin_of(published) for state, published in codes_of_states(reading, states).items()}


def store_names(reading: Reading, store_ids: Collection[int]) -> dict[int, str]:
    """The names of those stores that there are."""
    return stores_store.store_names(reading.driver, store_ids)

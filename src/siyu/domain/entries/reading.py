"""What other rooms, engines and faces read of entries, on their own account: no actor, no rights."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from siyu.domain.definitions import reading as definitions
from siyu.domain.definitions.contracts import DefinitionName
from siyu.domain.entries import answers_store as store
from siyu.domain.entries.answers_reading import opened_values, sheet_of
from siyu.domain.entries.forms_contracts import FORM_KIND, tags_in
from siyu.domain.entries.forms_rules import FORM, stored_form
from siyu.platform.postgres.database import Reading

__all__ = ["FORM", "answers_by_key", "forms_giving", "told_of"]
"""FORM is pydantic's view of a form's document, for who describes it."""


def forms_giving(reading: Reading, tag_ids: Collection[int]) -> dict[int, list[DefinitionName]]:
    """Which forms in force give which of the tags; who is given by none is left out."""
    found: dict[int, list[DefinitionName]] = {}
    for version in definitions.live_versions(reading, FORM_KIND):
        for tag_id in sorted({tag_id for _, tag_id in tags_in(stored_form(version.document))} & set(tag_ids)):
            found.setdefault(tag_id, []).append(DefinitionName(version.definition_id, FORM_KIND, version.name))
    return found


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
        for form_id, opened_on in store.select_openings(reading.driver, profile_ids)
    ]
    return told


def answers_by_key(reading: Reading) -> dict[int, int]:
    """How many answers have something sealed under each key."""
    return store.count_by_key(reading.driver)

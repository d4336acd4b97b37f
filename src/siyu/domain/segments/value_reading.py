"""Schemes, ladders and where customers stand on them. Part of `reading`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from siyu.domain.definitions import reading as definitions
from siyu.domain.segments import hidden_store
from siyu.domain.segments.ladders_contracts import LADDER_KIND, Ladder, PressureOf, StageOf
from siyu.domain.segments.ladders_rules import parse_ladder
from siyu.domain.segments.rfm_contracts import RFM_KIND, RfmScheme
from siyu.domain.segments.rfm_rules import parse_scheme
from siyu.platform.postgres.database import Reading


def live_schemes(reading: Reading) -> dict[int, RfmScheme]:
    """The RFM schemes in force, by id; the oldest first."""
    return {each.definition_id: parse_scheme(each.document) for each in definitions.live_versions(reading, RFM_KIND)}


def live_ladders(reading: Reading) -> dict[int, Ladder]:
    """The ladders in force, by id; the oldest first."""
    return {each.definition_id: parse_ladder(each.document) for each in definitions.live_versions(reading, LADDER_KIND)}


def parts_ever(reading: Reading, owner_id: int) -> Mapping[int, str]:
    """{segment_id: part} of all the hidden segments that a scheme or a ladder has or ever had."""
    return {
        each.segment_id: each.part for each in hidden_store.select_hidden(reading.driver, [owner_id], even_gone=True)
    }


def stages_of(reading: Reading, customer_ids: Collection[int]) -> list[StageOf]:
    """Where customers stand on the ladders that are in force, by ladder and customer."""
    live = {ladder_id: {stage.key for stage in each.stages} for ladder_id, each in live_ladders(reading).items()}
    rows = [StageOf(*row) for row in hidden_store.stages_of(reading.driver, customer_ids)]
    return [each for each in rows if each.stage in live.get(each.ladder_id, ())]


def pressure_of(reading: Reading, customer_ids: Collection[int]) -> dict[int, PressureOf]:
    """The limits of the stages that customers stand on; who has none is left out."""
    limits = {
        (ladder_id, stage.key): (stage.messages_per_day_max, stage.messages_per_week_max, stage.messages_per_month_max)
        for ladder_id, ladder in live_ladders(reading).items()
        for stage in ladder.stages
    }
    if not customer_ids or all(each is None for some in limits.values() for each in some):
        return {}
    found: dict[int, tuple[int | None, ...]] = {}
    for ladder_id, customer_id, stage, _ in hidden_store.stages_of(reading.driver, customer_ids):
        some = limits.get((ladder_id, stage), (None, None, None))
        if any(each is not None for each in some):
            found[customer_id] = tuple(map(_lower, found.get(customer_id, (None, None, None)), some))
    return {customer_id: PressureOf(*some) for customer_id, some in found.items()}


def _lower(one: int | None, other: int | None) -> int | None:
    return min((each for each in (one, other) if each is not None), default=None)


def told_of_stages(reading: Reading, customer_ids: Collection[int]) -> list[dict[str, Any]]:
    """The stages that any of the customers stands on, for the person herself."""
    names = {each.definition_id: each.name for each in definitions.live_versions(reading, LADDER_KIND)}
    return [
        {"ladder": names[each.ladder_id], "stage": each.stage, "since": each.since.isoformat()}
        for each in stages_of(reading, customer_ids)
    ]

"""Schemes, ladders and where customers stand on them. Part of `reading`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from siyu.domain.definitions import reading as definitions
from siyu.domain.segments import hidden_store
from siyu.domain.segments.ladders_contracts import LADDER_KIND, Ladder, StageOf
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


def told_of_stages(reading: Reading, customer_ids: Collection[int]) -> list[dict[str, Any]]:
    """The stages that any of the customers stands on, for the person herself."""
    names = {each.definition_id: each.name for each in definitions.live_versions(reading, LADDER_KIND)}
    return [
        {"ladder": names[each.ladder_id], "stage": each.stage, "since": each.since.isoformat()}
        for each in stages_of(reading, customer_ids)
    ]

"""What stands behind a cell of an RFM scheme or a stage of a ladder. Part of `reading`."""

from __future__ import annotations

from collections.abc import Collection

from siyu.domain.definitions import reading as definitions
from siyu.domain.definitions.contracts import Document
from siyu.domain.segments.contracts import Condition
from siyu.domain.segments.ladders_contracts import LADDER_KIND
from siyu.domain.segments.ladders_rules import find_stage, parse_ladder, stage_condition
from siyu.domain.segments.rfm_contracts import RFM_KIND
from siyu.domain.segments.rfm_rules import cell_condition, find_cell, parse_scheme
from siyu.kernel.errors import NotFoundError
from siyu.platform.postgres.database import Reading


def condition_of_cell(reading: Reading, scheme_id: int, cell: str) -> Condition:
    """Who is in a cell, with the cut-offs published last. NotFoundError where there is no such scheme or cell."""
    scheme = parse_scheme(_published(reading, scheme_id, RFM_KIND))
    if find_cell(scheme, cell) is None:
        raise NotFoundError(f"RFM scheme {scheme_id} has no cell {cell}.")
    return cell_condition(scheme, cell)


def condition_of_stage(reading: Reading, ladder_id: int, stage: str) -> Condition:
    """Who stands on a stage, as published last. NotFoundError where there is no such ladder or stage."""
    ladder = parse_ladder(_published(reading, ladder_id, LADDER_KIND))
    if find_stage(ladder, stage) is None:
        raise NotFoundError(f"Ladder {ladder_id} has no stage {stage}.")
    return stage_condition(ladder, stage)


def part_names(reading: Reading, definition_ids: Collection[int]) -> dict[tuple[int, str], tuple[str, str]]:
    """{(number of the scheme or ladder, key): (Chinese, English)} of all cells and stages of those published."""
    found: dict[tuple[int, str], tuple[str, str]] = {}
    for each in definitions.list_by_id(reading, definition_ids) if definition_ids else ():
        if each.document is None or each.kind not in {RFM_KIND, LADDER_KIND}:
            continue
        parts = parse_scheme(each.document).cells if each.kind == RFM_KIND else parse_ladder(each.document).stages
        found.update({(each.definition_id, part.key): (part.zh, part.en) for part in parts})
    return found


def _published(reading: Reading, definition_id: int, kind: str) -> Document:
    """What was published last, in force or stopped."""
    for found in definitions.list_by_id(reading, [definition_id]):
        if found.kind == kind and found.document is not None:
            return found.document
    raise NotFoundError(f"There is no {kind} {definition_id} that was published.")

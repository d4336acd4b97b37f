"""RFM schemes: documents, the partition into cells, and the plain conditions that a cell stands for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from siyu.domain.definitions.contracts import DefinitionInUseError, DefinitionStatus, InvalidDefinitionError
from siyu.domain.segments import reading, service
from siyu.domain.segments.contracts import (
    AllCondition,
    Duration,
    EventCondition,
    Filter,
    MomentCondition,
    NotCondition,
    RfmCondition,
    RfmScheme,
    RollingWindow,
    Scale,
)
from siyu.domain.segments.definition import as_document as condition_document
from siyu.domain.segments.rfm_rules import as_document, cell_condition, parse_scheme
from siyu.domain.segments.rfm_templates import eight_cells, eleven_cells, quadrants
from siyu.kernel.actors import system_actor
from siyu.kernel.errors import NotFoundError
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database

SIYU = system_actor("test")
EIGHT = eight_cells("order_paid", "total_fen", days=365, currency="CNY")


@pytest.mark.parametrize(
    "scheme", [EIGHT, eleven_cells("order_paid", "total_fen"), quadrants("order_paid", "total_fen")]
)
def test_a_template_is_a_scheme_and_its_document_comes_back(scheme: RfmScheme) -> None:
    assert parse_scheme(as_document(scheme)) == scheme
    assert all(len(cells) == 1 for cells in scheme.grid())


def test_a_cell_is_spelled_out_in_plain_conditions() -> None:
    window = RollingWindow(most=Duration(365))
    assert cell_condition(EIGHT, "important_keep") == AllCondition(
        (
            EventCondition("order_paid", "at_least", 1, window=window),
            AllCondition(
                (
                    NotCondition(MomentCondition("order_paid", "last", RollingWindow(most=Duration(90)))),
                    EventCondition("order_paid", "at_least", 2, window=window),
                    EventCondition(
                        "order_paid",
                        "at_least",
                        10_000,
                        "sum",
                        "total_fen",
                        (Filter("currency", "is", "CNY"),),
                        window,
                    ),
                )
            ),
        )
    )


def _changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    document = as_document(EIGHT)
    change(document)
    return document


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (_changed(lambda d: d["cells"].pop()), "cells"),
        (_changed(lambda d: d["cells"].append({**d["cells"][0], "key": "again"})), "cells.8.boxes"),
        (_changed(lambda d: d["cells"].append(d["cells"][0])), "cells.0.key"),
        (_changed(lambda d: d["cells"][0]["boxes"][0][0].update(most=3)), "cells.0.boxes.0.0.most"),
        (_changed(lambda d: d["cells"][0]["boxes"][0][0].update(least=2, most=1)), "cells.0.boxes.0.0.least"),
        (_changed(lambda d: d["cells"][0]["boxes"][0][0].update(measure="ticket")), "cells.0.boxes.0.0.measure"),
        (_changed(lambda d: d["cells"][0].update(key="重要")), "cells.0.key"),
        (_changed(lambda d: d["scales"][0].update(cuts=[30, 90], by="custom")), "scales.0.cuts"),
        (_changed(lambda d: d["scales"][1].update(cuts=[3, 2], by="custom")), "scales.1.cuts"),
        (_changed(lambda d: d["scales"][1].update(cuts=[3, 4])), "scales.1.by"),
        (_changed(lambda d: d["scales"][0].update(cuts=[4000])), "scales.0.cuts.0"),
        (_changed(lambda d: d["scales"].append(d["scales"][0])), "scales.3.measure"),
        (_changed(lambda d: d.update(days=0)), "days"),
        (_changed(lambda d: d.pop("event")), "event"),
    ],
)
def test_a_bad_document_is_refused_with_the_way_to_the_fault(document: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidDefinitionError) as refused:
        parse_scheme(document)
    assert refused.value.fields["path"] == path
    assert refused.value.fields["reason_zh"]


def a_live_scheme(database: Database) -> int:
    with database.begin() as work:
        made = service.create_scheme(work, SIYU, "RFM", as_document(EIGHT))
        service.publish_scheme(work, SIYU, made.scheme_id)
    return made.scheme_id


def test_cells_become_hidden_segments_with_the_scheme(database: Database) -> None:
    scheme_id = a_live_scheme(database)
    keys = {cell.key for cell in EIGHT.cells}
    with database.read() as work:
        found = service.get_scheme(work, SIYU, scheme_id)
        assert service.list_segments(work, SIYU, PageRequest()).rows == []
        wanted = {each.segment_id: each.document for each in reading.wanted(work)}
    assert set(found.segments) == keys
    assert wanted == {segment_id: cell_condition(EIGHT, key) for key, segment_id in found.segments.items()}
    with database.read() as work, pytest.raises(NotFoundError):
        service.get(work, SIYU, found.segments["important_value"])

    with database.begin() as work:
        stopped = service.stop_scheme(work, SIYU, scheme_id)
        assert stopped.status is DefinitionStatus.STOPPED
        assert reading.wanted(work) == []
        service.resume_scheme(work, SIYU, scheme_id)
        assert {each.segment_id for each in reading.wanted(work)} == set(found.segments.values())
    with database.begin() as work:
        service.delete_scheme(work, SIYU, scheme_id)
        assert reading.wanted(work) == []
        assert reading.hidden_of(work, [scheme_id]) == {scheme_id: {}}
        assert set(reading.parts_ever(work, scheme_id).values()) == keys


def test_new_cuts_are_a_new_version_and_what_is_drafted_waits_on(database: Database) -> None:
    scheme_id = a_live_scheme(database)
    scales = (Scale("recency", (45,), "mean"), *EIGHT.scales[1:])
    drafted = replace(EIGHT, days=30)
    with database.begin() as work:
        assert not service.change_cuts(work, SIYU, scheme_id, EIGHT.scales)
        before = service.save_scheme(work, SIYU, scheme_id, "RFM", as_document(drafted))
        assert service.change_cuts(work, SIYU, scheme_id, scales)
        after = service.get_scheme(work, SIYU, scheme_id)
    assert (before.version, after.version) == (1, 2)
    assert after.scheme == replace(EIGHT, scales=scales)
    assert after.draft == drafted
    assert after.segments == before.segments
    with database.read() as work:
        (served,) = (each for each in reading.wanted(work) if each.segment_id == after.segments["general_retain"])
        assert served.document == cell_condition(replace(EIGHT, scales=scales), "general_retain")


def test_a_cell_that_a_segment_asks_for_stays(database: Database) -> None:
    scheme_id = a_live_scheme(database)
    asked = condition_document(RfmCondition(scheme_id, ("important_value",)))
    with database.begin() as work:
        made = service.create(work, SIYU, "重要价值", asked)
        service.publish(work, SIYU, made.segment_id)
        (served,) = (each for each in reading.wanted(work) if each.segment_id == made.segment_id)
        assert served.document == cell_condition(EIGHT, "important_value")
    renamed = (replace(EIGHT.cells[0], key="best"), *EIGHT.cells[1:])
    with database.begin() as work:
        service.save_scheme(work, SIYU, scheme_id, "RFM", as_document(replace(EIGHT, cells=renamed)))
    with pytest.raises(DefinitionInUseError, match="important_value"), database.begin() as work:
        service.publish_scheme(work, SIYU, scheme_id)
    with pytest.raises(DefinitionInUseError), database.begin() as work:
        service.delete_scheme(work, SIYU, scheme_id)
    unknown = condition_document(RfmCondition(scheme_id, ("nobody",)))
    with pytest.raises(InvalidDefinitionError), database.begin() as work:
        service.create(work, SIYU, "没有这一格", unknown)

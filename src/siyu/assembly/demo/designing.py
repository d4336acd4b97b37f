"""What every brand's operator designs in the same way: segments, schemes, ladders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from siyu.assembly.demo.brand import Designing
from siyu.domain.segments import reading as segments_reading
from siyu.domain.segments import service as segments
from siyu.domain.segments.contracts import Ladder
from siyu.kernel.actors import Actor


def make_segments(
    d: Designing, actor: Actor, definitions: Mapping[str, Mapping[str, Any]], first_days_ago: int, days_between: int
) -> dict[str, int]:
    """Makes and publishes them one after the other, {name: id}."""
    ids: dict[str, int] = {}
    for place, (name, definition) in enumerate(definitions.items()):
        d.on_day(max(1, first_days_ago - place * days_between))
        ids[name] = segments.create(d.work, actor, name, definition).segment_id
        segments.publish(d.work, actor, ids[name])
    return ids


def make_schemes(d: Designing, actor: Actor) -> None:
    """Those of the brand, with the cut-offs that were found."""
    for name, scheme in d.schemes.items():
        made = segments.create_scheme(d.work, actor, name, segments_reading.scheme_document(scheme))
        segments.publish_scheme(d.work, actor, made.scheme_id)


def make_ladders(d: Designing, actor: Actor, ladders: Mapping[str, Ladder]) -> None:
    """Ladders of stages."""
    for name, ladder in ladders.items():
        climbed = segments.create_ladder(d.work, actor, name, segments_reading.ladder_document(ladder))
        segments.publish_ladder(d.work, actor, climbed.ladder_id)

"""Whatever becomes of a good document, it is understood or refused in words, at a place that is there."""

from __future__ import annotations

import copy
import json
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from siyu.domain.definitions.contracts import InvalidDefinitionError
from siyu.domain.segments.definition import as_document, parse_definition
from siyu.domain.segments.definition_faults import REASONS
from siyu.domain.segments.sentences import sentence
from tests.domain.segments.definitions import random_condition

JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(
        ["all", "not", "event", "rolling", "is", "phone", "2026-02-30", "", " ", "a.:`b", "x" * 201, "\x00", "\ud800"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["kind", "of", "value", "event", "x"]), inner, max_size=3)
    ),
    max_leaves=5,
)


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The ways to all that is in a document."""
    found = [path]
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, each in inner:
        found += places(each, (*path, key))
    return found


def mangled(document: Any, random: Random, junk: Any) -> Any:
    """The document with one thing taken away, replaced, doubled or added."""
    document = copy.deepcopy(document)
    path = random.choice(places(document)[1:])
    holder = document
    for key in path[:-1]:
        holder = holder[key]
    key = path[-1]
    change = random.randrange(4)
    if change == 0:
        del holder[key]
    elif change == 1:
        holder[key] = junk
    elif isinstance(holder, list):
        holder.insert(key, junk if change == 2 else holder[key])
    else:
        holder[random.choice(("surprise", "window", "property", "where", "value", "of"))] = junk
    return document


def has_place(document: Any, path: str) -> bool:
    """Whether the path leads through the document; its last part may be what is missing."""
    node = document
    *way, last = path.split(".") if path else [""]
    for part in way:
        node = node[int(part) if isinstance(node, list) else part]
    return not last or isinstance(node, dict) or (isinstance(node, list) and int(last) < len(node))


@given(st.integers(0, 2**63), JUNK, st.integers(1, 2))
def test_it_is_understood_or_refused_in_words(seed: int, junk: Any, times: int) -> None:
    random = Random(seed)
    document = json.loads(json.dumps(as_document(random_condition(random, 3))))
    for _ in range(times):
        if len(places(document)) > 1:
            document = mangled(document, random, junk)
    try:
        condition = parse_definition(document)
    except InvalidDefinitionError as error:
        told = error.fields
        assert told["reason"] != REASONS["unknown"][1], document
        assert "None" not in f"{told['reason']}{told['reason_zh']}"
        assert has_place(document, str(told["path"])), (document, told)
    else:
        assert parse_definition(as_document(condition)) == condition
        assert sentence(condition, "zh")

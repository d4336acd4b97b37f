"""The versions of a journey, and what has changed from one to another. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from siyu.domain.journeys.document import JourneyDefinition
from siyu.domain.journeys.parsing import document_of

_NO_RULES: Final = frozenset({"nodes", "layout"})


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that says something else now; None where there was or is nothing."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class NodeChange:
    """A node that came, went, or is another now; `name` is its later one."""

    key: str
    name: str
    kind: str
    change: Literal["added", "removed", "changed"]
    fields: Sequence[FieldChange]


@dataclass(frozen=True, slots=True)
class VersionChanges:
    """What has changed: nodes in the order of the later document, those that went last; and the rules of the whole."""

    nodes: Sequence[NodeChange]
    rules: Sequence[FieldChange]


def changes_between(before: JourneyDefinition, after: JourneyDefinition) -> VersionChanges:
    """From one version to another. Where nodes stand on the canvas is no change."""
    old, new = document_of(before), document_of(after)
    old_nodes = {node["key"]: node for node in old["nodes"]}
    new_nodes = {node["key"]: node for node in new["nodes"]}
    nodes = []
    for key, node in new_nodes.items():
        if key not in old_nodes:
            nodes.append(_node(node, "added", ()))
        elif fields := changed_fields(old_nodes[key], node):
            nodes.append(_node(node, "changed", fields))
    nodes += [_node(node, "removed", ()) for key, node in old_nodes.items() if key not in new_nodes]
    rules = changed_fields(
        {name: value for name, value in old.items() if name not in _NO_RULES},
        {name: value for name, value in new.items() if name not in _NO_RULES},
    )
    return VersionChanges(nodes, rules)


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[FieldChange]:
    """The fields of two objects that differ, those of objects within them one by one; lists as a whole."""
    found: list[FieldChange] = []
    for name in dict.fromkeys((*after, *before)):
        old, new = before.get(name), after.get(name)
        if isinstance(old, dict) and isinstance(new, dict):
            found += [FieldChange(f"{name}.{each.path}", each.before, each.after) for each in changed_fields(old, new)]
        elif old != new:
            found.append(FieldChange(name, old, new))
    return found


def _node(
    node: Mapping[str, Any], change: Literal["added", "removed", "changed"], fields: Sequence[FieldChange]
) -> NodeChange:
    return NodeChange(node["key"], node["name"] or node["key"], node["kind"], change, fields)

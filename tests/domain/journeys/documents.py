"""Documents of journeys for tests: small builders, and random graphs with circles, branches and splits that are in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from hypothesis import strategies as st

from siyu.domain.journeys import checking, graph
from siyu.domain.journeys.parsing import document_of, parse_definition

Node = dict[str, Any]
Document = dict[str, Any]
END = None
DAY = 24 * 60


# --- builders: `chain` lets each node lead to the next


def wait(key: str, minutes: int = 60, **more: object) -> Node:
    return {"kind": "wait", "key": key, "minutes": minutes, **more}


def wait_until(key: str, at: str = "09:00", day: int | None = None, **more: object) -> Node:
    return {"kind": "wait_until", "key": key, "at": at, "day": day, **more}


def wait_event(key: str, event: str = "order_completed", timeout_minutes: int = DAY, **more: object) -> Node:
    return {"kind": "wait_event", "key": key, "event": {"event": event}, "timeout_minutes": timeout_minutes, **more}


def message(key: str, title: str = "你好", body: str = "{{ name|朋友 }}，看看这个", **more: object) -> Node:
    return {"kind": "message", "key": key, "channel": "webhook", "title": title, "body": body, **more}


def task(key: str, **more: object) -> Node:
    return {"kind": "task", "key": key, "title": "打个电话", "deadline_minutes": DAY, **more}


def tag(key: str, *add: int, **more: object) -> Node:
    return {"kind": "tag", "key": key, "add": list(add) or [1], **more}


def attribute(key: str, value: object = "gold", **more: object) -> Node:
    return {"kind": "attribute", "key": key, "attribute": "level", "value": value, **more}


def branch(key: str, ways: Mapping[str, str | None], otherwise: str | None = END, **more: object) -> Node:
    """Each way is that of the customers whose `level` it is called after."""
    told = [{"key": way, "name": way, "condition": level_is(way), "next": edge} for way, edge in ways.items()]
    return {"kind": "branch", "key": key, "ways": told, "otherwise": otherwise, **more}


def split(key: str, arms: Mapping[str, str | None], **more: object) -> Node:
    told = [{"key": arm, "name": arm, "weight": 1, "next": edge} for arm, edge in arms.items()]
    return {"kind": "split", "key": key, "arms": told, **more}


def level_is(level: str) -> dict[str, Any]:
    return {"kind": "attribute", "name": "level", "operator": "is", "value": level}


def entering(segment_id: int, *, members: bool = False) -> dict[str, Any]:
    return {"kind": "segment_entered", "segment_id": segment_id, "include_members": members}


def chain(*nodes: Node) -> list[Node]:
    """Each node without a `next` of its own leads to the one behind it."""
    following = [*(node["key"] for node in nodes[1:]), END]
    return [
        node if "next" in node or node["kind"] in {"branch", "split"} else {**node, "next": edge}
        for node, edge in zip(nodes, following, strict=True)
    ]


def journey(*nodes: Node, triggers: Sequence[Mapping[str, Any]] = ({"kind": "by_hand"},), **rest: object) -> Document:
    """The document of a journey that begins with the first of the nodes, in its one spelling."""
    made = {"triggers": list(triggers), "nodes": chain(*nodes), "start": nodes[0]["key"], **rest}
    return document_of(parse_definition(made))


# --- random graphs


@dataclass(frozen=True)
class Scene:
    """What random journeys may speak of."""

    segment_ids: tuple[int, ...] = (1, 2)
    tag_ids: tuple[int, ...] = (1, 2, 3)
    events: tuple[str, ...] = ("order_completed", "page_viewed")
    levels: tuple[str, ...] = ("gold", "silver")
    kinds: tuple[str, ...] = (
        *("wait", "wait", "wait_until", "wait_event", "branch", "split"),
        *("message", "message", "task", "tag", "attribute"),
    )
    nodes_max: int = 12
    has_rules: bool = True
    """Goals, exits, re-entry, lanes."""


def documents(scene: Scene | None = None) -> st.SearchStrategy[Document]:
    """Random documents that `checking` finds no fault in. A seed makes each: what hypothesis chooses by itself is mostly tiny."""
    return st.integers(0, 2**32 - 1).map(lambda seed: random_document(Random(seed), scene or Scene()))


def random_document(chance: Random, scene: Scene) -> Document:
    """One of them; the same for the same chances."""
    keys = [f"n{number}" for number in range(chance.randint(2, scene.nodes_max))]
    nodes = [_random_node(chance, scene, keys, number) for number in range(len(keys))]
    document = journey(*nodes, triggers=_random_triggers(chance, scene), **_random_rules(chance, scene))
    reached = graph.reachable(parse_definition(document))
    document["nodes"] = [node for node in document["nodes"] if node["key"] in reached]
    while faults := checking.faults_in(parse_definition(document)):
        (fault,) = faults  # a node at which it would be one message too many: the only thing that can be wrong
        nodes_left = [node if node["key"] != fault.node else _calm(node) for node in document["nodes"]]
        document = document_of(parse_definition({**document, "nodes": nodes_left}))
    return document


def _calm(node: Node) -> Node:
    return {**tag(node["key"], 1), "next": node["next"]}


def _random_node(chance: Random, scene: Scene, keys: Sequence[str], number: int) -> Node:
    key, kind = keys[number], chance.choice(scene.kinds)

    def onward() -> str | None:
        """Forward, so that no circle comes of it."""
        later = keys[number + 1 :]
        return END if not later or chance.random() < 0.05 else chance.choice([later[0], later[0], *later])

    def anywhere() -> str | None:
        return chance.choice(keys) if chance.random() < 0.3 else onward()

    made = _MADE[kind](key, chance, scene)
    match kind:
        case "wait":  # whoever goes back has rested here
            return {**made, "next": anywhere() if made["minutes"] >= graph.CYCLE_MINUTES else onward()}
        case "wait_event":
            return {**made, "next": anywhere(), "on_timeout": anywhere()}
        case "branch":
            for way in made["ways"]:
                way["next"] = onward()
            return {**made, "otherwise": onward()}
        case "split":
            for arm in made["arms"]:
                arm["next"] = onward()
            return made
        case "task" if made["wait"]:
            return {**made, "next": anywhere(), "on_expired": anywhere()}
        case _:
            return {**made, "next": onward()}


def _random_wait_until(key: str, chance: Random, _scene: Scene) -> Node:
    return wait_until(
        key,
        f"{chance.randrange(24):02d}:{chance.choice((0, 30)):02d}",
        chance.choice((None, None, 0, 1, 3)),
        weekdays=sorted(chance.sample(range(1, 8), chance.choice((0, 0, 2)))),
    )


_MADE: Mapping[str, Callable[[str, Random, Scene], Node]] = {
    "wait": lambda key, chance, _: wait(key, chance.choice((1, 30, 60, 90, 12 * 60, DAY, 3 * DAY, 40 * DAY))),
    "wait_until": _random_wait_until,
    "wait_event": lambda key, chance, scene: wait_event(
        key, chance.choice(scene.events), chance.choice((60, 6 * 60, DAY, 5 * DAY))
    ),
    "branch": lambda key, chance, scene: branch(
        key, dict.fromkeys(chance.sample(scene.levels, chance.randint(1, len(scene.levels))))
    ),
    "split": lambda key, chance, _: split(key, dict.fromkeys("abc"[: chance.randint(2, 3)])),
    "message": lambda key, _chance, _scene: message(key, f"信 {key}"),
    "task": lambda key, chance, _: task(key, wait=chance.random() < 0.5, deadline_minutes=chance.choice((60, DAY))),
    "tag": lambda key, chance, scene: tag(key, *chance.sample(scene.tag_ids, 1)),
    "attribute": lambda key, chance, scene: attribute(key, chance.choice(scene.levels)),
}


def _random_triggers(chance: Random, scene: Scene) -> list[dict[str, Any]]:
    choices: list[dict[str, Any]] = [
        entering(chance.choice(scene.segment_ids)),
        {"kind": "segment_exited", "segment_id": chance.choice(scene.segment_ids)},
        {"kind": "event", "event": {"event": chance.choice(scene.events)}},
        {"kind": "by_hand"},
    ]
    return chance.sample(choices, chance.randint(1, 2))


def _random_rules(chance: Random, scene: Scene) -> dict[str, Any]:
    if not scene.has_rules:
        return {}
    event = {"event": chance.choice(scene.events)}
    segment_id = chance.choice(scene.segment_ids)
    goal = {"key": "goal", "name": "下单", "within_days": chance.choice((1, 30)), "leave": chance.random() < 0.5}
    exits = [{"kind": "segment_left", "segment_id": segment_id}, {"kind": "event", "event": event}]
    return {
        "goals": [{**goal, "event": event}] if chance.random() < 0.3 else [],
        "exits": chance.sample(exits, chance.choice((0, 0, 1))),
        "re_entry": chance.choice(
            (
                {"mode": "never"},
                {"mode": "after_end"},
                {"mode": "after_end", "after_days": 2},
                {"mode": "after_end", "times_max": 2},
            )
        ),
        "lane": chance.choice((None, "main")),
        "priority": chance.randrange(10),
    }

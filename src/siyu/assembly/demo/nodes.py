"""Journeys and their nodes, as an operator draws them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from siyu.engines.orchestration import publishing
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import UnitOfWork

Node = dict[str, Any]


def run(work: UnitOfWork, actor: Actor, name: str, document: Mapping[str, Any]) -> None:
    """A journey that runs."""
    made = publishing.create(work, actor, name, document)
    publishing.publish(work, actor, made.journey_id)


def journey(segment_id: int, *nodes: Node, **rules: object) -> dict[str, Any]:
    """A journey of those who enter a segment. Each node leads to the one behind it, where it says nothing else."""
    following = [*(node["key"] for node in nodes[1:]), None]
    led = [
        node if "next" in node or node["kind"] in {"branch", "split"} else {**node, "next": edge}
        for node, edge in zip(nodes, following, strict=True)
    ]
    return {
        "triggers": [{"kind": "segment_entered", "segment_id": segment_id, "include_members": True}],
        "nodes": led,
        "start": led[0]["key"],
        "exits": [{"kind": "segment_left", "segment_id": segment_id}],
        **rules,
    }


def message(key: str, title: str, body: str, link_url: str | None = None, **more: object) -> Node:
    """By the webhook channel, unless `more` says otherwise."""
    said = {"kind": "message", "key": key, "name": title, "channel": "webhook", "title": title, "body": body}
    return {**said, "link_url": link_url, **more}


def wait(key: str, minutes: int, name: str) -> Node:
    """A rest."""
    return {"kind": "wait", "key": key, "name": name, "minutes": minutes}


def at(key: str, day: int, at: str) -> Node:
    """A time of a day."""
    return {"kind": "wait_until", "key": key, "name": f"第 {day} 天 {at}", "day": day, "at": at}

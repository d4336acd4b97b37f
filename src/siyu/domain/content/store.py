"""Every statement on the tables of room `content`."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import psycopg
from pydantic import TypeAdapter

from siyu.domain.content.contracts import KeptMessage, Link, MessageContent, MessagePlace
from siyu.kernel.ids import derived_id

Driver = psycopg.Connection[Any]

_content = TypeAdapter(MessageContent)


def ensure_links(driver: Driver, urls: Collection[str], now: datetime) -> dict[str, int]:
    """{url: link_id}; makes those that are new. In the order of their keys, so that two makers wait and do not deadlock."""
    keys = {derived_id("link", url): url for url in urls}
    ordered = sorted(keys)
    driver.execute(
        "INSERT INTO content.links (url_key, url, created_at)"
        " SELECT url_key, url, %s FROM unnest(%s::uuid[], %s::text[]) AS new(url_key, url)"
        " ON CONFLICT (url_key) DO NOTHING",
        (now, ordered, [keys[key] for key in ordered]),
    )
    rows = driver.execute("SELECT url, link_id FROM content.links WHERE url_key = ANY(%s)", (ordered,)).fetchall()
    return dict(rows)


def find_link(driver: Driver, link_id: int) -> Link | None:
    row = driver.execute("SELECT link_id, url FROM content.links WHERE link_id = %s", (link_id,)).fetchone()
    return Link(*row) if row else None


def insert_messages(driver: Driver, definition_id: int, version: int, messages: Mapping[int, KeptMessage]) -> None:
    documents = [
        json.dumps(_content.dump_python(each.content, mode="json"), ensure_ascii=False) for each in messages.values()
    ]
    driver.execute(
        "INSERT INTO content.messages (definition_id, version, step, document, link_id)"
        " SELECT %s, %s, step, document, link_id"
        " FROM unnest(%s::integer[], %s::jsonb[], %s::bigint[]) AS new(step, document, link_id)",
        (definition_id, version, list(messages), documents, [each.link_id for each in messages.values()]),
    )


def select_messages(driver: Driver, places: Collection[MessagePlace]) -> dict[MessagePlace, KeptMessage]:
    wanted = list(places)
    rows = driver.execute(
        "SELECT m.definition_id, m.version, m.step, m.document, m.link_id"
        " FROM unnest(%s::bigint[], %s::integer[], %s::integer[]) AS w(definition_id, version, step)"
        " JOIN content.messages m USING (definition_id, version, step)",
        ([each[0] for each in wanted], [each[1] for each in wanted], [each[2] for each in wanted]),
    ).fetchall()
    return {
        (definition_id, version, step): KeptMessage(_content.validate_python(document), link_id)
        for definition_id, version, step, document, link_id in rows
    }

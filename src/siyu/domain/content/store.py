"""Every statement on the tables of room `content`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import psycopg

from siyu.domain.content.contracts import Link
from siyu.kernel.ids import derived_id

Driver = psycopg.Connection[Any]


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

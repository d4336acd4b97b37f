"""Verbs that change content."""

from __future__ import annotations

from collections.abc import Collection

from siyu.domain.content import store
from siyu.kernel.actors import Actor
from siyu.platform.http import checked_url
from siyu.platform.postgres.database import UnitOfWork


def ensure_links(work: UnitOfWork, actor: Actor, urls: Collection[str]) -> dict[str, int]:
    """The link of each address, made where there is none yet; RefusedUrlError for one that nobody should be sent to.

    It comes with publishing what holds the addresses, so it needs no right but the one that verb asks for; see there.
    """
    actor.require("journeys.publish")
    for url in urls:
        checked_url(url)
    return store.ensure_links(work.driver, set(urls), work.clock.now()) if urls else {}

"""Verbs that change content."""

from __future__ import annotations

from collections.abc import Collection

from siyu.domain.content import store
from siyu.domain.content.contracts import checked_link
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import UnitOfWork


def ensure_links(work: UnitOfWork, actor: Actor, urls: Collection[str]) -> dict[str, int]:
    """The link of each address, made where there is none yet; BadLinkError for one that nobody should be sent to."""
    actor.require("content.write")
    for url in urls:
        checked_link(url)
    return store.ensure_links(work.driver, set(urls), work.clock.now()) if urls else {}

"""Verbs that change content."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from siyu.domain.content import store
from siyu.domain.content.contracts import KeptMessage, MessageContent, checked_link
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import UnitOfWork


def ensure_links(work: UnitOfWork, actor: Actor, urls: Collection[str]) -> dict[str, int]:
    """The link of each address, made where there is none yet; BadLinkError for one that nobody should be sent to."""
    actor.require("content.write")
    for url in urls:
        checked_link(url)
    return store.ensure_links(work.driver, set(urls), work.clock.now()) if urls else {}


def keep_messages(
    work: UnitOfWork, actor: Actor, definition_id: int, version: int, contents: Mapping[int, MessageContent]
) -> None:
    """Keeps what a version that is published says, {step: content}. BadTemplateError or BadLinkError for what cannot be sent."""
    actor.require("content.write")
    for content in contents.values():
        content.check()
    links = ensure_links(work, actor, {each.link_url for each in contents.values() if each.link_url is not None})
    kept = {
        step: KeptMessage(content, None if content.link_url is None else links[content.link_url])
        for step, content in contents.items()
    }
    store.insert_messages(work.driver, definition_id, version, kept)

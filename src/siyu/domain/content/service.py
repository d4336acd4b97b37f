"""Verbs that change content."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from siyu.domain.content import store
from siyu.domain.content.contracts import KeptMessage, MessageContent, checked_link
from siyu.domain.content.sharing import (
    forget_content,
    give_address,
    give_material,
    list_shares,
    look_at_share,
    open_share,
    record_reading,
    share_numbers,
)
from siyu.domain.content.shelf import (
    create_piece,
    delete_piece,
    delete_reply,
    forget_files,
    get_piece,
    get_piece_version,
    keep_file,
    list_folders,
    list_piece_versions,
    list_replies,
    mark_favourite,
    note_upload,
    publish_piece,
    resume_piece,
    save_piece,
    save_reply,
    search_pieces,
    stop_piece,
    sweep_files,
    use_numbers,
    use_script,
)
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import UnitOfWork

__all__ = [
    "create_piece",
    "delete_piece",
    "delete_reply",
    "ensure_links",
    "forget_content",
    "forget_files",
    "get_piece",
    "get_piece_version",
    "give_address",
    "give_material",
    "keep_file",
    "keep_messages",
    "list_folders",
    "list_piece_versions",
    "list_replies",
    "list_shares",
    "look_at_share",
    "mark_favourite",
    "note_upload",
    "open_share",
    "publish_piece",
    "record_reading",
    "resume_piece",
    "save_piece",
    "save_reply",
    "search_pieces",
    "share_numbers",
    "stop_piece",
    "sweep_files",
    "use_numbers",
    "use_script",
]
"""What of this door is written in the files beside it, and below."""


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

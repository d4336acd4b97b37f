"""Reading content."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Any

from siyu.domain.content import sharing_store, shelf_store, store
from siyu.domain.content.contracts import KeptMessage, Link, MessagePlace, StoredFile
from siyu.domain.content.shelf_files import path_of
from siyu.platform.postgres.database import Reading


def find_link(reading: Reading, link_id: int) -> Link | None:
    """Where a link leads; None where there is no such link."""
    return store.find_link(reading.driver, link_id)


def messages_at(reading: Reading, places: Collection[MessagePlace]) -> dict[MessagePlace, KeptMessage]:
    """What is said at these places of published versions."""
    return store.select_messages(reading.driver, places)


def files_by_id(reading: Reading, file_ids: Collection[int]) -> dict[int, StoredFile]:
    """What is known of the files; those that there are."""
    return shelf_store.select_files(reading.driver, file_ids)


def file_path(folder: Path, file: StoredFile) -> Path:
    """Where the bytes of a file lie below the folder of files."""
    return path_of(folder, file.content_key)


def find_upload(reading: Reading, file_id: int, account: str, good_until: datetime) -> str | None:
    """Under which id a channel keeps a file, where it does until then."""
    return shelf_store.find_upload(reading.driver, file_id, account, good_until)


def told_of(reading: Reading, profile_ids: Collection[int]) -> dict[str, list[dict[str, Any]]]:
    """Links that were given to the person, and scripts that were used with her."""
    return {
        "links_given": sharing_store.told_shares(reading.driver, profile_ids),
        "scripts_used": sharing_store.told_uses(reading.driver, profile_ids),
    }

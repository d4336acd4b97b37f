"""What was given here and goes there: tags and remarks of relations, one call for each, some of them at once."""

from __future__ import annotations

from collections.abc import Mapping

from siyu.domain.contacts import service as contacts
from siyu.domain.contacts.contracts import ContactSource, SourceRefusedError, Write
from siyu.engines.mirror.contracts import ACTOR, Corp
from siyu.platform.postgres.database import Database
from siyu.platform.threads import side_by_side

TAKEN_AT_ONCE = 100
WRITING_AT_ONCE = 8
"""Calls under way; fewer than may be, so that whoever sits at a screen gets through."""


def write_once(database: Database, corps: Mapping[str, Corp], at_once: int = WRITING_AT_ONCE) -> bool:
    """Writes what waits first, of each corp some; whether there was anything. Killed between the writing and the commit it is
    written again, which changes nothing there. No connection to the database is held while WeCom is waited for."""
    did = False
    for corp_id, corp in sorted(corps.items()):
        with database.begin() as work:
            writes = contacts.take_writes(work, ACTOR, corp_id, TAKEN_AT_ONCE)
        if not writes:
            continue
        did = True
        with side_by_side(min(at_once, len(writes)), "writes") as threads:
            calls = [(write, threads.submit(_write, corp.source, write)) for write in writes]
        ended = [(write, call.exception()) for write, call in calls]
        with database.begin() as work:
            contacts.settle_writes(work, ACTOR, [write for write, error in ended if error is None])
            for write, error in ended:
                if isinstance(error, SourceRefusedError):
                    contacts.refuse_write(work, ACTOR, write, error)
        for _, error in ended:
            if error is not None and not isinstance(error, SourceRefusedError):
                raise error
    return did


def _write(source: ContactSource, write: Write) -> None:
    if write.add_tags or write.remove_tags:
        source.mark_tags(write.userid, write.external_userid, write.add_tags, write.remove_tags)
    if write.remark is not None or write.description is not None:
        source.save_remark(write.userid, write.external_userid, write.remark, write.description)

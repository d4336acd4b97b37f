"""The journal of erasures: a file of lines beside the data, so that a backup put back does not bring anybody back.

A line holds when, and for each profile its number and a keyed hash of its identity: nothing personal. The hash makes sure that a
number given anew after a restore is not taken for the one who was erased.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from siyu.domain.customers.reading import KnownProfile
from siyu.domain.privacy.contracts import journal_hash
from siyu.engines.privacy.contracts import Privacy
from siyu.platform.crypto import derive_key


class JournalLine(msgspec.Struct, frozen=True):
    """One erasure: when, and (profile_id, keyed hash of its identity) of all profiles."""

    at: datetime
    profiles: list[tuple[int, str]]


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(JournalLine).decode


def journal_key(privacy: Privacy) -> bytes:
    """What the hashes are made with."""
    return derive_key(privacy.secret_key, "journal of erasures")


def append_journal(privacy: Privacy, at: datetime, known: Sequence[KnownProfile]) -> None:
    """Adds a line, durable before this returns. Before the commit of the erasure: one too many does no harm."""
    if not known:
        return
    key = journal_key(privacy)
    line = JournalLine(at, [(each.profile_id, journal_hash(key, each.identity).hex()) for each in known])
    privacy.home.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(privacy.journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
        file.write(b"\n" + _encode(line) + b"\n")  # a line cut off by a crash must not spoil this one
        file.flush()
        os.fsync(file.fileno())


def read_journal(path: Path) -> Iterator[JournalLine]:
    """The lines of a journal; one that was cut off by a crash belongs to an erasure that did not happen."""
    if not path.exists():
        return
    with path.open("rb") as file:
        for line in file:
            if line.strip():
                try:
                    yield _decode(line)
                except msgspec.DecodeError:
                    continue


def hashes_of(lines: Iterable[JournalLine]) -> dict[int, set[str]]:
    """Profile → the hashes of identities that were erased under its number."""
    found: dict[int, set[str]] = {}
    for line in lines:
        for profile_id, token in line.profiles:
            found.setdefault(profile_id, set()).add(token)
    return found

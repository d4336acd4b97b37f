"""What the server must know of a statement: is it an INSERT that brings data, where do they begin, which format.

The engine parses the SQL; this looks only at words outside of strings, comments and brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    rb"""
    (?P<space>\s+|--[^\n]*|\#[!\ ][^\n]*|/\*.*?\*/)
  | (?P<quoted>'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|"(?:[^"\\]|\\.)*"|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$)
  | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<open>[(\[{])
  | (?P<close>[)\]}])
  | (?P<other>[^\s'`"$A-Za-z_()\[\]{}/\#-]+|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_DATA_START = re.compile(rb"[ \t\f]*;?[ \t\f]*\r?\n?")

STREAMED_FORMATS = frozenset(
    {
        "native",
        "rowbinary",
        "tabseparated",
        "tsv",
        "tabseparatedraw",
        "tsvraw",
        "csv",
        "jsoneachrow",
        "jsonlines",
        "ndjson",
        "jsoncompacteachrow",
    }
)
"""Formats whose pieces, one after another, are the whole; others have a head or a foot and must be made in one piece."""


@dataclass(frozen=True, slots=True)
class Statement:
    """`verb` is the first word in capitals. For an INSERT whose data follow: `head_end` is where its FORMAT clause begins,
    `data_at` where the data do; else both are None. `format` is the format asked for, None where none is."""

    verb: str
    format: str | None = None
    head_end: int | None = None
    data_at: int | None = None

    @property
    def brings_data(self) -> bool:
        return self.data_at is not None


def read_statement(text: bytes) -> Statement:
    """The statement at the beginning of `text`; what follows an INSERT's FORMAT clause is never looked at."""
    words = _outer_words(text)
    verb = next((word.upper() for word, _, _ in words if word), "")
    if verb == "INSERT":
        return _read_insert(text, words)
    return Statement(verb=verb, format=_trailing_format(words))


def _outer_words(text: bytes) -> Iterator[tuple[str, int, int]]:
    """Each token outside of brackets as (word, start, end); the word is empty for whatever is not one."""
    depth = 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup if match.lastgroup != "tag" else "quoted"
        if kind == "space":
            continue
        if kind == "close":
            depth -= 1
        if depth == 0:
            word = match.group().decode("ascii") if kind == "word" else ""
            yield word, match.start(), match.end()
        if kind == "open":
            depth += 1


def _read_insert(text: bytes, words: Iterator[tuple[str, int, int]]) -> Statement:
    for word, start, _ in words:
        upper = word.upper()
        if upper in ("VALUES", "SELECT", "WITH", "FROM"):
            return Statement(verb="INSERT")
        if upper == "FORMAT":
            name, _, name_end = next(words, ("", 0, 0))
            if not name or name.upper() == "VALUES":
                return Statement(verb="INSERT")
            gap = _DATA_START.match(text, name_end)
            return Statement("INSERT", name, head_end=start, data_at=gap.end() if gap else name_end)
    return Statement(verb="INSERT")


def _trailing_format(words: Iterator[tuple[str, int, int]]) -> str | None:
    """The name after a FORMAT that only SETTINGS or a semicolon follow."""
    found: str | None = None
    for word, start, end in words:
        upper = word.upper()
        if upper == "FORMAT":
            found, _, _ = next(words, ("", 0, 0))
        elif upper == "SETTINGS" and found:
            return found
        elif word or end - start != 1:
            found = None
    return found or None

"""ClickHouse's own error codes: the ones that the server itself answers with, and the HTTP status of those that matter."""

from __future__ import annotations

import re

REFUSED = 36
UNKNOWN_COMPRESSION = 89
READ_ONLY = 164
TOO_MANY_QUERIES = 202
QUERY_WAS_CANCELLED = 394
AUTHENTICATION_FAILED = 516

NOT_ENOUGH_SPACE = 243

_NAMES = {
    NOT_ENOUGH_SPACE: "NOT_ENOUGH_SPACE",
    REFUSED: "BAD_ARGUMENTS",
    UNKNOWN_COMPRESSION: "UNKNOWN_COMPRESSION_METHOD",
    TOO_MANY_QUERIES: "TOO_MANY_SIMULTANEOUS_QUERIES",
    AUTHENTICATION_FAILED: "AUTHENTICATION_FAILED",
}
_BAD_REQUEST = frozenset({6, 26, 27, 33, 36, 38, 41, 42, 43, 53, 62, 69, 70, 72, 89, 117, 130, 131, 457, 636})
_NOT_FOUND = frozenset({16, 46, 47, 60, 73, 81, 115})
_STATUS = {159: 408, READ_ONLY: 403, TOO_MANY_QUERIES: 503, AUTHENTICATION_FAILED: 403, 497: 403}
_CODE = re.compile(r"Code:\s*(\d+)")
_UNKNOWN_CODE = 1002


class EngineError(Exception):
    """A refusal with ClickHouse's code and text, either the engine's or the server's own."""

    def __init__(self, code: int, text: str) -> None:
        self.code = code
        named = f" ({_NAMES[code]})" if code in _NAMES and not text.startswith("Code:") else ""
        self.text = text if text.startswith("Code:") else f"Code: {code}. DB::Exception: {text}{named}"
        super().__init__(self.text)

    @property
    def status(self) -> int:
        """The HTTP status that ClickHouse gives this code."""
        if self.code in _BAD_REQUEST:
            return 400
        return 404 if self.code in _NOT_FOUND else _STATUS.get(self.code, 500)


def engine_error(text: str) -> EngineError:
    """The error that the engine's text (`Code: 60. DB::Exception: …`) speaks of."""
    text = text.strip()
    match = _CODE.search(text)
    if match is None:
        return EngineError(_UNKNOWN_CODE, text or "The engine failed without a word.")
    return EngineError(int(match.group(1)), text[match.start() :])

"""Logs as JSON lines with an allow-list of fields: what is not known to be harmless is not printed.

An entry is an event name, a fact in the past tense (`request_done`), and fields out of LOGGABLE. Any other field is dropped and
counted. Of an exception its type and where it was raised are printed, never its text: a database's errors carry values.
What libraries log by themselves is printed without arguments.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
import warnings
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO, cast

from siyu.kernel.clock import Clock, SystemClock
from siyu.kernel.errors import SiyuError

# Where structlog finds rich, it loads all of it, for colours that lines of JSON do not have: a quarter of a second in each
# process. Typer brings rich along, and uses it for help alone.
_hides_rich = "rich" not in sys.modules
if _hides_rich:
    sys.modules["rich"] = cast(Any, None)
import structlog  # noqa: E402

if _hides_rich:
    del sys.modules["rich"]

LOGGABLE = frozenset(
    {
        "account_id",
        "app_id",
        "attempts",
        "channel",
        "code",
        "consumer",
        "corp_id",
        "count",
        "customer_id",
        "definition_id",
        "elapsed_ms",
        "errcode",
        "error_at",
        "error_type",
        "events",
        "exit_code",
        "import_id",
        "inheritance_id",
        "is_demo",
        "journey_id",
        "kind",
        "lag",
        "member_id",
        "method",
        "module",
        "pid",
        "port",
        "position",
        "process",
        "reason",
        "refusal",
        "report_id",
        "request_id",
        "retry_after_seconds",
        "route",
        "rows",
        "seconds",
        "segment_id",
        "shard",
        "size",
        "staff_id",
        "status",
        "step",
        "task_id",
        "template",
        "vendor",
        "version",
        "way",
        "welcome_id",
    }
)
"""Names of fields that may be logged. None of them ever holds a person's data or a secret."""

TEXT_LENGTH_MAX = 200
FRAMES_MAX = 6

_EVENT_NAME = re.compile(r"[a-z][a-z0-9_]{1,79}")
_ROOT = Path(__file__).resolve().parents[2]
_dropped_fields = 0

Entry = MutableMapping[str, Any]


def get_logger(name: str) -> structlog.typing.FilteringBoundLogger:
    """A logger of Siyu's own; `log.info("segment_refreshed", segment_id=7, elapsed_ms=12)`.

    May be made when a module is imported: it follows whatever `configure_logs` says later.
    """
    return cast("structlog.typing.FilteringBoundLogger", structlog.get_logger(module=name))


def dropped_fields() -> int:
    """How many fields were dropped so far in this process."""
    return _dropped_fields


def configure_logs(
    level: str = "info", *, stream: TextIO | None = None, clock: Clock | None = None, process: str | None = None
) -> None:
    """Sends everything that is logged in this process to `stream` (standard error), one entry a line.

    JSON, or for people where the stream is a terminal. `process` is named in each entry. A server that configures logging
    itself must be told not to (uvicorn: `log_config=None`).
    """
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    _configure_entries(number, stream, clock or SystemClock(), process)
    root = logging.getLogger()
    root.handlers[:] = [_LibraryHandler()]
    root.setLevel(max(number, logging.WARNING))
    for name in list(logging.root.manager.loggerDict):
        library = logging.getLogger(name)
        library.handlers[:] = []
        library.propagate = True
    logging.getLogger("uvicorn.access").disabled = True  # it prints addresses and query strings
    warnings.showwarning = _show_warning


def _configure_entries(level: int, stream: TextIO | None, clock: Clock, process: str | None) -> None:
    """Without a stream, what is standard error when something is logged."""
    is_for_people = (stream or sys.stderr).isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            _Stamp(clock, process),
            keep_loggable,
            structlog.dev.ConsoleRenderer()
            if is_for_people
            else structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_names: _SteadyLogger(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )


class _SteadyLogger(structlog.PrintLogger):
    """Prints what can be printed. A disk that is full, or a reader that went away, must not fail the work that is logged."""

    def msg(self, message: str) -> None:
        with suppress(OSError):
            super().msg(message)

    log = debug = info = warn = warning = fatal = failure = err = error = critical = exception = msg


class _Stamp:
    def __init__(self, clock: Clock, process: str | None) -> None:
        self._clock = clock
        self._process = process

    def __call__(self, _logger: Any, _method: str, entry: Entry) -> Entry:
        entry["at"] = self._clock.now().isoformat(timespec="milliseconds")
        if self._process:
            entry.setdefault("process", self._process)
        return entry


def keep_loggable(_logger: Any, method: str, entry: Entry) -> Mapping[str, Any]:
    """The entry with what may be printed, in a fixed order; a processor of structlog."""
    global _dropped_fields  # noqa: PLW0603  # a counter of the process
    event = str(entry.pop("event", ""))
    kept: dict[str, Any] = {
        "at": entry.pop("at", None),
        "level": entry.pop("level", method),
        "event": event if _EVENT_NAME.fullmatch(event) else "misnamed_event",
    }
    if error := _exception_of(entry.pop("exc_info", None)):
        kept |= describe(error)
    dropped = 0
    for name, value in entry.items():
        if name in LOGGABLE and isinstance(value, str | int | float | bool | None):
            kept[name] = value[:TEXT_LENGTH_MAX] if isinstance(value, str) else value
        else:
            dropped += 1
    if dropped:
        _dropped_fields += dropped
        kept["dropped_fields"] = dropped
    return kept


def describe(error: BaseException) -> dict[str, str]:
    """What may be logged of an exception: its type, its cause's, its code, and the places it came through."""
    types: list[str] = []
    current: BaseException | None = error
    while current is not None and len(types) < FRAMES_MAX:
        types.append(type(current).__name__)
        current = current.__cause__ or current.__context__
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES_MAX:]
    described = {
        "error_type": " < ".join(types),
        "error_at": " > ".join(f"{_short(frame.filename)}:{frame.lineno}:{frame.name}" for frame in frames),
    }
    if isinstance(error, SiyuError):
        described["code"] = error.code
    return described


def _exception_of(given: object) -> BaseException | None:
    if isinstance(given, BaseException):
        return given
    if isinstance(given, tuple) and len(given) > 1 and isinstance(given[1], BaseException):
        return given[1]
    return sys.exc_info()[1] if given else None


def _short(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(_ROOT)) if path.is_relative_to(_ROOT) else path.name


class _LibraryHandler(logging.Handler):
    """Passes on what libraries log: the text as it stands in their source, without what was put into it."""

    def emit(self, record: logging.LogRecord) -> None:
        fields: dict[str, Any] = {"module": record.name}
        # Text with arguments is a constant of the library. Without, it may have been put together from anything.
        if record.args or record.name.startswith("uvicorn"):
            fields["template"] = str(record.msg)
        if record.exc_info:
            fields["exc_info"] = record.exc_info
        structlog.get_logger().log(record.levelno, "library_logged", **fields)


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    del message, file, line  # a warning's text may be put together from anything
    structlog.get_logger().warning(
        "warning_raised", error_type=category.__name__, error_at=f"{_short(filename)}:{lineno}"
    )


_configure_entries(logging.INFO, None, SystemClock(), None)
"""From the first import on, so that no process logs without the allow-list for want of a call."""

"""Who is trained on a version, and what an edited journey would have done last month. Part of `contracts`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from siyu.kernel.errors import ConflictError, InvalidError, NotFoundError

TRAIN_RIGHT: Final = "journeys.train"
REPLAY_JOB: Final = "replay_journey"
REPLAYS_KEPT: Final = 10
"""Of a journey; older ones are forgotten."""
STAFF_ASKED_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class Training:
    """Somebody of the staff who is to know a version of a journey, and since when they do."""

    staff_id: int
    version: int
    asked_at: datetime
    trained_at: datetime | None
    trained_by: str | None


@dataclass(frozen=True, slots=True)
class TrainedVersion:
    """How many are to know a version, and how many do."""

    version: int
    asked: int
    trained: int


ReplayState = Literal["waiting", "running", "done", "failed"]


@dataclass(frozen=True, slots=True)
class Replay:
    """A draft walked over the last days, beside the version in force. `done` of `steps` pieces of work are behind it; `result` is
    what engine `orchestration` found, None before the end."""

    replay_id: int
    journey_id: int
    document: Mapping[str, Any]
    against_version: int | None
    state: ReplayState
    done: int
    steps: int
    result: Mapping[str, Any] | None
    fault_code: str | None
    asked_at: datetime
    asked_by: str
    ended_at: datetime | None


class UnknownReplayError(NotFoundError):
    """There is no such replay, or it is forgotten."""

    code = "unknown_replay"


class NotInForceError(ConflictError):
    """The journey has no version in force that anybody could be trained on."""

    code = "journey_not_in_force"


class BadTrainingError(InvalidError):
    """These people cannot be trained on it."""

    code = "bad_training"

"""What others may know of staff tasks: tasks, what is asked for, numbers, the errors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from siyu.kernel.errors import ConflictError, InvalidError, NotFoundError

TASK_REQUESTED = "task_requested"
"""Somebody of the staff is to do something: {task_id, task_key, source, staff_id, due_at, definition_id, version, step}."""
TASK_ENDED = "task_ended"
"""It was done, or will not be: {task_id, task_key, source, outcome, result, staff_id, is_late, definition_id, version, step}."""

TITLE_LENGTH_MAX = 200
BODY_LENGTH_MAX = 2000
NOTE_LENGTH_MAX = 1000
TIME_AFTER_DUE = timedelta(days=14)
DUE_WITHIN = timedelta(days=1096)
"""So long after its time a task may still be done, unless it says otherwise."""


class TaskState(StrEnum):
    """`open` until somebody says that it was done (`done`) or will not be (`skipped`), or its time is over (`expired`)."""

    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"
    EXPIRED = "expired"


class TaskSource(StrEnum):
    """Who asked for it: a journey's step, a person, or a person who took a suggestion."""

    JOURNEY = "journey"
    HAND = "hand"
    ADVICE = "advice"


class TaskResult(StrEnum):
    """What came of talking to the customer, where that was the task."""

    NONE = ""
    REACHED = "reached"
    NO_ANSWER = "no_answer"
    INTERESTED = "interested"
    NOT_INTERESTED = "not_interested"


class TaskView(StrEnum):
    """`mine`: with whoever asks. `unassigned`: on the lists of units they belong to. `team`: of everybody they answer for."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class TaskRequest:
    """A task that is wanted; with the same key it is the same. Without `staff_id` it is for who plays the persona, or else for who
    keeps the customer; where that is nobody at work it goes on the list of the customer's unit. `expires_at`: when it is given up
    (None: TIME_AFTER_DUE after it is due); who waits for the task gives the end of the waiting."""

    task_key: str
    customer_id: int
    staff_id: int | None
    persona_id: int | None
    title: str
    body: str
    script_id: int | None
    due_at: datetime
    definition_id: int | None = None
    version: int | None = None
    step: int | None = None
    expires_at: datetime | None = None
    source: TaskSource = TaskSource.JOURNEY


@dataclass(frozen=True, slots=True)
class TaskDraft:
    """A task that a person sets, for themselves or for somebody; None: whoever keeps the customer."""

    customer_id: int
    title: str
    body: str
    due_at: datetime
    staff_id: int | None = None
    script_id: int | None = None
    source: TaskSource = TaskSource.HAND


@dataclass(frozen=True, slots=True)
class Task:
    """A task as it stands. Its texts have places that are filled when somebody looks, see `reading.texts_of`. `unit_id`: on whose
    list it is while nobody has it. `handed_by`: who gave it on, with `handed_note`."""

    task_id: int
    task_key: str
    profile_id: int
    customer_id: int
    staff_id: int | None
    unit_id: int | None
    title: str
    body: str
    script_id: int | None
    source: TaskSource
    definition_id: int | None
    version: int | None
    step: int | None
    due_at: datetime
    expires_at: datetime
    state: TaskState
    result: TaskResult
    note: str
    handed_by: int | None
    handed_note: str
    requested_at: datetime
    ended_at: datetime | None
    ended_by: int | None


@dataclass(frozen=True, slots=True)
class TaskTexts:
    """What a task says of one customer."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class TaskCounts:
    """Open tasks by when they are due, and those that ended today."""

    overdue: int = 0
    today: int = 0
    later: int = 0
    ended_today: int = 0


@dataclass(frozen=True, slots=True)
class TaskNumbers:
    """What became of the tasks of a step at one member of the staff; None: nobody had them yet."""

    step: int | None
    staff_id: int | None
    open: int
    overdue: int
    in_time: int
    late: int
    skipped: int
    expired: int


@dataclass(frozen=True, slots=True)
class DueTask:
    """A task of which its staff member is to be reminded."""

    task_id: int
    staff_id: int
    due_at: datetime


class UnknownTaskError(NotFoundError):
    """There is no such task, or it is another's."""

    code = "unknown_staff_task"


class EndedTaskError(ConflictError):
    """This task has ended already."""

    code = "ended_task"


class TakenTaskError(ConflictError):
    """Somebody else has taken this task."""

    code = "taken_task"


class BadTaskError(InvalidError):
    """This task cannot be set so."""

    code = "bad_task"


class UnknownColleagueError(NotFoundError):
    """There is nobody of that number at work in your part of the company."""

    code = "unknown_colleague"

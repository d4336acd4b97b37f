"""What the supervisor tells of its processes, a line each."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import StrEnum
from typing import IO


class NoticeKind(StrEnum):
    """What happened to a process."""

    STARTING = "starting"
    READY = "ready"
    DONE = "done"
    DIED = "died"
    FAILED = "failed"
    STOPPING = "stopping"
    KILLED = "killed"


CHINESE = {
    NoticeKind.STARTING: "启动",
    NoticeKind.READY: "就绪",
    NoticeKind.DONE: "完成",
    NoticeKind.DIED: "意外退出,将重启",
    NoticeKind.FAILED: "无法启动",
    NoticeKind.STOPPING: "停止",
    NoticeKind.KILLED: "未按时停止,强制结束",
}


@dataclass(frozen=True, slots=True)
class Notice:
    """One line of the supervisor's own story, for whoever watches it."""

    kind: NoticeKind
    process: str
    detail: str = ""

    def __str__(self) -> str:
        line = f"{self.process}  {CHINESE[self.kind]} · {self.kind.value}"
        return f"{line}\n{self.detail}" if self.detail else line


def print_notice(notice: Notice, stream: IO[str] | None = None) -> None:
    """Write a notice as a line to `stream`, by default the error stream."""
    (stream or sys.stderr).write(f"{notice}\n")

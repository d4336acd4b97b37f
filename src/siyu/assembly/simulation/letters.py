"""The mail of a town: a server that takes letters and may say nothing of it, letters that come back, readers who want no more."""

from __future__ import annotations

import json
import smtplib
from collections import Counter
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import Message
from functools import partial
from typing import Any, Final

from siyu.assembly.simulation.diary import Diary
from siyu.assembly.simulation.doors import Doors
from siyu.assembly.simulation.killing import Fates, Killed
from siyu.assembly.simulation.knocking import TAKEN, Knocking
from siyu.assembly.simulation.texts import Reached
from siyu.channels.mail.channel import key_of
from siyu.channels.mail.smtp import SmtpServer
from siyu.world.population.chance import Chance

SENDER: Final = "shop@simulated.example"
AWAY_SHARE, BUSY_SHARE, LOST_ANSWER_SHARE = 0.06, 0.04, 0.06
COMES_BACK_SHARE, COMES_BACK_AFTER_HOURS = 0.08, 0.5
SAYS_NO_SHARE, SAYS_NO_AFTER_HOURS = 0.25, 3.0
NOBODY: Final = 550
REFUSED_SHARE: Final = 0.03
"""So many letters are refused at the door for good, by that code."""

_READERS, _KNOCKS = 6_000_001, 6_000_002


def email_of(person: int) -> str:
    """Where somebody gets letters."""
    return f"person-{person}@town.example"


class Letters(SmtpServer):
    """`arrived`: what readers see. `returned`: keys of letters that come back, which nobody sees. `said_no`, `heard_no`: {person:
    when they first asked for no more, and when that was first heard}."""

    def __init__(self, fates: Fates, diary: Diary, seed: int, doors: Doors) -> None:
        super().__init__("mail.invalid", 25, SENDER, security="none")
        self.arrived: list[Reached] = []
        self.returned: set[str] = set()
        self.said_no: dict[str, datetime] = {}
        self.heard_no: dict[str, datetime] = {}
        self.fates, self._diary, self._doors = fates, diary, doors
        self._readers, self._knocking = Chance(seed, _READERS), Knocking(fates, diary, seed, _KNOCKS)

    @property
    def twice(self) -> list[str]:
        """Keys of letters that a reader has more than once."""
        return sorted(key for key, times in Counter(one.key for one in self.arrived).items() if times > 1)

    def _open(self) -> smtplib.SMTP:
        self.fates.dawdle()
        if self.fates.happens(AWAY_SHARE):
            raise ConnectionRefusedError
        return _Line(self)

    def take(self, to: str, content: bytes) -> None:
        """The server has the whole letter."""
        letter, user_id = message_from_bytes(content), to.partition("@")[0]
        key = key_of(str(letter["Message-ID"]))
        self.fates.trace.note("letter", key)
        if self._readers.happens(COMES_BACK_SHARE):
            self.returned.add(key)
            told = {"bounces": [{"message_id": str(letter["Message-ID"]), "kind": "hard"}]}
            self._later(COMES_BACK_AFTER_HOURS, "bounce", partial(self._doors.bounces, json.dumps(told).encode()))
            return
        self.arrived.append(Reached(key, user_id, self.fates.clock.now()))
        if self._readers.happens(SAYS_NO_SHARE):
            self._later(SAYS_NO_AFTER_HOURS, "one click", partial(self._one_click, user_id, _way_out(letter)))

    def _later(self, hours: float, what: str, knock: Any) -> None:
        at = self.fates.clock.now() + timedelta(hours=self._readers.waiting(hours))
        self._diary.note(at, partial(self._knocking.carry, what, knock))

    def _one_click(self, user_id: str, url: str) -> int:
        self.said_no.setdefault(user_id, self.fates.clock.now())
        status = self._doors.one_click(url)
        if status == TAKEN:
            self.heard_no.setdefault(user_id, self.fates.clock.now())
        return status


class _Line(smtplib.SMTP):
    """A conversation with the server, as its client has it."""

    def __init__(self, letters: Letters) -> None:
        super().__init__(local_hostname="simulated")
        self._letters, self._to = letters, ""

    def mail(self, *_given: Any) -> tuple[int, bytes]:
        return 250, b""

    def rcpt(self, recip: str, *_given: Any) -> tuple[int, bytes]:
        self._to = recip
        return (NOBODY, b"") if self._letters.fates.happens(REFUSED_SHARE) else (250, b"")

    def data(self, msg: Any) -> tuple[int, bytes]:
        fates = self._letters.fates
        if fates.happens(BUSY_SHARE):
            return 451, b""
        self._letters.take(self._to, msg)
        if fates.dies():
            raise Killed
        fates.take_ages()
        if fates.happens(LOST_ANSWER_SHARE):
            raise smtplib.SMTPServerDisconnected
        return 250, b""

    def ehlo_or_helo_if_needed(self) -> None:
        """Nobody asks."""

    def quit(self) -> tuple[int, bytes]:
        return 221, b""


def _way_out(letter: Message) -> str:
    return str(letter["List-Unsubscribe"]).strip().strip("<>")

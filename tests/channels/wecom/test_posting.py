"""Letters to staff as cards in the emulated WeCom."""

from __future__ import annotations

from dataclasses import replace

import pytest

from siyu.channels.wecom.client import Wecom
from siyu.channels.wecom.errors import WecomUnreachableError
from siyu.channels.wecom.posting import WecomPost, card_of, cut
from siyu.domain.company.contracts import Letter, PostDelayedError, PostRefusedError, Role, Staff
from siyu.world.wecom.faults import Fault, FaultKind
from tests.channels.wecom.emulated import Emulated

LETTER = Letter(
    "report:3:7",
    "周报\r\n2026-06-01",
    "<p/>",
    "成交额 ¥12",
    [("打开", "https://siyu.example/dashboards/1")],
    "截至今天\n成交额: ¥12",
)
LI = Staff(7, "李 雷", "li@shop.test", Role.MANAGER, 1, "总部", False, True)
PATH = "/cgi-bin/message/send"


def test_a_card_arrives_or_it_is_known_what_became_of_it(wecom: Wecom, emulated: Emulated) -> None:
    userid = next(iter(emulated.corp.staff.members)).userid
    post = WecomPost({7: (wecom, userid), 8: (wecom, "nobody")}.get)
    post.post(LI, LETTER)
    (shown,) = emulated.corp.phones.staff[userid]
    assert shown.content["textcard"] == {
        "title": "周报 2026-06-01",
        "description": "截至今天\n成交额: ¥12",
        "url": "https://siyu.example/dashboards/1",
    }
    for unreached in (replace(LI, staff_id=8), replace(LI, staff_id=9)):
        with pytest.raises(PostRefusedError):
            post.post(unreached, LETTER)
    for errcode, error in ((60020, PostDelayedError), (45009, PostDelayedError), (40056, PostDelayedError)):
        emulated.corp.faults.add(Fault(FaultKind.ERRCODE, PATH, errcode=errcode))
        with pytest.raises(error):
            WecomPost({7: (wecom, userid)}.get).post(LI, LETTER)
    assert len(emulated.corp.phones.staff[userid]) == 1


def test_of_a_lost_answer_nobody_knows(wecom: Wecom, emulated: Emulated) -> None:
    userid = next(iter(emulated.corp.staff.members)).userid
    emulated.corp.faults.add(Fault(FaultKind.LOSE_ANSWER, PATH))
    with pytest.raises(WecomUnreachableError):
        WecomPost({7: (wecom, userid)}.get).post(LI, LETTER)
    assert len(emulated.corp.phones.staff[userid]) == 1


def test_a_card_is_as_long_as_wecom_takes_it() -> None:
    title, description, _ = card_of(replace(LETTER, title="周" * 200, brief="\n".join(["一行数字" * 10] * 30)))
    assert (len(title), title[-1], description[-1]) == (128, "…", "…")
    assert len(description) <= 512
    assert {len(line) for line in description.splitlines()} <= {40, 41}
    assert cut("短", 2) == "短"
    with pytest.raises(PostRefusedError):
        card_of(replace(LETTER, links=()))

"""What the front line asks: who sees it, who answers, who finds the answer, what becomes of it."""

from __future__ import annotations

import pytest

from siyu.domain.content import service as content
from siyu.domain.content.contracts import PieceSort, Search
from siyu.domain.customers.contracts import UnknownCustomerError
from siyu.domain.definitions import service as definitions
from siyu.domain.definitions.contracts import DefinitionStatus
from siyu.domain.enquiries import reading, service
from siyu.domain.enquiries.contracts import (
    Answer,
    BadEnquiryError,
    EnquiryClosedError,
    EnquiryDraft,
    EnquiryState,
    EnquiryUnansweredError,
    EnquiryView,
    UnknownEnquiryError,
    Wish,
)
from siyu.domain.enquiries.rules import checked_draft, likeness
from siyu.kernel.errors import ForbiddenError
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database
from tests.conftest import START
from tests.domain.offices import Office
from tests.engines.scenery import SIYU, some_customers

START_ON = START.date()
HOW = Answer(" 客户嫌贵怎么回？ ", "按天算给 TA 听", is_shared=True)
SCRIPT = {"stage": "objection", "text": "按天算，一天不到一块钱"}


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


@pytest.mark.parametrize(
    ("wanted", "text", "at_least", "at_most"),
    [
        ("客户说太贵了怎么回", "客户嫌太贵怎么回答", 0.5, 0.99),
        ("客户说太贵了怎么回", "退款多久到账", 0.0, 0.1),
        ("Refund, how long?", "how long does a REFUND take", 0.7, 1.0),
        ("贵", "太贵", 1.0, 1.0),
        ("", "太贵", 0.0, 0.0),
        ("退款！！", "怎么退款", 1.0, 1.0),
    ],
)
def test_questions_are_alike_by_their_letters(wanted: str, text: str, at_least: float, at_most: float) -> None:
    assert at_least <= likeness(wanted, text) <= at_most


@pytest.mark.parametrize("draft", [EnquiryDraft("  "), EnquiryDraft("x" * 2001), EnquiryDraft("x", step=1)])
def test_what_cannot_be_asked(draft: EnquiryDraft) -> None:
    with pytest.raises(BadEnquiryError):
        checked_draft(draft)


def test_it_is_asked_answered_read_and_found(database: Database, office: Office) -> None:
    hers, his = some_customers(database, 2)
    office.keep(hers, office.store, office.ann)
    office.keep(his, office.other, office.tom)
    ann, bob, mia, tom = (office.actor(each) for each in (office.ann, office.bob, office.mia, office.tom))
    with database.begin() as work:
        with pytest.raises(UnknownCustomerError):
            service.ask(work, ann, EnquiryDraft("这位是谁", customer_id=his))
        with pytest.raises(BadEnquiryError):
            service.ask(work, ann, EnquiryDraft("这条话术", script_id=10**6))
        asked = service.ask(work, ann, EnquiryDraft("安女士嫌课贵，怎么说", customer_id=hers))
        afar = service.ask(work, tom, EnquiryDraft("退款多久到账"))
        assert [reading.count_enquiries(work, each).to_answer for each in (mia, ann, SIYU)] == [1, 0, 2]
        with pytest.raises(ForbiddenError):
            service.answer_enquiry(work, bob, asked.enquiry_id, HOW)
        for verb in (service.get_enquiry, service.close_enquiry, service.read_answer):
            with pytest.raises(UnknownEnquiryError):
                verb(work, bob, asked.enquiry_id)
        with pytest.raises(UnknownEnquiryError):
            service.answer_enquiry(work, mia, afar.enquiry_id, HOW)
        answered = service.answer_enquiry(work, mia, asked.enquiry_id, HOW)
        assert (answered.subject, answered.ended_by, answered.customer_id) == ("客户嫌贵怎么回？", office.mia, hers)
        assert [each.enquiry_id for each in reading.unread_answers(work, ann)] == [asked.enquiry_id]
        service.read_answer(work, ann, asked.enquiry_id)
        assert reading.count_enquiries(work, ann).unread == 0
        service.answer_enquiry(work, mia, asked.enquiry_id, Answer("嫌贵", "再问一句预算", is_shared=True))
        assert reading.count_enquiries(work, ann).unread == 1, "another answer is to be read anew"
        (found,) = reading.find_answers(work, tom, "客户嫌贵，预算怎么问")
        assert (found.answer, found.answered_by) == ("再问一句预算", office.mia)
        assert reading.find_answers(work, tom, "怎么开发票") == []
        assert [each.subject for each in reading.find_answers(work, tom, "")] == ["嫌贵"]
        service.answer_enquiry(work, mia, asked.enquiry_id, Answer("嫌贵", "只告诉你", is_shared=False))
        assert reading.find_answers(work, tom, "") == []
        service.close_enquiry(work, tom, afar.enquiry_id)
        with pytest.raises(EnquiryClosedError):
            service.answer_enquiry(work, SIYU, afar.enquiry_id, HOW)
        with pytest.raises(EnquiryClosedError):
            service.close_enquiry(work, tom, afar.enquiry_id)
        team = reading.list_enquiries(work, mia, PageRequest(), EnquiryView.TEAM).rows
        assert [each.enquiry_id for each in team] == [asked.enquiry_id]
        everything = reading.list_enquiries(work, SIYU, PageRequest(size=1), EnquiryView.TEAM)
        rest = reading.list_enquiries(work, SIYU, PageRequest(after=everything.next_after), EnquiryView.TEAM)
        assert [each.enquiry_id for each in (*everything.rows, *rest.rows)] == [afar.enquiry_id, asked.enquiry_id]
        closed = reading.list_enquiries(work, tom, PageRequest(), state=EnquiryState.CLOSED).rows
        assert [each.text for each in closed] == ["退款多久到账"]
        assert reading.told_of(work, [hers])[0]["text"] == "安女士嫌课贵，怎么说"
        assert service.forget_enquiries(work, SIYU, [hers, his]) == {hers: 1}
        with pytest.raises(UnknownEnquiryError):
            service.get_enquiry(work, ann, asked.enquiry_id)


def test_an_answer_becomes_a_script_or_a_wish(database: Database, office: Office) -> None:
    ann, mia = office.actor(office.ann), office.actor(office.mia)
    sort = PieceSort.SCRIPT
    with database.begin() as work:
        journey = definitions.create(work, SIYU, "journey", "训练营", {}).definition_id
        asked = service.ask(work, ann, EnquiryDraft("嫌贵怎么回", journey_id=journey, step=2)).enquiry_id
        with pytest.raises(EnquiryUnansweredError):
            service.make_script(work, mia, asked, None, "嫌贵", SCRIPT)
        with pytest.raises(EnquiryUnansweredError):
            service.wish_change(work, mia, asked, Wish(journey, 2, "先问预算"))
        service.answer_enquiry(work, mia, asked, HOW)
        made = service.make_script(work, mia, asked, None, "嫌贵", SCRIPT, is_published=True)
        assert (made.status, made.version) == (DefinitionStatus.LIVE, 1)
        again = service.make_script(work, mia, asked, made.definition_id, "嫌贵", {**SCRIPT, "text": "先问预算"})
        assert (again.definition_id, again.version, again.latest.folder) == (made.definition_id, 1, "")
        assert again.draft is not None, "a next version waits until it is published"
        assert content.search_pieces(work, ann, sort, Search("一块钱", only_live=True), PageRequest(), START_ON).rows
        assert service.get_enquiry(work, ann, asked).made_script_id == made.definition_id

        with pytest.raises(BadEnquiryError):
            service.wish_change(work, mia, asked, Wish(made.definition_id, None, "不是旅程"))
        service.wish_change(work, mia, asked, Wish(journey, 2, " 第二步先问预算 "))
        (wish,) = reading.wishes_for(work, SIYU, journey)
        assert (wish.wish, wish.wish_step, wish.wished_by) == ("第二步先问预算", 2, office.mia)
        with pytest.raises(ForbiddenError):
            service.settle_wish(work, mia, asked)
        service.settle_wish(work, SIYU, asked)
        with pytest.raises(UnknownEnquiryError):
            service.settle_wish(work, SIYU, asked)
        assert reading.wishes_for(work, SIYU, journey) == []

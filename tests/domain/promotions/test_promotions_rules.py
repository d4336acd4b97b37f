"""What a code may be, how codes are read from a text and made, and until when they may be used."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from siyu.domain.promotions.contracts import ALPHABET, BadCouponError, BadPoolError, PoolTerms
from siyu.domain.promotions.rules import checked_prefix, checked_terms, code_of, codes_in, expires_at, is_code
from tests.conftest import START

TERMS = PoolTerms("双十一")


def test_codes_stand_one_a_line_or_between_commas() -> None:
    assert list(codes_in('\ufeffA-1234\r\n"B 5678",C5678；D5678\n\n')) == ["A-1234", "B", "5678", "C5678", "D5678"]
    assert [each for each in ("ABC", "AB12", "中文码子", "A" * 65, "a-b_c.9") if is_code(each)] == ["AB12", "a-b_c.9"]


def test_letters_that_are_taken_for_others_are_not_used_and_all_others_as_often() -> None:
    assert not set("01IO") & set(ALPHABET)
    assert len(ALPHABET) == 32
    made = code_of("SY-", bytes(range(256)))
    assert made.startswith("SY-")
    assert {made[3:].count(letter) for letter in ALPHABET} == {8}
    assert checked_prefix(" sy- ", 10) == "SY-"
    for prefix, letters in (("夏", 10), ("A" * 13, 10), ("A", 5), ("A", 25)):
        with pytest.raises(BadCouponError):
            checked_prefix(prefix, letters)


def test_a_code_ends_with_its_days_or_with_the_pool() -> None:
    assert expires_at(TERMS, START) is None
    week = replace(TERMS, valid_days=7)
    assert expires_at(week, START) == START + timedelta(days=7)
    assert expires_at(replace(week, ends_at=START + timedelta(days=3)), START) == START + timedelta(days=3)


def test_what_no_pool_can_be_is_refused() -> None:
    assert checked_terms(replace(TERMS, name=" 双十一 ")) == TERMS
    for bad in (
        replace(TERMS, name=" "),
        replace(TERMS, note="x" * 501),
        replace(TERMS, valid_days=0),
        replace(TERMS, customer_max=0),
        replace(TERMS, low_stock=-1),
    ):
        with pytest.raises(BadPoolError):
            checked_terms(bad)

"""A definition as a sentence that a person reads, in Chinese and in English."""

from __future__ import annotations

from typing import Literal

from siyu.domain.segments.contracts import Condition
from siyu.domain.segments.naming_contracts import Names
from siyu.domain.segments.sentences_en import sentence_en
from siyu.domain.segments.sentences_zh import sentence_zh

Language = Literal["zh", "en"]
NOTHING_NAMED = Names()


def sentence(condition: Condition, language: Language, names: Names = NOTHING_NAMED) -> str:
    """The whole definition: 「最近 30 天购买至少 2 次」, "Customers who bought at least 2 times in the last 30 days".

    `names` says what tags, segments and the like are called; of one that is missing the number is told.
    """
    return sentence_zh(condition, names).strip() if language == "zh" else sentence_en(condition, names)

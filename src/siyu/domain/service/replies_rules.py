"""From a document to the rules of an account, and what they answer. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from siyu.domain.definitions.contracts import Faults
from siyu.domain.service.replies_contracts import (
    DAY_MINUTES,
    FAQS_MAX,
    HOURS_MAX,
    MENU_MAX,
    QUESTION_BYTES_MAX,
    REPLIES_MAX,
    TEXT_BYTES_MAX,
    WORD_LENGTH_MAX,
    WORDS_MAX,
    Answer,
    ServiceHours,
    ServiceRules,
)

RULES: TypeAdapter[ServiceRules] = TypeAdapter(ServiceRules)
"""Pydantic's view of the document: checks shapes and gives the JSON schema."""

PLAIN_GREETING = "您好，请问有什么可以帮您？"
"""What stands above questions where nothing else was said."""

FAULTS = Faults(
    {
        "text": ("请填文字，不要太长。", "Give a text that is not too long."),
        "words": (
            f"请填 1 到 {WORDS_MAX} 个关键词，每个最多 {WORD_LENGTH_MAX} 字。",
            f"Give 1 to {WORDS_MAX} words of at most {WORD_LENGTH_MAX} characters each.",
        ),
        "replies": ("关键词回复最多 {limit} 条。", "There are at most {limit} replies."),
        "faqs": ("常见问题最多 {limit} 个。", "There are at most {limit} questions."),
        "hours": ("人工时段最多 {limit} 个。", "There are at most {limit} spans of hours."),
        "weekdays": ("请选一周里的某几天，不要重复。", "Choose some days of the week, each once."),
        "blank": ("请填写文字，不能只有空格或标点。", "Write something; blanks and signs alone do not do."),
        "bytes": ("太长了，最多 {limit} 个字节（约每个汉字 3 个）。", "This is too long; it may have {limit} bytes."),
        "no_time": ("开始和结束相同，请改一项。", "It ends when it begins; change one of them."),
        "taken": (
            "这个词另一条已经用了，只有一条会生效，请去掉一个。",
            "Another one has this word; only one would count.",
        ),
        "never": (
            "请填转人工的关键词，或填几次没答上就转。",
            "Give words, or after how many messages it goes to a person.",
        ),
    },
    of_lists={"replies": "replies", "faqs": "faqs", "hours": "hours", "weekdays": "weekdays", "words": "words"},
    limits={"replies": REPLIES_MAX, "faqs": FAQS_MAX, "hours": HOURS_MAX, "bytes": TEXT_BYTES_MAX},
)
"""What may be wrong with rules, and what to do about it, in Chinese and in English."""


def parse_rules(document: object) -> ServiceRules:
    """The rules of a document; InvalidDefinitionError with the first fault otherwise."""
    try:
        rules = RULES.validate_python(document)
    except ValidationError as error:
        raise FAULTS.explained(document, error.errors(include_url=False)) from None
    for path, text, most in _texts(rules):
        if any(unicodedata.category(each) in ("Cc", "Cs") and each != "\n" for each in text):
            raise FAULTS.fault(path, "control")
        if text and not text.strip():
            raise FAULTS.fault(path, "blank")
        if len(text.encode()) > most:
            raise FAULTS.fault(path, "bytes", limit=most)
    _check_words(rules)
    for n, each in enumerate(rules.hours):
        if len(set(each.weekdays)) < len(each.weekdays):
            raise FAULTS.fault(["hours", n, "weekdays"], "weekdays")
        is_whole = each.begins == 0 and each.ends == DAY_MINUTES
        if each.begins % DAY_MINUTES == each.ends % DAY_MINUTES and not is_whole:
            raise FAULTS.fault(["hours", n, "ends"], "no_time")
    if rules.hand_over is not None and not rules.hand_over.words and not rules.hand_over.after_unmatched:
        raise FAULTS.fault(["hand_over", "words"], "never")
    return rules


def rules_document(rules: ServiceRules) -> dict[str, Any]:
    """The document of rules, in its one spelling."""
    document: dict[str, Any] = RULES.dump_python(rules, mode="json")
    return document


def stored_rules(document: object) -> ServiceRules:
    """The rules of a document that was checked when it was saved."""
    return RULES.validate_python(document)


def _texts(rules: ServiceRules) -> Iterator[tuple[list[str | int], str, int]]:
    for name in ("welcome", "first_reply", "out_of_hours", "fallback", "closing"):
        yield [name], getattr(rules, name), TEXT_BYTES_MAX
    for n, reply in enumerate(rules.replies):
        yield ["replies", n, "text"], reply.text, TEXT_BYTES_MAX
    for n, faq in enumerate(rules.faqs):
        yield ["faqs", n, "question"], faq.question, QUESTION_BYTES_MAX
        yield ["faqs", n, "answer"], faq.answer, TEXT_BYTES_MAX
    if rules.hand_over is not None:
        yield ["hand_over", "text"], rules.hand_over.text, TEXT_BYTES_MAX
        yield ["hand_over", "waiting"], rules.hand_over.waiting, TEXT_BYTES_MAX


def _check_words(rules: ServiceRules) -> None:
    """Each has something to look for, and of two with the same word only the first would ever count."""
    lists: list[tuple[list[str | int], str, Sequence[str]]] = []
    if rules.hand_over is not None:
        lists.append((["hand_over", "words"], "contains", rules.hand_over.words))
    lists += [(["replies", n, "words"], reply.match, reply.words) for n, reply in enumerate(rules.replies)]
    lists += [(["faqs", n, "question"], "equals", [faq.question]) for n, faq in enumerate(rules.faqs)]
    lists += [(["faqs", n, "words"], "contains", faq.words) for n, faq in enumerate(rules.faqs)]
    seen: set[tuple[str, str]] = set()
    for path, match, words in lists:
        for word in words:
            plain = plain_text(word)
            if not plain:
                raise FAULTS.fault(path, "blank")
            if (match, plain) in seen:
                raise FAULTS.fault(path, "taken")
            seen.add((match, plain))


def plain_text(text: str) -> str:
    """A text as words are looked for in it: letters and digits alone, wide and narrow, small and large the same."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if unicodedata.category(letter)[0] in "LNM" or letter == "+")


def answer_to(rules: ServiceRules, text: str, local: datetime, *, unmatched: int, is_first: bool) -> Answer:
    """What is made of a message at a local time. `unmatched` messages before it in a row fitted nothing; `is_first`: the customer
    said nothing before it in this conversation."""
    plain = plain_text(text)
    goes = rules.hand_over
    is_open = serves_now(rules, local)
    if goes is not None and _contains(plain, goes.words):
        return _handed(rules, "asked", is_open=is_open, is_matched=True)
    if plain:
        for reply in rules.replies:
            if reply.match == "equals" and plain in map(plain_text, reply.words):
                return Answer(reply.text, "words", is_matched=True)
        for faq in rules.faqs:
            if plain == plain_text(faq.question):
                return Answer(faq.answer, "faq", is_matched=True)
        for reply in rules.replies:
            if reply.match == "contains" and _contains(plain, reply.words):
                return Answer(reply.text, "words", is_matched=True)
        for faq in rules.faqs:
            if _contains(plain, faq.words):
                return Answer(faq.answer, "faq", is_matched=True)
    if goes is not None and goes.after_unmatched and unmatched + 1 >= goes.after_unmatched and is_open:
        return _handed(rules, "unmatched", is_open=True, is_matched=False)
    if is_first and rules.first_reply and (is_open or not rules.out_of_hours):
        return Answer(rules.first_reply, "first")
    if not is_open and rules.out_of_hours:
        return Answer(rules.out_of_hours, "out_of_hours")
    return Answer(rules.fallback, "fallback") if rules.fallback else Answer()


def _handed(rules: ServiceRules, why: str, *, is_open: bool, is_matched: bool) -> Answer:
    if not is_open:
        return Answer(rules.out_of_hours or rules.fallback, "out_of_hours", is_matched=is_matched)
    text = rules.hand_over.text if rules.hand_over is not None else ""
    return Answer(text, "hand_over", why, is_matched)


def _contains(plain: str, words: Iterable[str]) -> bool:
    return any(plain_text(word) in plain for word in words) if plain else False


def serves_now(rules: ServiceRules, local: datetime) -> bool:
    """Whether persons serve at a local time."""
    return not rules.hours or any(_is_in(each, local) for each in rules.hours)


def _is_in(hours: ServiceHours, local: datetime) -> bool:
    minute, weekday = local.hour * 60 + local.minute, local.isoweekday()
    if hours.begins < hours.ends:
        return weekday in hours.weekdays and hours.begins <= minute < hours.ends
    before = (weekday - 2) % 7 + 1
    return (weekday in hours.weekdays and minute >= hours.begins) or (before in hours.weekdays and minute < hours.ends)


def greeting_of(rules: ServiceRules) -> tuple[str, tuple[str, ...]] | None:
    """What is said to who enters: the text, and questions to tap; None where there is nothing to say."""
    questions = tuple(each.question for each in rules.faqs[:MENU_MAX]) if rules.offers_faqs else ()
    if not rules.welcome and not questions:
        return None
    return rules.welcome or PLAIN_GREETING, questions

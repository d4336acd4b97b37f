"""The verbs of room `entries`; each is written in a file beside."""

from __future__ import annotations

from siyu.domain.entries.answering import answer_form, get_published, open_form
from siyu.domain.entries.answers_reading import form_numbers, get_respondent, list_answers
from siyu.domain.entries.forms import (
    create_form,
    delete_form,
    get_form,
    list_forms,
    publish_form,
    resume_form,
    save_form,
    stop_form,
)
from siyu.domain.entries.forms_rules import parse_form
from siyu.domain.entries.keeping import forget_answers, forget_texts, reseal, start_file

__all__ = [
    "answer_form",
    "create_form",
    "delete_form",
    "forget_answers",
    "forget_texts",
    "form_numbers",
    "get_form",
    "get_published",
    "get_respondent",
    "list_answers",
    "list_forms",
    "open_form",
    "parse_form",
    "publish_form",
    "reseal",
    "resume_form",
    "save_form",
    "start_file",
    "stop_form",
]

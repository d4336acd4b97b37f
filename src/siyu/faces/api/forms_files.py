"""Files of forms: the answers as a table, the address as a QR code."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal

import segno
from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from starlette.responses import Response

from siyu.domain.entries import service
from siyu.domain.entries.contracts import ANSWERS_AT_ONCE, AnswerRow, Form, Value, choices_of
from siyu.faces.api.access import Context, CurrentActor, Id, ReadOnly, Work
from siyu.faces.api.context import ApiContext
from siyu.faces.h5.addresses import addresses_of
from siyu.kernel.actors import Actor
from siyu.kernel.paging import MAX_PAGE_SIZE, PageRequest
from siyu.platform.spreadsheets import harmless

router = APIRouter(prefix="/api/forms", tags=["forms"])

QR_TYPES: Final = {"svg": "image/svg+xml", "png": "image/png"}
QR_SCALE, QR_BORDER = 12, 2
_HEAD = ("answer_id", "customer_id", "answered_at", "changed_at", "score", "band")


def _described(*types: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": "The file", "content": {each: {"schema": {"type": "string"}} for each in types}}}


@router.get(
    "/{form_id}/qr",
    summary="Its address as a QR code",
    response_class=Response,
    responses=_described(*QR_TYPES.values()),
)
def get_form_qr(
    actor: CurrentActor,
    context: Context,
    reading: ReadOnly,
    form_id: Id,
    picture: Literal["svg", "png"] = "svg",
) -> Response:
    service.get_form(reading, actor, form_id)
    code = segno.make(addresses_of(context).form_url(form_id), error="m", micro=False)
    out = io.BytesIO()
    code.save(out, kind=picture, scale=QR_SCALE, border=QR_BORDER)
    name = f'attachment; filename="form-{form_id}.{picture}"'
    return Response(out.getvalue(), media_type=QR_TYPES[picture], headers={"Content-Disposition": name})


@router.get(
    "/{form_id}/answers.csv",
    summary="The answers as a file",
    response_class=StreamingResponse,
    responses=_described("text/csv"),
)
def download_form_answers(actor: CurrentActor, context: Context, work: Work, form_id: Id) -> StreamingResponse:
    """Of the customers whom you may see, the newest first, phones and e-mail masked; the audit tells who took it."""
    forms = service.start_file(work, actor, form_id)
    return StreamingResponse(
        _lines(context, actor, form_id, forms),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="form-{form_id}.csv"'},
    )


def _lines(context: ApiContext, actor: Actor, form_id: int, forms: Sequence[Form]) -> Iterator[bytes]:
    """In pages, each read by itself: nobody holds a connection while a file is sent slowly. What older versions asked and the
    first of `forms` does not stands at the end."""
    titles: dict[str, str] = {}
    labels: dict[str, dict[str, str]] = {}
    for question in (each for form in forms for each in form.questions):
        titles.setdefault(question.key, question.title)
        known = labels.setdefault(question.key, {})
        for choice in choices_of(question):
            known.setdefault(choice.key, choice.label)
    yield b"\xef\xbb\xbf" + _line([*_HEAD, *titles.values()])
    after: str | None = None
    while True:
        with context.database.read() as reading:
            page = service.list_answers(
                reading, actor, form_id, PageRequest(min(ANSWERS_AT_ONCE, MAX_PAGE_SIZE), after)
            )
        yield b"".join(_line(_cells(context, row, labels)) for row in page.rows)
        after = page.next_after
        if after is None:
            return


def _cells(context: ApiContext, row: AnswerRow, labels: Mapping[str, Mapping[str, str]]) -> list[str]:
    zone = context.settings.zone
    instants = [
        at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S") if at else "" for at in (row.answered_at, row.changed_at)
    ]
    score = "" if row.score is None else str(row.score)
    told = [_told(row.values.get(key, ""), known) for key, known in labels.items()]
    return [str(row.answer_id), str(row.customer_id), *instants, score, row.band or "", *told]


def _told(value: Value, labels: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, str):
        return labels.get(value, value)
    return " | ".join(labels.get(each, each) for each in value) if isinstance(value, Sequence) else str(value)


def _line(cells: Sequence[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow([harmless(cell) for cell in cells])
    return out.getvalue().encode("utf-8", "replace")

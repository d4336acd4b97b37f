"""What is there, what is missing: for whoever runs the installation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from siyu.assembly.doctor import Patient, examine
from siyu.faces.api.access import Context, CurrentActor

RIGHT = "company.write"

router = APIRouter(prefix="/api/doctor", tags=["doctor"])


class DoctorFinding(BaseModel):
    """What was found of one thing; `key` says which, and pages say what it means. `subject` is which of several, `kind` of what
    kind that is, where there are kinds."""

    key: str
    health: Literal["well", "note", "trouble"]
    subject: str
    figures: Mapping[str, int]
    kind: str


class DoctorFindings(BaseModel):
    """All of them, what is worst first."""

    rows: list[DoctorFinding]


@router.get("", summary="What is there, and what is missing")
def show_findings(actor: CurrentActor, context: Context) -> DoctorFindings:
    actor.require(RIGHT)
    found = examine(Patient(context.settings, context.database, context.columns))
    rows = [
        DoctorFinding(
            key=each.key, health=each.health.value, subject=each.subject, figures=each.figures, kind=each.kind
        )
        for each in found
    ]
    return DoctorFindings(rows=rows)

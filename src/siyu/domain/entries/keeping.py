"""What becomes of answers: persons are erased, texts grow too old, keys are changed, files are taken."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from siyu.domain.company.service import record_audit
from siyu.domain.entries import answers_store as store
from siyu.domain.entries.answering import SEALED_AS
from siyu.domain.entries.answers_reading import sheet_of
from siyu.domain.entries.forms import get_form
from siyu.domain.entries.forms_contracts import FORM_KIND, Form
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import UnitOfWork

EXPORT = "forms.export"


def forget_answers(work: UnitOfWork, actor: Actor, profile_ids: Collection[int]) -> dict[str, dict[int, int]]:
    """Takes all answers, openings and links of the profiles away; {table: {profile_id: how many}}. The form's own count stays: what
    is full stays full."""
    actor.require("customers.erase")
    return store.delete_of_profiles(work.driver, profile_ids)


def forget_texts(work: UnitOfWork, actor: Actor, before: datetime, size: int) -> int:
    """Drops what people typed into answers older than that; what they chose stays. Gives in how many, at most `size`."""
    actor.require("privacy.run")
    return store.forget_texts(work.driver, before, size)


def reseal(work: UnitOfWork, actor: Actor, size: int) -> int:
    """Puts what is sealed under an older key under the newest; gives in how many answers, at most `size`."""
    actor.require("keys.write")
    found = store.lock_sealed_before(work.driver, work.seals.newest, size)
    for answer_id, sealed in found.items():
        plain = work.seals.open_bytes(SEALED_AS, sealed)
        store.save_sealed(work.driver, answer_id, work.seals.seal_bytes(SEALED_AS, plain), work.seals.newest)
    return len(found)


def start_file(work: UnitOfWork, actor: Actor, form_id: int) -> list[Form]:
    """Notes in the audit that somebody takes the answers out as a file; gives the form, and after it the other versions that were
    answered, the newest first: what they asked is in the file too."""
    actor.require(EXPORT)
    actor.require("customers.read")
    design = get_form(work, actor, form_id)
    record_audit(work, actor, "forms.export", f"{FORM_KIND}:{form_id}", rows=design.answers)
    answered = [each for each in store.select_versions(work.driver, form_id) if each != design.version]
    return [design.form or design.latest, *(sheet_of(work, form_id, each) for each in answered)]

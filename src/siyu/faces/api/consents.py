"""What a customer allows: every purpose by channel, the proof of every word, and a word written down by staff."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from siyu.domain.customers import contracts, service
from siyu.domain.customers import reading as customers
from siyu.domain.customers.contracts import ConsentState
from siyu.faces.api.access import CurrentActor, Id, Paging, ReadOnly, Work
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api", tags=["customers"])

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)

Word = Annotated[str | None, Query(max_length=40, pattern=r"^(\*|[a-z][a-z0-9_]*)$")]


def _not_too_early(told_at: datetime) -> datetime:
    if told_at < EARLIEST:
        raise ValueError("before 1970")
    return told_at


Spoken = Annotated[AwareDatetime, AfterValidator(_not_too_early)]


class ConsentPurpose(BaseModel):
    """What consent is asked for, and what that means. `needs_consent`: nothing said is a no. `by_channel`: channel by channel."""

    name: str
    needs_consent: bool
    by_channel: bool
    zh: str
    en: str


class ConsentCell(BaseModel):
    """Whether a purpose is allowed in a channel ("*": in all), and the customer's own word on just that."""

    purpose: str
    channel: str
    is_allowed: bool
    state: ConsentState | None
    changed_at: datetime | None


class ConsentMatrix(BaseModel):
    """Every purpose in every channel that the customer ever spoke of, and those asked for."""

    customer_id: int
    purposes: list[ConsentPurpose]
    cells: list[ConsentCell]


class ConsentProof(BaseModel):
    """How a word can be proved: the text that was agreed to, where that can be seen, the version of the policy in force."""

    notice: str = Field(default="", max_length=contracts.EVIDENCE_LENGTH_MAX["notice"])
    reference: str = Field(default="", max_length=contracts.EVIDENCE_LENGTH_MAX["reference"])
    policy_version: str = Field(default="", max_length=contracts.EVIDENCE_LENGTH_MAX["policy_version"])


class ConsentRow(ConsentProof):
    """A word in the ledger: when it was given, when and by whom it was written down, where it came from."""

    record_id: int
    purpose: str
    channel: str
    state: ConsentState
    told_at: datetime
    recorded_at: datetime
    source: str
    actor_kind: str
    actor_name: str | None


class ConsentPage(BaseModel):
    """Words, what was written down last first."""

    rows: list[ConsentRow]
    next_after: str | None


class NewConsent(ConsentProof):
    """A word that a customer gave; as of now where `told_at` is missing."""

    purpose: str = Field(max_length=40)
    channel: str = Field(max_length=40)
    state: ConsentState
    told_at: Spoken | None = None


@router.get("/customers/{customer_id}/consents", summary="What a customer allows")
def get_consents(actor: CurrentActor, reading: ReadOnly, customer_id: Id) -> ConsentMatrix:
    """As the gate judges it."""
    return _matrix(reading, customers.get_customer(reading, actor, customer_id).customer_id)


@router.post("/customers/{customer_id}/consents", summary="Write down a customer's word")
def record_consent(actor: CurrentActor, work: Work, customer_id: Id, given: NewConsent) -> ConsentMatrix:
    """Adds it to the ledger with its proof."""
    now_id = customers.get_customer(work, actor, customer_id).customer_id
    proof = contracts.Evidence(notice=given.notice, reference=given.reference, policy_version=given.policy_version)
    told_at = given.told_at or work.clock.now()
    word = contracts.ConsentWord(now_id, given.purpose, given.channel, given.state, told_at, proof)
    service.record_consents(work, actor, [word])
    return _matrix(work, now_id)


@router.get("/customers/{customer_id}/consents/records", summary="The proof of what a customer allows")
def list_consent_records(
    actor: CurrentActor, reading: ReadOnly, customer_id: Id, page: Paging, purpose: Word = None, channel: Word = None
) -> ConsentPage:
    """Every word in the ledger, or those on a purpose or in a channel."""
    found = customers.list_consent_records(reading, actor, customer_id, page, purpose=purpose, channel=channel)
    return ConsentPage(
        rows=[
            ConsentRow(
                record_id=each.record_id,
                purpose=each.purpose,
                channel=each.channel,
                state=each.state,
                told_at=each.told_at,
                recorded_at=each.recorded_at,
                source=each.evidence.source,
                actor_kind=each.actor_kind,
                actor_name=each.actor_name,
                notice=each.evidence.notice,
                reference=each.evidence.reference,
                policy_version=each.evidence.policy_version,
            )
            for each in found.rows
        ],
        next_after=found.next_after,
    )


def _matrix(reading: Reading, customer_id: int) -> ConsentMatrix:
    return ConsentMatrix(
        customer_id=customer_id,
        purposes=[
            ConsentPurpose(
                name=each.name, needs_consent=each.needs_consent, by_channel=each.by_channel, zh=each.zh, en=each.en
            )
            for each in contracts.PURPOSES.values()
        ],
        cells=[
            ConsentCell(
                purpose=each.purpose,
                channel=each.channel,
                is_allowed=each.is_allowed,
                state=each.state,
                changed_at=each.changed_at,
            )
            for each in customers.allowances_of(reading, customer_id)
        ],
    )

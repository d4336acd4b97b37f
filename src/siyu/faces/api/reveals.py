"""Showing one phone, e-mail or the like in plain, to who may see it and says why."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from siyu.domain.customers.service import reveal
from siyu.faces.api.access import Context, CurrentActor, Id, Work

router = APIRouter(prefix="/api/customers", tags=["customers"])


class RevealedIdentity(BaseModel):
    """The identity of one of the customer's profiles is wanted, and why."""

    profile_id: Id
    reason: str


class RevealedAttribute(BaseModel):
    """One of the customer's attributes is wanted, and why."""

    attribute: str
    reason: str


class Revealed(BaseModel):
    """What was asked for, in plain. It stands in no cache and is to be forgotten soon."""

    value: Any


@router.post("/{customer_id}/reveal-identity", summary="Show one identity in plain")
def reveal_identity(
    actor: CurrentActor, context: Context, work: Work, customer_id: Id, wanted: RevealedIdentity
) -> Revealed:
    """Audited with its reason; limited for each hour."""
    limit = context.settings.reveals_per_hour
    return Revealed(
        value=reveal(work, actor, customer_id, profile_id=wanted.profile_id, reason=wanted.reason, per_hour=limit)
    )


@router.post("/{customer_id}/reveal-attribute", summary="Show one attribute in plain")
def reveal_attribute(
    actor: CurrentActor, context: Context, work: Work, customer_id: Id, wanted: RevealedAttribute
) -> Revealed:
    """Audited with its reason; limited for each hour."""
    limit = context.settings.reveals_per_hour
    return Revealed(
        value=reveal(work, actor, customer_id, attribute=wanted.attribute, reason=wanted.reason, per_hour=limit)
    )

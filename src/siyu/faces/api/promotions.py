"""Pools of coupon codes: filled, given of, used."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, Field

from siyu.domain.promotions import contracts, service
from siyu.domain.promotions.contracts import CodeState, PoolTerms
from siyu.faces.api.access import CurrentActor, Id, Paging, ReadOnly, Searching, Work

router = APIRouter(prefix="/api", tags=["promotions"])

StateWord = Literal["free", "issued", "redeemed", "withdrawn"]
Whole = Annotated[int, Field(ge=-(2**31), le=2**31 - 1)]


class CouponPoolDraft(BaseModel):
    """What is said of a pool. A code may be used for `valid_days` after it was given and before `ends_at`; one customer gets at
    most `customer_max`; fewer than `low_stock` left is told."""

    name: Annotated[str, Field(max_length=200)]
    note: Annotated[str, Field(max_length=1000)] = ""
    valid_days: Whole | None = None
    ends_at: AwareDatetime | None = None
    customer_max: Whole | None = 1
    low_stock: Whole = 0
    is_archived: bool = False


class CouponPool(CouponPoolDraft):
    """A pool with how many of its codes are free, given, used and withdrawn."""

    pool_id: int
    free: int
    issued: int
    redeemed: int
    withdrawn: int
    is_low: bool
    created_at: datetime
    changed_at: datetime


class CouponPoolPage(BaseModel):
    """Pools, the newest first."""

    rows: list[CouponPool]
    next_after: str | None


class CouponTexts(BaseModel):
    """Codes of a shop: one a line, or between commas."""

    text: str


class CouponsWanted(BaseModel):
    """Codes to be made: a beginning, and so many letters that nobody can guess."""

    count: Whole
    prefix: Annotated[str, Field(max_length=50)] = ""
    letters: Whole = 10


class CouponsAdded(BaseModel):
    """How many codes are new, were there already, or are none."""

    added: int
    repeated: int
    bad: int


class Coupon(BaseModel):
    """A code; whose it is and the code itself are told only of customers in your scope, a code that nobody was given only to who
    fills pools."""

    code_id: int
    pool_id: int
    pool: str
    code: str
    state: StateWord
    customer_id: int | None
    issued_at: datetime | None
    expires_at: datetime | None
    ended_at: datetime | None
    order_id: str


class CouponPage(BaseModel):
    """Codes, the newest first."""

    rows: list[Coupon]
    next_after: str | None


class CouponsWithdrawn(BaseModel):
    """How many codes may not be used any more."""

    count: int


class CouponWithdrawal(BaseModel):
    """Which codes may not be used any more; null: all that nobody was given."""

    code_ids: Annotated[list[Id], Field(max_length=1000)] | None = None


class CouponFor(BaseModel):
    """Who is to be given a code; the same key gives the same code."""

    give_key: UUID
    customer_id: Id


class CouponGiven(BaseModel):
    """The code that a customer was given."""

    code: str


class CouponUse(BaseModel):
    """A code that was used, and in which order; the same order may say so again."""

    code: Annotated[str, Field(min_length=1, max_length=100)]
    order_id: Annotated[str, Field(max_length=300)] = ""


@router.get("/coupon-pools", summary="Pools of codes")
def list_coupon_pools(actor: CurrentActor, reading: ReadOnly, page: Searching) -> CouponPoolPage:
    found = service.list_pools(reading, actor, page)
    return CouponPoolPage(rows=[_pool(each) for each in found.rows], next_after=found.next_after)


@router.post("/coupon-pools", status_code=201, summary="Make a pool")
def create_coupon_pool(actor: CurrentActor, work: Work, draft: CouponPoolDraft) -> CouponPool:
    return _pool(service.create_pool(work, actor, _terms(draft)))


@router.get("/coupon-pools/{pool_id}", summary="One pool")
def get_coupon_pool(actor: CurrentActor, reading: ReadOnly, pool_id: Id) -> CouponPool:
    return _pool(service.get_pool(reading, actor, pool_id))


@router.put("/coupon-pools/{pool_id}", summary="Change a pool, archive it")
def save_coupon_pool(actor: CurrentActor, work: Work, pool_id: Id, draft: CouponPoolDraft) -> CouponPool:
    return _pool(service.save_pool(work, actor, pool_id, _terms(draft), is_archived=draft.is_archived))


@router.post("/coupon-pools/{pool_id}/codes", summary="Add codes of a shop")
def add_coupons(actor: CurrentActor, work: Work, pool_id: Id, texts: CouponTexts) -> CouponsAdded:
    return CouponsAdded.model_validate(asdict(service.add_codes(work, actor, pool_id, texts.text)))


@router.post("/coupon-pools/{pool_id}/make", summary="Make codes")
def make_coupons(actor: CurrentActor, work: Work, pool_id: Id, wanted: CouponsWanted) -> CouponsAdded:
    made = service.make_codes(work, actor, pool_id, wanted.count, prefix=wanted.prefix, letters=wanted.letters)
    return CouponsAdded.model_validate(asdict(made))


@router.post("/coupon-pools/{pool_id}/withdraw", summary="Codes that may not be used any more")
def withdraw_coupons(actor: CurrentActor, work: Work, pool_id: Id, asked: CouponWithdrawal) -> CouponsWithdrawn:
    return CouponsWithdrawn(count=service.withdraw_codes(work, actor, pool_id, asked.code_ids))


@router.get("/coupon-pools/{pool_id}/codes", summary="Codes of a pool")
def list_coupons(
    actor: CurrentActor,
    reading: ReadOnly,
    page: Paging,
    pool_id: Id,
    state: StateWord | None = None,
    search: Annotated[str, Query(max_length=100)] = "",
) -> CouponPage:
    wanted = CodeState(state) if state else None
    found = service.list_codes(reading, actor, pool_id, page, state=wanted, search=search)
    return CouponPage(rows=[_coupon(each) for each in found.rows], next_after=found.next_after)


@router.post("/coupon-pools/{pool_id}/give", status_code=201, summary="Give a customer a code")
def give_coupon(actor: CurrentActor, work: Work, pool_id: Id, to: CouponFor) -> CouponGiven:
    return CouponGiven(code=service.give_code(work, actor, pool_id, to.customer_id, to.give_key))


@router.post("/coupons/redeem", summary="A code was used")
def redeem_coupon(actor: CurrentActor, work: Work, use: CouponUse) -> Coupon:
    return _coupon(service.redeem_code(work, actor, use.code, order_id=use.order_id))


@router.get("/customers/{customer_id}/coupons", summary="The codes that a customer was given")
def list_customer_coupons(actor: CurrentActor, reading: ReadOnly, customer_id: Id) -> list[Coupon]:
    return [_coupon(each) for each in service.list_customer_codes(reading, actor, customer_id)]


def _terms(draft: CouponPoolDraft) -> PoolTerms:
    return PoolTerms(**draft.model_dump(exclude={"is_archived"}))


def _pool(pool: contracts.Pool) -> CouponPool:
    told = asdict(pool)
    return CouponPool.model_validate({**told.pop("terms"), **told, "is_low": pool.is_low})


def _coupon(code: contracts.Code) -> Coupon:
    return Coupon.model_validate(asdict(code))

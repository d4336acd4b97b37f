"""What others may know of coupons: pools, codes, events, the errors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from siyu.kernel.errors import ConflictError, InvalidError, NotFoundError

COUPON_ISSUED: Final = "coupon_issued"
"""A customer was given a code: {pool_id, pool, code_id, expires_at}; the code itself is told to nobody else."""
COUPON_REDEEMED: Final = "coupon_redeemed"
"""A code was used: {pool_id, pool, code_id, order_id}."""
COUPON_STOCK_LOW: Final = "coupon_stock_low"
"""Fewer codes of a pool are left than the company wants: {pool_id, pool, free}; told once until codes are added."""

NAME_LENGTH_MAX: Final = 60
NOTE_LENGTH_MAX: Final = 500
CODE_LENGTH_MIN, CODE_LENGTH_MAX = 4, 64
ORDER_ID_LENGTH_MAX: Final = 200
POOLS_MAX: Final = 1_000
CODES_AT_ONCE_MAX: Final = 100_000
POOL_CODES_MAX: Final = 5_000_000
RANDOM_LETTERS_MIN, RANDOM_LETTERS_MAX = 6, 24
VALID_DAYS_MAX: Final = 3_650
ISSUED_AT_ONCE_MAX: Final = 20_000
CUSTOMER_CODES_MAX: Final = 1_000
ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Letters of codes that are made here: none that is taken for another. There are 32, so a code of ten is guessed once in 10^15."""


class CodeState(StrEnum):
    """`free`: to be given. `issued`: a customer has it. `redeemed`: it was used. `withdrawn`: it may not be used any more."""

    FREE = "free"
    ISSUED = "issued"
    REDEEMED = "redeemed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class PoolTerms:
    """What is said of a pool. A code may be used for `valid_days` after it was given, and before `ends_at`; one customer gets at
    most `customer_max` of it; the company is told when fewer than `low_stock` are left (0: never)."""

    name: str
    note: str = ""
    valid_days: int | None = None
    ends_at: datetime | None = None
    customer_max: int | None = 1
    low_stock: int = 0


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool as it stands, with how many of its codes are free, given, used and withdrawn."""

    pool_id: int
    terms: PoolTerms
    is_archived: bool
    free: int
    issued: int
    redeemed: int
    withdrawn: int
    created_at: datetime
    changed_at: datetime

    @property
    def is_low(self) -> bool:
        """Whether fewer are left than the company wants."""
        return not self.is_archived and self.free < self.terms.low_stock


@dataclass(frozen=True, slots=True)
class Code:
    """A code and what became of it."""

    code_id: int
    pool_id: int
    pool: str
    code: str
    state: CodeState
    customer_id: int | None
    issued_at: datetime | None
    expires_at: datetime | None
    ended_at: datetime | None
    order_id: str


@dataclass(frozen=True, slots=True)
class Added:
    """What came of adding codes: how many are new, there already, or no codes at all."""

    added: int
    repeated: int
    bad: int


class UnknownPoolError(NotFoundError):
    """There is no such pool of codes."""

    code = "unknown_pool"


class UnknownCouponError(NotFoundError):
    """There is no such code, or it was given to nobody."""

    code = "unknown_coupon"


class BadPoolError(InvalidError):
    """That is no pool of codes."""

    code = "bad_pool"


class BadCouponError(InvalidError):
    """That is no coupon code."""

    code = "bad_coupon"


class PoolArchivedError(ConflictError):
    """This pool is archived; nothing is given of it."""

    code = "pool_archived"


class NoCouponError(ConflictError):
    """There is no code for this customer: the pool is empty or over, or the customer has had theirs."""

    code = "no_coupon"


class CouponUsedError(ConflictError):
    """This code was used already."""

    code = "coupon_used"


class CouponOverError(ConflictError):
    """The time of this code is over, or it was withdrawn."""

    code = "coupon_over"

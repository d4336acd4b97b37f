"""What a pool and a code may be, and until when a code may be used. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from siyu.domain.promotions.contracts import (
    ALPHABET,
    CODE_LENGTH_MAX,
    CODE_LENGTH_MIN,
    CUSTOMER_CODES_MAX,
    NAME_LENGTH_MAX,
    NOTE_LENGTH_MAX,
    POOL_CODES_MAX,
    RANDOM_LETTERS_MAX,
    RANDOM_LETTERS_MIN,
    VALID_DAYS_MAX,
    BadCouponError,
    BadPoolError,
    PoolTerms,
)

_CODE = re.compile(rf"[!-~]{{{CODE_LENGTH_MIN},{CODE_LENGTH_MAX}}}")
_PREFIX = re.compile(r"[A-Z0-9-]{0,12}")
_BETWEEN = re.compile(r"[\s,;，；、]+")


def checked_terms(terms: PoolTerms) -> PoolTerms:
    """BadPoolError for what no pool can be."""
    name, note = terms.name.strip(), terms.note.strip()
    if not 1 <= len(name) <= NAME_LENGTH_MAX or not name.isprintable():
        raise BadPoolError(f"A name has 1 to {NAME_LENGTH_MAX} printable characters.", field="name")
    if len(note) > NOTE_LENGTH_MAX:
        raise BadPoolError(f"A note has at most {NOTE_LENGTH_MAX} characters.", field="note")
    if terms.valid_days is not None and not 1 <= terms.valid_days <= VALID_DAYS_MAX:
        raise BadPoolError(f"It is from 1 to {VALID_DAYS_MAX}.", field="valid_days")
    if terms.customer_max is not None and not 1 <= terms.customer_max <= CUSTOMER_CODES_MAX:
        raise BadPoolError(f"It is from 1 to {CUSTOMER_CODES_MAX}.", field="customer_max")
    if not 0 <= terms.low_stock <= POOL_CODES_MAX:
        raise BadPoolError(f"It is from 0 to {POOL_CODES_MAX}.", field="low_stock")
    return PoolTerms(name, note, terms.valid_days, terms.ends_at, terms.customer_max, terms.low_stock)


def is_code(code: str) -> bool:
    """Whether this may be a code: 4 to 64 letters, digits and signs."""
    return _CODE.fullmatch(code) is not None


def codes_in(text: str) -> Iterable[str]:
    """The codes of a pasted text or a file: one a line, or between commas and blanks, quoted or not."""
    return (each for word in _BETWEEN.split(text.removeprefix("\ufeff")) if (each := word.strip("\"'")))


def checked_prefix(prefix: str, letters: int) -> str:
    """How codes that are made here begin; BadCouponError for what cannot be."""
    told = prefix.strip().upper()
    if not _PREFIX.fullmatch(told):
        raise BadCouponError("A beginning has at most 12 letters, digits and -.", field="prefix")
    if not RANDOM_LETTERS_MIN <= letters <= RANDOM_LETTERS_MAX:
        raise BadCouponError(f"It is from {RANDOM_LETTERS_MIN} to {RANDOM_LETTERS_MAX}.", field="letters")
    return told


def code_of(prefix: str, secret: bytes) -> str:
    """A code of a secret: a letter for each byte. As there are 32 letters, all are as likely."""
    return prefix + "".join(ALPHABET[byte % len(ALPHABET)] for byte in secret)


def expires_at(terms: PoolTerms, issued_at: datetime) -> datetime | None:
    """Until when a code that is given now may be used; None: for ever."""
    ends = [] if terms.ends_at is None else [terms.ends_at]
    if terms.valid_days is not None:
        ends.append(issued_at + timedelta(days=terms.valid_days))
    return min(ends, default=None)

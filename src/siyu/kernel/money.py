"""Money is a whole number of fen (hundredths) with a currency; never a float."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in hundredths of `currency` (ISO 4217). Adding two currencies is an error."""

    fen: int
    currency: str = "CNY"

    def __add__(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add up")
        return Money(self.fen + other.fen, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.fen, self.currency)

    def __str__(self) -> str:
        sign = "-" if self.fen < 0 else ""
        yuan, rest = divmod(abs(self.fen), 100)
        return f"{sign}{yuan}.{rest:02d} {self.currency}"


def fen_of(amount: str | int | float | Decimal) -> int:
    """Fen of an amount in yuan ("12.30" → 1230), half to even; ValueError where it is not a finite number."""
    try:
        exact = Decimal(str(amount).strip())
        return int((exact * 100).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
    except ArithmeticError as error:
        raise ValueError(f"not an amount of money: {amount!r}") from error

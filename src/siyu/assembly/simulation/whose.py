"""Who is which customer in the books, and since when nobody was taken for two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from siyu.domain.customers.contracts import CUSTOMERS_MERGED
from siyu.domain.customers.reading import identities_of, newest_profile_id
from siyu.platform.eventlog.reading import Stretch, head_position, read_events
from siyu.platform.postgres.database import Reading

FOLLOWED_AFTER: Final = timedelta(hours=12)
"""So long after a merge all have followed it."""


def customers_of(reading: Reading) -> dict[str, int]:
    """{person: customer}, as of now; without who was erased."""
    everybody = range(1, newest_profile_id(reading) + 1)
    return {
        identity.value: customer_id
        for customer_id, identities in identities_of(reading, everybody).items()
        for identity in identities
        if identity.kind == "user_id" and identity.value.startswith("person-")
    }


@dataclass(frozen=True, slots=True)
class Whose:
    """Persons by customer, and when customers were merged last."""

    persons: Mapping[int, str]
    merged_at: Mapping[int, datetime]

    @classmethod
    def of(cls, reading: Reading) -> Whose:
        customer_of = dict(reading.driver.execute("SELECT profile_id, customer_id FROM customers.profiles").fetchall())
        head = head_position(reading.driver)
        merged_at: dict[int, datetime] = {}
        for event in read_events(reading.driver, Stretch(0, head, 0), [CUSTOMERS_MERGED]):
            customer_id = customer_of[event.profile_id]
            merged_at[customer_id] = max(event.occurred_at, merged_at.get(customer_id, event.occurred_at))
        return cls({customer: person for person, customer in customers_of(reading).items()}, merged_at)

    def is_one_since(self, customer_id: int, at: datetime) -> bool:
        """Whether all that is known of the customer was one customer's by then."""
        merged_at = self.merged_at.get(customer_id)
        return merged_at is None or at > merged_at + FOLLOWED_AFTER

"""A small company for tests of staff work."""

from __future__ import annotations

from siyu.domain.company import service as company
from siyu.domain.company.contracts import Role
from siyu.domain.company.reading import find_reader
from siyu.domain.customers import service as customers
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import Database
from tests.engines.scenery import SIYU


class Office:
    """A head office, a store with a manager and two advisers, and another store with one; advisers see just their own customers."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.begin() as work:
            company.ensure_first_admin(work, "ada@example.com", "long enough", "总部")
            self.top = company.list_units(work, SIYU)[0].unit_id
            self.store = company.create_unit(work, SIYU, "一店", self.top).unit_id
            self.other = company.create_unit(work, SIYU, "二店", self.top).unit_id
        self.ann = self._staff("ann", Role.FRONTLINE, self.store)
        self.bob = self._staff("bob", Role.FRONTLINE, self.store)
        self.mia = self._staff("mia", Role.MANAGER, self.store)
        self.tom = self._staff("tom", Role.FRONTLINE, self.other)

    def _staff(self, name: str, role: Role, unit_id: int) -> int:
        with self.database.begin() as work:
            made = company.create_staff(work, SIYU, name, f"{name}@example.com", "long enough", role, unit_id)
        return made.staff_id

    def actor(self, staff_id: int) -> Actor:
        with self.database.read() as found:
            reader = find_reader(found, staff_id)
        assert reader is not None
        return reader[1]

    def keep(self, customer_id: int, unit_id: int, staff_id: int | None) -> None:
        with self.database.begin() as work:
            customers.set_custody(work, SIYU, customer_id, unit_id=unit_id, staff_id=staff_id)

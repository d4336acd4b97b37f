"""Who asks. Every verb of every room takes an Actor and checks the right it needs before it does anything."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from siyu.kernel.errors import ForbiddenError


class ActorKind(StrEnum):
    """What kind of somebody this is: a person at the console, a program with an API key, a customer, or Siyu itself."""

    STAFF = "staff"
    KEY = "key"
    CUSTOMER = "customer"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Scope:
    """The customers an actor may see: those kept by the org units below `unit_path`, or only their own.

    `unit_path` is the path of ids from the root, like "1.4.9."; None means no limit. `own_only` narrows to the
    customers in the actor's own custody.
    """

    unit_path: str | None = None
    own_only: bool = False

    @property
    def is_everything(self) -> bool:
        return self.unit_path is None and not self.own_only

    def covers(self, other: Scope) -> bool:
        """Whether who sees this much sees all that somebody else with the other scope does; own customers by units alone."""
        if self.own_only:
            return False
        return self.unit_path is None or (other.unit_path is not None and other.unit_path.startswith(self.unit_path))


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody with rights (`customers.read`, `journeys.publish` …) and a scope. `actor_id` is stable within its kind."""

    kind: ActorKind
    actor_id: str
    rights: frozenset[str]
    scope: Scope = Scope()

    def may(self, right: str) -> bool:
        return self.kind is ActorKind.SYSTEM or right in self.rights

    def require(self, right: str) -> None:
        """ForbiddenError unless the actor holds `right`."""
        if not self.may(right):
            raise ForbiddenError(f"The right {right} is needed.", right=right)

    def require_one_of(self, *rights: str) -> None:
        """ForbiddenError unless the actor holds at least one of `rights`; the first is the one that is told."""
        if not any(self.may(right) for right in rights):
            self.require(rights[0])


def system_actor(name: str) -> Actor:
    """Siyu itself doing its own work (`audience`, `orchestration`); named in the audit, bound by no right."""
    return Actor(kind=ActorKind.SYSTEM, actor_id=name, rights=frozenset())

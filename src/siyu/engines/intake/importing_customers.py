"""Importing customers: who they are, what is known of them, what they allow; and, where it is wished, making leads of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import AttributeChange, ConsentState, ConsentWord, Evidence, Identity
from siyu.domain.customers.reading import current_customer_ids, newest_profile_id
from siyu.domain.entries import service as entries
from siyu.domain.entries.contracts import LEAD_NOTE_LENGTH_MAX
from siyu.engines.intake.importing_cells import RowError, Terms, ValueType, identity_in, instant_in, value_in, yes_in
from siyu.engines.intake.importing_rows import KeyedRow, Outcome, parsed_rows, refuse_erased
from siyu.engines.intake.tables import Row
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import UnitOfWork


@dataclass(frozen=True, slots=True)
class IdentityColumn:
    """A column that says who: `kind` is one of IDENTITY_KINDS."""

    column: str
    kind: str


@dataclass(frozen=True, slots=True)
class AttributeColumn:
    """A column that tells an attribute, under a name and as a type."""

    column: str
    name: str
    type: ValueType = "auto"


@dataclass(frozen=True, slots=True)
class ConsentColumn:
    """A column that says yes or no to marketing in a channel; an empty cell says nothing."""

    column: str
    channel: str


class ToldCustomer(NamedTuple):
    """What a row tells: all identities of one person, the first being that under which she is kept."""

    identities: tuple[Identity, ...]
    seen_at: datetime
    attributes: Mapping[str, Any]
    consents: Mapping[str, ConsentState]
    lead_note: str


@dataclass(frozen=True, slots=True)
class CustomerColumns:
    """Which column tells what of a customer. Empty cells tell nothing; of the identities one at least must be told.
    `consent_channels`: channels in which, the file's owner declares, these customers have agreed to marketing; a column
    counts for more. Attributes and consents are told as of the first import of this file. `lead_source`: these customers become
    leads that came from there, with what stands in `lead_note`."""

    identities: tuple[IdentityColumn, ...]
    attributes: tuple[AttributeColumn, ...] = ()
    consents: tuple[ConsentColumn, ...] = ()
    first_seen_at: str | None = None
    consent_channels: tuple[str, ...] = ()
    lead_source: str = ""
    lead_note: str | None = None
    kind: Literal["customers"] = "customers"

    @property
    def columns_needed(self) -> Sequence[str]:
        named = [each.column for each in self.identities]
        named += [each.column for each in self.attributes]
        named += [each.column for each in self.consents]
        return named + [each for each in (self.first_seen_at, self.lead_note) if each]

    @property
    def has_own_keys(self) -> bool:
        return True

    @property
    def rights(self) -> Sequence[str]:
        needed = ["consent.write"] if self.consents or self.consent_channels else []
        return [*needed, *(["leads.assign"] if self.lead_source else [])]

    def store(self, work: UnitOfWork, actor: Actor, terms: Terms, rows: Sequence[KeyedRow]) -> Outcome:
        """Resolves all identities at once, then tells attributes and consents. New are rows of customers who were not there
        before or about whom something changed."""
        parsed, refused = parsed_rows(self.parse, terms, rows)
        refuse_erased(work, actor, {line: told.identities for line, told in parsed.items()}, parsed, refused)
        groups: dict[Sequence[Identity], datetime] = {}
        for told in parsed.values():
            groups[told.identities] = min(told.seen_at, groups.get(told.identities, told.seen_at))
        newest = newest_profile_id(work)
        profile_of = customers.resolve(work, actor, groups, channels=dict.fromkeys(groups, f"import:{terms.name}"))
        fresh = [told for told in parsed.values() if any(profile_of[each] > newest for each in told.identities)]
        known = [told for told in parsed.values() if all(profile_of[each] <= newest for each in told.identities)]
        self._tell(work, actor, terms, fresh, profile_of)
        changed = min(self._tell(work, actor, terms, known, profile_of), len(known))
        if self.lead_source:
            self._bring_leads(work, actor, terms, parsed.values(), profile_of)
        return Outcome(new=len(fresh) + changed, known=len(known) - changed, refused=refused)

    def _bring_leads(
        self,
        work: UnitOfWork,
        actor: Actor,
        terms: Terms,
        told: Iterable[ToldCustomer],
        profile_of: Mapping[Identity, int],
    ) -> None:
        """The file's name and the profile are what a lead is known under: the same file makes no lead twice."""
        note_of: dict[int, str] = {}
        for each in told:
            profile_id = profile_of[each.identities[0]]
            note_of[profile_id] = note_of.get(profile_id) or each.lead_note
        customer_of = current_customer_ids(work, note_of)
        notes = {
            f"import:{terms.name}:{profile_id}": (customer_of[profile_id], note)
            for profile_id, note in note_of.items()
            if profile_id in customer_of
        }
        entries.bring_leads(work, actor, notes, self.lead_source)

    def _tell(
        self,
        work: UnitOfWork,
        actor: Actor,
        terms: Terms,
        told: Sequence[ToldCustomer],
        profile_of: Mapping[Identity, int],
    ) -> int:
        """Tells attributes and consents; gives how many profiles that changed, by the one or the other."""
        changed = customers.set_attributes(
            work,
            actor,
            [
                AttributeChange(profile_of[each.identities[0]], each.attributes, terms.as_of)
                for each in told
                if each.attributes
            ],
        )
        evidence = Evidence(source="import", reference=terms.name)
        words = [
            ConsentWord(profile_of[each.identities[0]], "marketing", channel, word, terms.as_of, evidence)
            for each in told
            for channel, word in each.consents.items()
        ]
        agreed = customers.record_consents(work, actor, words) if words else 0
        return max(changed, agreed)

    def parse(self, terms: Terms, keyed: KeyedRow) -> ToldCustomer:
        """What a row tells of a customer; RowError where it tells of none."""
        row = keyed.row
        identities = tuple(
            dict.fromkeys(
                identity_in(row, each.column, each.kind)
                for each in self.identities
                if row.cells.get(each.column, "").strip()
            )
        )
        if not identities:
            raise RowError("no_identity")
        has_day = self.first_seen_at and row.cells.get(self.first_seen_at, "").strip()
        return ToldCustomer(
            identities=identities,
            seen_at=instant_in(terms, row, self.first_seen_at) if self.first_seen_at and has_day else terms.as_of,
            attributes=self._attributes(terms, row),
            consents=self._consents(row),
            lead_note=self._lead_note(row),
        )

    def _lead_note(self, row: Row) -> str:
        text = row.cells.get(self.lead_note, "").strip() if self.lead_note else ""
        if len(text) > LEAD_NOTE_LENGTH_MAX:
            raise RowError("too_long", self.lead_note or "", most=LEAD_NOTE_LENGTH_MAX)
        return text

    def _attributes(self, terms: Terms, row: Row) -> dict[str, Any]:
        told = {each.name: value_in(row, each.column, each.type, terms) for each in self.attributes}
        return {name: value for name, value in told.items() if value is not None}

    def _consents(self, row: Row) -> dict[str, ConsentState]:
        said = dict.fromkeys(self.consent_channels, ConsentState.GRANTED)
        for each in self.consents:
            if (is_yes := yes_in(row, each.column)) is not None:
                said[each.channel] = ConsentState.GRANTED if is_yes else ConsentState.WITHDRAWN
        return said

"""What the columns of a file mean, as a document: one of four kinds, kept with the import that it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from siyu.domain.customers.contracts import ATTRIBUTE_NAME_LENGTH_MAX, ATTRIBUTES_MAX, IDENTITY_KINDS
from siyu.domain.entries.contracts import LEAD_SOURCE_LENGTH_MAX
from siyu.domain.metrics.contracts import COST_TEXT_LENGTH_MAX
from siyu.engines.intake.importing_costs import CostColumns
from siyu.engines.intake.importing_customers import CustomerColumns
from siyu.engines.intake.importing_events import EventColumns
from siyu.engines.intake.importing_orders import OrderColumns
from siyu.engines.intake.rules import BadEventError, outside_name
from siyu.kernel.errors import InvalidError

RowMapping = Annotated[OrderColumns | CustomerColumns | EventColumns | CostColumns, Field(discriminator="kind")]
AnyColumns = OrderColumns | CustomerColumns | EventColumns | CostColumns

_adapter: TypeAdapter[AnyColumns] = TypeAdapter(RowMapping)

CHANNEL_LENGTH_MAX = 40
SHOP_LENGTH_MAX = 80


class BadMappingError(InvalidError):
    """The columns cannot be understood so."""

    code = "bad_mapping"


def mapping_document(mapping: AnyColumns) -> dict[str, Any]:
    """The mapping as a document."""
    return dict(_adapter.dump_python(mapping, mode="json"))


def mapping_of(document: Mapping[str, Any]) -> AnyColumns:
    """The mapping that a document tells; BadMappingError where it tells none."""
    try:
        return _adapter.validate_python(document)
    except ValidationError as error:
        raise BadMappingError(f"{error.error_count()} faults in its document.") from error


def checked_mapping(mapping: AnyColumns) -> AnyColumns:
    """The mapping, if files can be read by it; BadMappingError says what is missing."""
    if b"\\u0000" in _adapter.dump_json(mapping):
        raise BadMappingError("It holds the character NUL.", field="columns")
    if isinstance(mapping, CustomerColumns):
        _check_customers(mapping)
    elif isinstance(mapping, CostColumns):
        _check_costs(mapping)
    else:
        _check_kind(mapping.customer_kind)
    if isinstance(mapping, EventColumns):
        _check_event(mapping)
    channels = mapping.consent_channels if isinstance(mapping, OrderColumns | CustomerColumns) else ()
    if any(not 0 < len(channel) <= CHANNEL_LENGTH_MAX or not channel.isprintable() for channel in channels):
        raise BadMappingError("A channel has a name.", field="consent_channels")
    if isinstance(mapping, OrderColumns | CostColumns) and not (
        len(mapping.currency) == 3 and mapping.currency.isascii() and mapping.currency.isupper()
    ):
        raise BadMappingError("A currency is three capital letters, like CNY.", field="currency")
    if isinstance(mapping, OrderColumns) and not (
        0 < len(mapping.shop) <= SHOP_LENGTH_MAX and mapping.shop.isprintable()
    ):
        raise BadMappingError("A shop has a name.", field="shop")
    if any(not 0 < len(name) <= 1_000 or "\x00" in name for name in mapping.columns_needed):
        raise BadMappingError("A column has a name.", field="columns")
    return mapping


def _check_kind(kind: str) -> None:
    if kind not in IDENTITY_KINDS:
        raise BadMappingError(f"{kind[:40]!r} is no kind of identity.", field="customer_kind")


def _check_costs(mapping: CostColumns) -> None:
    if len(mapping.channel_name) > COST_TEXT_LENGTH_MAX or not mapping.channel_name.isprintable():
        raise BadMappingError(f"At most {COST_TEXT_LENGTH_MAX} characters.", field="channel_name")


def _check_event(mapping: EventColumns) -> None:
    if (mapping.event is None) == (mapping.event_name is None):
        raise BadMappingError("The event's name stands in a column, or is the same for all rows.", field="event")
    if mapping.event_name is not None:
        try:
            outside_name(mapping.event_name)
        except BadEventError as error:
            raise BadMappingError(error.reason, field="event_name") from error


def _check_customers(mapping: CustomerColumns) -> None:
    if not mapping.identities:
        raise BadMappingError("One column at least says who the customer is.", field="identities")
    for identity in mapping.identities:
        _check_kind(identity.kind)
    names = [each.name for each in mapping.attributes]
    if len(names) > ATTRIBUTES_MAX or len(set(names)) != len(names):
        raise BadMappingError(f"At most {ATTRIBUTES_MAX} attributes, each of them once.", field="attributes")
    if any(not 0 < len(name) <= ATTRIBUTE_NAME_LENGTH_MAX or not name.isprintable() for name in names):
        raise BadMappingError(
            f"An attribute has a name of 1 to {ATTRIBUTE_NAME_LENGTH_MAX} characters.", field="attributes"
        )
    if any(not 0 < len(each.channel) <= CHANNEL_LENGTH_MAX for each in mapping.consents):
        raise BadMappingError("A channel has a name.", field="consents")
    source = mapping.lead_source
    if source != source.strip() or len(source) > LEAD_SOURCE_LENGTH_MAX or not source.isprintable():
        raise BadMappingError(
            f"A source has at most {LEAD_SOURCE_LENGTH_MAX} printable characters.", field="lead_source"
        )
    if mapping.lead_note and not source:
        raise BadMappingError("Say where the leads come from.", field="lead_source")

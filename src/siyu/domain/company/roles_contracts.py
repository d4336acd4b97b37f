"""What people do in the company. Part of `contracts`."""

from __future__ import annotations

from enum import StrEnum

from siyu.kernel.errors import InvalidError


class Role(StrEnum):
    """What somebody does in the company; `rules.RIGHTS_OF` says which rights that gives.

    An auditor looks at everything, the audit log included, changes nothing and has nothing unmasked. A partner is of another firm
    (a distributor, the owner of a shop, a creator) and never sees the whole company.
    """

    ADMIN = "admin"
    OPERATOR = "operator"
    MANAGER = "manager"
    FRONTLINE = "frontline"
    ANALYST = "analyst"
    AUDITOR = "auditor"
    PARTNER = "partner"


class PartnerScopeError(InvalidError):
    """A partner sees the customers of their own unit at most, never those of the whole company: give them a unit of their own."""

    code = "partner_scope"

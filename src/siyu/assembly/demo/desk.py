"""What lies on the operator's desk beside designs: a list of customers, a filter that all may use, a greeting of groups; and who
has just written to customer service."""

from __future__ import annotations

from typing import Final

from siyu.assembly.demo.acting import find_acting
from siyu.assembly.demo.brand import ACTOR, DemoBrand
from siyu.assembly.demo.ports import outside_port
from siyu.assembly.demo.wecom import open_door
from siyu.assembly.installation import Installation
from siyu.domain.customers.reading import list_customers
from siyu.domain.groups import service as groups
from siyu.domain.segments import service as segments
from siyu.domain.segments.contracts import USUAL_COLUMNS, FilterDraft, ListMode
from siyu.domain.service import service
from siyu.kernel.paging import PageRequest
from siyu.world.wecom.brand import CORP_ID

LISTED: Final = 24
ONE_IN: Final = 5


def lay_desk(installation: Installation, brand: DemoBrand) -> None:
    """Puts it there once; what the operator takes away stays away as long as the list is there."""
    with installation.database.begin() as work:
        operator = find_acting(work, brand.operator_email)
        if operator is None or segments.list_lists(work, ACTOR, PageRequest(size=1)).rows:
            return
        newest = list_customers(work, operator, PageRequest(size=LISTED * ONE_IN)).rows[::ONE_IN]
        made = segments.create_list(work, operator, brand.desk.invited)
        segments.change_list(work, operator, made.list_id, ListMode.ADD, [each.customer_id for each in newest])
        draft = FilterDraft(brand.desk.filtered, True, "", None, None, USUAL_COLUMNS, "revenue", False)
        segments.keep_filter(work, operator, draft)
        groups.create_welcome(work, operator, CORP_ID, brand.desk.greeting[0], {"text": brand.desk.greeting[1]})


def ask_service(installation: Installation, brand: DemoBrand) -> None:
    """Has the newest of the corp's people write to its customer service, where nobody has yet."""
    with installation.database.read() as reading:
        if service.list_conversations(reading, ACTOR, PageRequest(size=1)).rows:
            return
    port = outside_port(installation.settings, 2)
    state = open_door(port, "state")
    first = max(0, state["customers"] - len(brand.desk.asked))
    people = open_door(port, "person/list", after=first)["persons"]
    for one, text in zip(people, brand.desk.asked, strict=False):
        for account in state["kf_accounts"][:1]:
            who = {"open_kfid": account, "external_userid": one["external_userid"]}
            open_door(port, "customer/enter-kf", **who)
            open_door(port, "customer/write-kf", **who, text=text)

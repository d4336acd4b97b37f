"""What the demo brand's staff asked, and what they were answered: some wait for an answer, one of whoever shows the demo."""

from __future__ import annotations

from siyu.assembly.demo.acting import acting, everybody, find_acting
from siyu.assembly.demo.brand import DemoBrand
from siyu.assembly.installation import Installation
from siyu.domain.company.contracts import Role
from siyu.domain.customers.reading import list_customers
from siyu.domain.enquiries import service as enquiries
from siyu.domain.enquiries.contracts import Answer, EnquiryDraft, EnquiryView
from siyu.domain.enquiries.reading import list_enquiries
from siyu.kernel.paging import PageRequest


def ask_around(installation: Installation, brand: DemoBrand) -> None:
    """Has advisers ask about customers of their own, and whoever shows the demo answer; once. The last of those that were answered
    is one that whoever shows the demo asked themselves."""
    with installation.database.begin() as work:
        shown = find_acting(work, brand.email)
        if shown is None or list_enquiries(work, shown, PageRequest(size=1), EnquiryView.TEAM).rows:
            return
        advisers = [acting(work, each.staff_id) for each in everybody(work) if each.role is Role.FRONTLINE]
        operator = find_acting(work, brand.operator_email) or shown
        answered = [each for each in brand.enquiries if each.answer]
        for place, each in enumerate(brand.enquiries):
            asker = advisers[place % len(advisers)]
            by = shown
            if answered and each is answered[-1]:
                asker, by = shown, operator
            own = list_customers(work, asker, PageRequest(size=3)).rows
            draft = EnquiryDraft(each.text, customer_id=own[-1].customer_id if own else None)
            made = enquiries.ask(work, asker, draft)
            if each.answer:
                answer = Answer(each.subject, each.answer, each.is_shared)
                enquiries.answer_enquiry(work, by, made.enquiry_id, answer)

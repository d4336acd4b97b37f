"""Who sees a part of the customers changes nothing of the others': every route by which somebody changes something is asked for
what is of the west, by the operator and the manager of the east."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest

from tests.faces.api.conftest import LogIn
from tests.faces.api.fitting import Fitting
from tests.faces.api.rights_of_routes import RIGHT_OF_ROUTE
from tests.faces.api.test_scopes import OF_THE_WEST, Company, context, whole
from tests.faces.api.test_write_rights import call, rows_of

__all__ = ["context", "whole"]

OF_A_CUSTOMER = {
    "task_id": "SELECT task_id FROM tasks.tasks WHERE profile_id = %(she)s",
    "lead_id": "SELECT lead_id FROM entries.leads WHERE profile_id = %(she)s",
    "enquiry_id": "SELECT enquiry_id FROM enquiries.enquiries WHERE profile_id = %(she)s",
    "message_id": "SELECT message_id FROM messages.messages WHERE profile_id = %(she)s",
}


OF_ONES_OWN = {
    *("company.audit", "definitions.definitions", 'definitions."references"', "segments.lists"),
    *("journeys.replays", "procrastinate_jobs", "procrastinate_events"),
}
"""Where drafts are kept, and what one asks for oneself: those whom they name are looked at when it is put in force."""


@pytest.fixture(autouse=True)
def every_write_is_audited() -> None:
    """Not asked here: what finds nobody whom one may see leaves no line."""


def of_the_west(whole: Company) -> Mapping[str, object]:
    """{name of a field or parameter: what is of the west, or was made by who sees everybody}."""
    she, *others = whole.live("west", whole.staff["west"], OF_THE_WEST)
    with whole.database.begin() as work:
        found = {name: work.driver.execute(asked, {"she": she}).fetchone() for name, asked in OF_A_CUSTOMER.items()}
    known = {name: row[0] for name, row in found.items() if row is not None}
    assert known.keys() == OF_A_CUSTOMER.keys()
    people = {"customer_id": she, "profile_id": she, "customer_ids": [she, *others], "profile_ids": [she]}
    west = {"staff_id": whole.staff["west"], "staff_ids": [whole.staff["west"]], "unit_id": whole.units["west"]}
    designs = {name: each for name, each in whole.ids.items() if name != "tag_id"}
    return {
        **designs,
        **known,
        **people,
        **west,
        "owner_id": whole.staff["west"],
        "lead_ids": [known["lead_id"]],
        "url": "https://brand.example/",
    }


def test_nobody_of_the_east_changes_what_is_of_the_west(whole: Company, log_in: LogIn) -> None:
    fitting = Fitting(of_the_west(whole))
    asked = [route for route in RIGHT_OF_ROUTE if is_about(fitting, route)]
    assert len(asked) > 100
    before, statuses = rows_of(whole.database), Counter[int]()
    for name in ("operator", "manager"):
        headers = log_in(f"{name}@example.com")
        statuses.update(call(whole.client, fitting, route, headers).status_code for route in asked)
    after = rows_of(whole.database)
    assert {table for table, rows in before.items() if not rows <= after[table]} == set()
    assert {table for table, rows in after.items() if rows - before[table]} - OF_ONES_OWN == set()
    assert statuses[403] + statuses[404] > 0.8 * statuses.total(), statuses
    assert max(statuses) < 500


def is_about(fitting: Fitting, route: str) -> bool:
    """Whether what the route is asked for has something of the west in it."""
    method, path = route.split(" ")
    body = str(fitting.body(path, method))
    return any(f"{{{name}}}" in path or f"'{name}':" in body for name in fitting.known.keys() - {"url"})

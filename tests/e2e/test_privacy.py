"""A customer's copy and a customer's erasure, acted in a browser: from the button to the certificate."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Download, expect

from siyu.assembly.installation import open_installation
from siyu.domain.customers import reading as customers
from siyu.engines.privacy.certificates import is_genuine
from siyu.engines.privacy.searching import find_traces, searchable
from siyu.kernel.actors import system_actor
from siyu.kernel.paging import PageRequest
from siyu.platform.settings import ensure_secret_key, load_settings
from tests.e2e.conftest import Demo
from tests.e2e.sweeping import Walk
from tests.e2e.words import Words

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

SIYU = system_actor("test")


def values_of(demo: Demo, customer_id: int) -> list[str]:
    with open_installation(load_settings({}, home=demo.home)) as installation, installation.database.read() as reading:
        found = customers.get_customer(reading, SIYU, customer_id)
    return sorted(searchable(each.identity.value for each in found.identities))


def somebody(demo: Demo) -> int:
    """Somebody with a phone, who will not be missed by other tests."""
    with open_installation(load_settings({}, home=demo.home)) as installation, installation.database.read() as reading:
        rows = customers.list_customers(reading, SIYU, PageRequest(size=200)).rows
        for row in rows[100:]:
            kinds = {each.identity.kind for each in customers.get_customer(reading, SIYU, row.customer_id).identities}
            if "phone" in kinds:
                return row.customer_id
    raise AssertionError("nobody has a phone")


def saved(download: Download, folder: Path) -> Path:
    path = folder / download.suggested_filename
    download.save_as(path)
    return path


def test_a_customer_gets_a_copy_is_erased_and_proven_gone(walk: Walk, say: Words, demo: Demo, tmp_path: Path) -> None:
    page, customer_id = walk.page, somebody(demo)
    values = values_of(demo, customer_id)
    before = walk.ask("GET", "/api/summary")

    walk.go(f"/customers/{customer_id}")
    page.get_by_role("button", name=say.button("customers/privacy.export")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name=say.button("customers/privacy.exportStart")).click()
    with page.expect_download() as copy:
        dialog.get_by_role("link", name=say.button("customers/privacy.download")).click()
    with zipfile.ZipFile(saved(copy.value, tmp_path)) as archive:
        told = json.loads(archive.read("data.json"))["sections"]
    assert {each["value"] for each in told["identities"]} >= set(values)
    dialog.get_by_role("button", name=say.button("customers/privacy.close")).last.click()

    page.get_by_role("button", name=say.button("customers/privacy.erase")).click()
    confirm = dialog.get_by_role("button", name=say.button("customers/privacy.confirm"))
    expect(dialog.get_by_text(say("customers/privacy.goes"), exact=True)).to_be_visible()
    expect(confirm).to_be_disabled()
    assert walk.faults() == []
    word = say("shared/i18n/privacy-words.word")
    dialog.get_by_label(say("shared/i18n/privacy-words.typeWord", word)).fill(word)
    confirm.click()
    expect(page.get_by_text(say("customers/privacy.started"))).to_be_visible()

    walk.go("/privacy")
    who = page.get_by_role("link", name=f"#{customer_id}", exact=True)
    row = page.get_by_role("table", name=say("privacy.tabs.erasures")).get_by_role("row").filter(has=who)
    expect(row.get_by_text(say("privacy.clean"))).to_be_visible(timeout=180_000)
    assert walk.faults() == []
    with page.expect_download() as proof:
        row.get_by_role("link", name=say.button("privacy.certificate")).click()
    certificate = saved(proof.value, tmp_path)
    text = certificate.read_text()
    signature = re.fullmatch(r"erasure-\d+-([0-9a-f]{64})\.json", certificate.name)
    assert signature is not None
    assert is_genuine(ensure_secret_key(load_settings({}, home=demo.home)), text, signature[1])
    assert json.loads(text)["customer_id"] == customer_id

    who.click()
    expect(page.get_by_role("heading", name=say("customers/privacy.erasedTitle"), level=1)).to_be_visible()
    settings = load_settings({}, home=demo.home)
    with open_installation(settings) as installation:
        assert find_traces(installation.database, installation.columns, settings.home, values).traces == []
    after = walk.ask("GET", "/api/summary")
    for name in ("customers", "buyers", "repeat_buyers", "orders", "revenue_fen"):
        assert after[name] >= before[name], name  # nothing is lost; others may come and buy meanwhile


@pytest.mark.both
def test_a_copy_is_made_and_kept_for_whoever_asked(walk: Walk, say: Words) -> None:
    page = walk.page
    customer = walk.ask("GET", "/api/customers?size=50")["rows"][40]
    customer_id = customer["customer_id"]
    walk.go(f"/customers/{customer_id}")
    page.get_by_role("button", name=say("customers/privacy.export")).click()
    dialog = page.get_by_role("dialog", name=say("customers/privacy.exportTitle"))
    dialog.get_by_role("button", name=say("customers/privacy.exportStart")).click()
    expect(dialog.get_by_role("link", name=say.button("customers/privacy.download"))).to_be_visible()
    assert walk.faults() == []
    dialog.get_by_role("button", name=say.button("customers/privacy.close")).last.click()
    walk.go("/privacy/exports")
    rows = page.get_by_role("table", name=say("privacy.tabs.exports")).get_by_role("row")
    mine = rows.filter(has=page.get_by_role("link", name=customer["display_name"], exact=True)).first
    expect(mine).to_contain_text(say("privacy.states.done"))
    with page.expect_download() as copy:
        mine.get_by_role("link", name=say.button("privacy.download")).click()
    with zipfile.ZipFile(copy.value.path()) as archive:
        assert "data.json" in archive.namelist()
    assert walk.faults() == []


def test_retention_is_tried_and_saved(walk: Walk, say: Words) -> None:
    page = walk.page
    rules = {rule["name"]: rule for rule in walk.ask("GET", "/api/privacy/retention")["classes"]}
    anonymous = rules["anonymous"]
    walk.go("/privacy/retention")
    field = page.get_by_label(f"{anonymous[say.language]} · {say('privacy.days')}")
    field.fill(str(anonymous["days"] + 1000))
    page.get_by_role("button", name=say.button("privacy.preview")).click()
    expect(page.get_by_text(say("privacy.nothing")).first).to_be_visible()
    assert walk.faults() == []
    page.get_by_role("button", name=say.button("privacy.save")).click()
    expect(page.get_by_text(say("privacy.saved"))).to_be_visible()

"""A form acted in a browser: made, published, answered on a phone, and what came of it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from siyu.faces.h5.forms_words import FORM_WORDS
from tests.e2e.conftest import Demo
from tests.e2e.sweeping import Walk
from tests.e2e.words import Words

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.50"


def answer_on_a_phone(browser: Browser, demo: Demo, url: str) -> None:
    context = browser.new_context(
        base_url=demo.url, viewport={"width": 390, "height": 844}, locale="zh-CN", user_agent=PHONE
    )
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto(url)
    expect(page.get_by_label("您的城市")).to_be_hidden()
    page.get_by_text("想学", exact=True).click()
    page.get_by_label("您的城市").fill("苏州")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", name="提交成功")).to_be_visible()
    page.goto(url)
    expect(page.get_by_role("heading", name="您已经填写过了")).to_be_visible()
    context.close()


def test_a_form_is_made_answered_on_a_phone_and_told_of(walk: Walk, say: Words, browser: Browser, demo: Demo) -> None:
    page, question, more = walk.page, say("forms.question"), say("forms.more")
    walk.go("/forms")
    expect(page.get_by_role("link", name="报名调查 · 零基础茶艺训练营")).to_be_visible()
    page.get_by_role("button", name=say("forms.create")).click()
    page.get_by_label(say("forms.name"), exact=True).fill(f"开春班意向 · {say.language}")
    page.get_by_label(say("forms.choice", 1), exact=True).fill("想学")
    page.get_by_label(say("forms.choice", 2), exact=True).fill("再看看")
    page.get_by_label(question, exact=True).fill("您想学吗？")
    page.get_by_role("button", name=more).click()
    page.get_by_label(say("forms.attribute"), exact=True).fill("camp_wish")
    page.get_by_role("button", name=say("forms.addQuestion")).click()
    page.get_by_role("menuitem", name=say("forms.kinds.city")).click()
    second = page.get_by_role("listitem", name=f"2. {say('forms.kinds.city')}")
    second.get_by_label(question, exact=True).fill("您的城市")
    second.get_by_role("button", name=more).click()
    walk.choose(second.get_by_role("combobox", name=say("forms.showIf")), say("forms.onlyIf", "您想学吗？"))
    phone = page.frame_locator("iframe")
    depends = FORM_WORDS["zh" if say.language == "zh" else "en"]["when"].format(choices="想学")
    expect(phone.get_by_text(depends)).to_be_visible()
    assert walk.faults() == []
    page.get_by_role("button", name=say.button("shared/ui/definition.publish")).click()
    url = page.get_by_label(say("forms.url"), exact=True).input_value()

    answer_on_a_phone(browser, demo, url)

    page.reload()
    expect(page.get_by_role("list", name="您想学吗？").get_by_text("1 · 100%")).to_be_visible()
    page.get_by_role("radiogroup", name=say("forms.tabsLabel")).get_by_text(say("forms.answers"), exact=True).click()
    page.get_by_role("list", name=say("forms.answers"), exact=True).get_by_role("link").first.click()
    expect(page).to_have_url(re.compile("/customers/"))
    expect(page.get_by_text("苏州").first).to_be_visible()
    assert walk.faults() == []
    customer_id = int(page.url.rpartition("/")[2])
    timeline = walk.ask("GET", f"/api/customers/{customer_id}/timeline")["rows"]
    assert "form_answered" in [event["name"] for event in timeline]

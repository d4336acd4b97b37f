"""Journeys that part ways, in a browser."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.test_console import log_in


def test_an_experiment_decides_in_a_journey_and_says_so(page: Page) -> None:
    log_in(page)
    page.get_by_role("link", name="旅程", exact=True).click()
    page.get_by_role("link", name="新客欢迎礼").click()
    expect(page.get_by_role("region", name="先不打扰")).to_contain_text("33.3%")
    page.get_by_role("button", name="编辑").click()
    page.get_by_label("由谁来分").click()
    page.get_by_title("唤醒老客：先说券还是先说茶").click()
    arm = page.get_by_role("region", name="先说茶", exact=True)
    arm.get_by_role("button", name="加一段等待").click()
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_role("heading", name="新客欢迎礼")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="唤醒老客：先说券还是先说茶").click()
    users = page.get_by_role("region", name="用在这些旅程里")
    expect(users.get_by_role("link", name="新客欢迎礼")).to_be_visible()
    expect(users.get_by_role("link", name="唤醒沉睡老客")).to_be_visible()

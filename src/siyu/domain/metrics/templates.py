"""The metrics that Siyu brings along: customers' way from coming in (acquisition) over being cared for (operation) to buying
(transaction). Each is a metric like any other: a brand edits or deletes it. What no event tells of yet is not among them."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from siyu.domain.definitions.contracts import EventMatch, Filter
from siyu.domain.metrics.language import (
    ActsMeasure,
    CostMeasure,
    EventsMeasure,
    FormulaMeasure,
    MeasureOf,
    Metric,
    Over,
    Unit,
)

PAID, REFUNDED, CREATED, PLACED, LOST = (
    "order_paid",
    "order_refunded",
    "profile_created",
    "order_completed",
    "lead_lost",
)
SHARED = ("link_forwarded", "share_sent")
"""What a customer did in Siyu's own pages and in the company's, as with reading, forms and coupons."""
INVITED = Filter("join_scene", "is", "invited")
TRIAL, FULL = Filter("price_kind", "is", "trial"), Filter("price_kind", "is", "full")
"""What shops say of an order, where they sell something to try: `docs/guides/metrics.md`."""
Board = Literal["acquisition", "operation", "transaction"]


def shipped_metrics(currency: str) -> list[Metric]:
    """All of them, each after those that it is made of. Money is the company's own currency."""
    return [*_acquisition(), *_operation(), *_transaction(currency), *_costs()]


def _count(*events: str, over: Over = "period") -> EventsMeasure:
    return EventsMeasure(tuple(EventMatch(event) for event in events), "count", over=over)


def _people_of(event: str, *where: Filter) -> EventsMeasure:
    return EventsMeasure((EventMatch(event, where),), "people")


def _people(
    *events: str,
    turn: Literal["every", "first", "later"] = "every",
    at_least: int = 1,
    over: Over = "period",
) -> EventsMeasure:
    matches = tuple(EventMatch(event) for event in events)
    return EventsMeasure(matches, "people", turn=turn, at_least=at_least, over=over)


def _metric(board: Board, unit: Unit, key: str, zh: str, en: str, of: MeasureOf | str) -> Metric:
    return Metric(key, zh, en, FormulaMeasure(of) if isinstance(of, str) else of, unit, board=board)


def _acquisition() -> list[Metric]:
    def people(key: str, zh: str, en: str, of: MeasureOf | str) -> Metric:
        return _metric("acquisition", "people", key, zh, en, of)

    return [
        people("visitors", "访客数", "Visitors", _people("page_viewed", "screen_viewed")),
        people("scanners", "扫码人数", "Customers who scanned a code", _people("code_viewed", "account_scanned")),
        people(
            "form_submitters", "留资人数", "Customers who filled in a form", _people("form_answered", "form_submitted")
        ),
        people("adds", "新增好友", "Customers who added an adviser", _people("contact_added")),
        people("new_customers", "新增客户", "New customers", _people(CREATED, turn="first")),
        people("group_joiners", "新入群人数", "New group members", _people("group_joined", turn="first")),
        people("coupon_claimers", "领券人数", "Customers who got coupons", _people("coupon_issued", "coupon_claimed")),
        people("sharers", "分享人数", "Customers who shared", _people(*SHARED)),
        people("first_sharers", "首次分享人数", "First-time sharers", _people(*SHARED, turn="first")),
        _metric(
            "acquisition",
            "ratio",
            "add_rate",
            "加粉率",
            "Visitors to new customers",
            "new_customers / visitors",
        ),
        _metric("acquisition", "ratio", "share_rate", "分享率", "Share rate", "sharers / visitors"),
    ]


def _operation() -> list[Metric]:
    def of_people(key: str, zh: str, en: str, of: MeasureOf | str, *, is_bad: bool = False) -> Metric:
        return replace(_metric("operation", "people", key, zh, en, of), up_is="bad" if is_bad else "good")

    def ratio(key: str, zh: str, en: str, of: str, *, is_bad: bool = False) -> Metric:
        return replace(_metric("operation", "ratio", key, zh, en, of), up_is="bad" if is_bad else "good")

    def count(key: str, zh: str, en: str, of: MeasureOf | str) -> Metric:
        return _metric("operation", "count", key, zh, en, of)

    withdrawn = (Filter("state", "is", "withdrawn"), Filter("purpose", "is", "marketing"))
    unsubscribed = EventsMeasure((EventMatch("consent_changed", withdrawn),), "people")
    return [
        of_people("customers", "客户总数", "Customers", _people(CREATED, over="ever")),
        of_people("active", "活跃客户", "Active customers", ActsMeasure()),
        of_people("active_30d", "近 30 天活跃", "Active in 30 days", ActsMeasure(over="rolling", days=30)),
        of_people("active_90d", "近 90 天活跃", "Active in 90 days", ActsMeasure(over="rolling", days=90)),
        of_people("active_180d", "近 180 天活跃", "Active in 180 days", ActsMeasure(over="rolling", days=180)),
        of_people("silent", "沉默客户（90 天）", "Silent for 90 days", "customers - active_90d", is_bad=True),
        of_people("lost", "流失客户（180 天）", "Lost for 180 days", "customers - active_180d", is_bad=True),
        ratio("active_rate", "活跃率（30 天）", "Active rate (30 days)", "active_30d / customers"),
        ratio("lost_rate", "流失率（180 天）", "Loss rate (180 days)", "lost / customers", is_bad=True),
        of_people(
            "group_members_ever",
            "累计入群客户",
            "Customers who ever joined a group",
            _people("group_joined", over="ever"),
        ),
        of_people("invited", "受邀入群人数", "Customers invited into a group", _people_of("group_joined", INVITED)),
        count(
            "group_joins_ever", "累计入群人次", "Times a group was joined so far", _count("group_joined", over="ever")
        ),
        count("group_leaves_ever", "累计退群人次", "Times a group was left so far", _count("group_left", over="ever")),
        count("in_groups", "在群人次", "Places taken in groups", "group_joins_ever - group_leaves_ever"),
        of_people("group_leavers", "退群人数", "Customers who left a group", _people("group_left"), is_bad=True),
        of_people(
            "adviser_deleters",
            "删除顾问的客户",
            "Customers who deleted their adviser",
            _people("contact_deleted_staff"),
            is_bad=True,
        ),
        of_people("checked_in", "打卡人数", "Customers who checked in", _people("checked_in")),
        of_people("readers", "阅读人数", "Readers", _people("material_read", "article_read")),
        count("messages_sent", "发送消息数", "Messages sent", _count("message_sent")),
        of_people("message_receivers", "触达人数", "Customers reached", _people("message_sent")),
        of_people("message_clickers", "点击人数", "Customers who clicked", _people("message_clicked")),
        ratio("message_click_rate", "消息点击率", "Click rate", "message_clickers / message_receivers"),
        of_people("unsubscribed", "退订人数", "Customers who unsubscribed", unsubscribed, is_bad=True),
        ratio("unsubscribe_rate", "退订率", "Unsubscribe rate", "unsubscribed / message_receivers", is_bad=True),
    ]


def _costs() -> list[Metric]:
    """After all that they are made of."""

    def made(unit: Unit, key: str, zh: str, en: str, of: MeasureOf | str, *, is_bad: bool = True) -> Metric:
        return replace(_metric("acquisition", unit, key, zh, en, of), up_is="bad" if is_bad else "good")

    return [
        replace(made("money_fen", "cost_fen", "花费", "Costs", CostMeasure()), up_is="neither"),
        made("money_fen", "cost_per_add", "新客成本", "Cost per new customer", "cost_fen / new_customers"),
        made("money_fen", "cost_per_buyer", "首购成本", "Cost per first-time buyer", "cost_fen / new_buyers"),
        made("number", "roi", "投产比", "Return on spend", "paid_fen / cost_fen", is_bad=False),
    ]


def _transaction(currency: str) -> list[Metric]:
    own = (Filter("currency", "is", currency),)

    def money(key: str, zh: str, en: str, of: MeasureOf | str, *, split: str | None = None) -> Metric:
        return replace(_metric("transaction", "money_fen", key, zh, en, of), split=split)

    def ratio(key: str, zh: str, en: str, of: str, *, is_bad: bool = False) -> Metric:
        return replace(_metric("transaction", "ratio", key, zh, en, of), up_is="bad" if is_bad else "good")

    def people(key: str, zh: str, en: str, of: MeasureOf) -> Metric:
        return _metric("transaction", "people", key, zh, en, of)

    def amount(
        event: str,
        turn: Literal["every", "first", "later"] = "every",
        measure: Literal["sum", "average"] = "sum",
    ) -> EventsMeasure:
        return EventsMeasure((EventMatch(event, own),), measure, "total_fen", turn=turn)

    return [
        _metric("transaction", "count", "orders", "支付订单数", "Paid orders", _count(PAID)),
        people("buyers", "购买人数", "Buyers", _people(PAID)),
        people("new_buyers", "首购人数", "First-time buyers", _people(PAID, turn="first")),
        people("buyers_ever", "累计购买客户", "Buyers so far", _people(PAID, over="ever")),
        people("repeat_buyers", "累计复购客户", "Repeat buyers so far", _people(PAID, at_least=2, over="ever")),
        people("trial_buyers", "体验价购买人数", "Buyers at the trial price", _people_of(PLACED, TRIAL)),
        people("full_price_buyers", "正价购买人数", "Buyers at the full price", _people_of(PLACED, FULL)),
        ratio("trial_rate", "体验转化率", "New customers to trial buyers", "trial_buyers / new_customers"),
        ratio("full_price_rate", "正价转化率", "Trial to full-price buyers", "full_price_buyers / trial_buyers"),
        replace(_metric("transaction", "count", "lost_leads", "丢单数", "Leads lost", _count(LOST)), up_is="bad"),
        ratio("buyer_share", "购买率", "Buyer share", "buyers / active"),
        ratio("first_conversion", "新客转化率", "New customers to first buyers", "new_buyers / new_customers"),
        ratio("repeat_rate", "复购率", "Repeat rate", "repeat_buyers / buyers_ever"),
        _metric("transaction", "number", "orders_per_buyer", "人均订单数", "Orders per buyer", "orders / buyers"),
        money("ticket", "客单价", "Ticket", amount(PAID, measure="average")),
        money("paid_fen", "成交额", "Paid amount", amount(PAID), split="buyers * orders_per_buyer * ticket"),
        money("first_paid_fen", "新客成交额", "Paid by first orders", amount(PAID, "first")),
        money("later_paid_fen", "老客成交额", "Paid by later orders", amount(PAID, "later")),
        money("turnover", "成交额（新客 + 老客）", "Turnover, new and old", "first_paid_fen + later_paid_fen"),
        replace(money("refunded_fen", "退款额", "Refunded amount", amount(REFUNDED)), up_is="bad"),
        money("revenue", "净收入", "Revenue", "paid_fen - refunded_fen"),
        ratio("refund_rate", "退款率（金额）", "Refund rate", "refunded_fen / paid_fen", is_bad=True),
        money("arpu", "ARPU", "ARPU", "buyer_share * orders_per_buyer * ticket"),
    ]

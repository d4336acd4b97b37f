"""What the columns of a file probably mean: told by their names, in Chinese and English, and by what is in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Literal

from siyu.domain.customers.contracts import BadIdentityError, normal_identity
from siyu.engines.intake.importing_cells import ValueType
from siyu.engines.intake.importing_costs import CostColumns
from siyu.engines.intake.importing_customers import AttributeColumn, ConsentColumn, IdentityColumn
from siyu.engines.intake.importing_events import EventColumns
from siyu.engines.intake.importing_mapping import AnyColumns
from siyu.engines.intake.importing_orders import OrderColumns
from siyu.engines.intake.tables import Row

RowKind = Literal["orders", "customers", "events", "costs"]

_NOT_A_WORD = re.compile(r"[\W_]+")
_PHONE = re.compile(r"(\+?86)?1[3-9]\d{9}")
_NUMBER = re.compile(r"-?\d{1,15}(\.\d+)?")
_DAY = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?([T ].*)?")

_IDENTITIES: Mapping[str, str] = {
    "member_id": "会员号 会员编号 会员id 会员卡号 卡号 客户编号 客户id 客户号 memberid member customerid customer"
    " cardno 会员 客户",
    "phone": "手机 手机号 手机号码 联系手机 电话 电话号码 联系电话 收货人手机 买家手机 会员手机 phone mobile tel"
    " cellphone phonenumber mobilephone mobilenumber telephone",
    "email": "邮箱 电子邮箱 电子邮件 邮件地址 email mail emailaddress",
    "unionid": "unionid",
    "openid": "openid 微信openid",
    "external_userid": "外部联系人id externaluserid",
    "user_id": "用户id 用户编号 用户 用户号 userid uid user",
    "anonymous_id": "匿名id 设备id anonymousid deviceid",
}
_ROLES: Mapping[str, str] = {
    "order_id": "订单号 订单编号 订单id 主订单编号 子订单编号 交易号 交易编号 交易单号 流水号 单号 小票号 orderid"
    " orderno ordernumber ordersn tradeno transactionid transactionno invoice invoiceno",
    "paid_at": "付款时间 支付时间 订单付款时间 实付时间 成交时间 交易时间 消费时间 付款日期 支付日期 交易日期"
    " 消费日期 下单时间 下单日期 订单时间 订单日期 paidat paytime paymenttime paiddate paymentdate"
    " paidtime orderdate ordertime purchasedate invoicedate 日期 时间 date time datetime createdat"
    " 创建时间",
    "total": "实付金额 实付款 实际支付金额 买家实际支付金额 支付金额 付款金额 实收金额 实收 消费金额 成交金额"
    " 交易金额 订单金额 订单总额 总金额 应付金额 金额 amountpaid paidamount totalamount ordertotal total"
    " amount revenue grandtotal dollarvalue price",
    "quantity": "数量 件数 商品数量 商品件数 购买数量 宝贝总数量 quantity qty itemcount items numberofcds 总数量",
    "at": "时间 发生时间 事件时间 行为时间 访问时间 日期 timestamp eventtime occurredat happenedat time date"
    " datetime at createdat",
    "event": "事件 事件名 事件名称 行为 行为类型 动作 event eventname eventtype action behaviortype type",
    "message_id": "消息id 消息号 事件id messageid eventid msgid uuid",
    "spent_on": "日期 投放日期 花费日期 消耗日期 统计日期 时间 date day spenton statdate",
    "spent": "花费 消耗 消费 费用 投放金额 投放费用 花费金额 消耗金额 成本 广告花费 总花费 cost spend spent adspend amountspent",
    "channel": "渠道 渠道名称 媒体 平台 来源 投放渠道 channel media platform source utmsource",
    "campaign": "活动 活动名称 计划 计划名称 推广计划 广告计划 广告组 campaign campaignname utmcampaign",
    "content": "内容 素材 素材名称 创意 创意名称 广告创意 content creative adname utmcontent",
    "note": "备注 说明 note remark comment",
    "cost_key": "流水号 记录号 记录编号 行号 编号 costid rowid recordid",
    "first_seen_at": "注册时间 注册日期 入会时间 入会日期 开卡时间 开卡日期 加入时间 首次到店时间 创建时间 registeredat"
    " registertime signupdate signedupat joinedat joindate firstseenat firstseen createdat created",
}
_ATTRIBUTES: Mapping[str, str] = {
    "name": "姓名 名字 名称 客户姓名 会员姓名 客户名称 name fullname customername",
    "nickname": "昵称 微信昵称 nickname",
    "gender": "性别 gender sex",
    "birthday": "生日 出生日期 出生年月 birthday birthdate dateofbirth",
    "city": "城市 所在城市 city",
    "province": "省份 省 所在省份 province state",
    "district": "区县 区 district",
    "level": "等级 会员等级 客户等级 级别 level tier grade",
    "store": "门店 所属门店 店铺 store shop",
}
_CONSENT = re.compile(r"授权|同意|订阅|接收|允许|consent|optin|subscri|accept|agree", re.IGNORECASE)
_CHANNELS: Mapping[str, str] = {"sms": "短信|sms", "mail": "邮件|邮箱|email|mail", "wecom": "企微|企业微信|wecom"}


@dataclass(frozen=True, slots=True)
class OrderGuess:
    """Columns of orders, where they can be told."""

    customer: str | None
    customer_kind: str
    order_id: str | None
    paid_at: str | None
    total: str | None
    quantity: str | None


@dataclass(frozen=True, slots=True)
class EventGuess:
    """Columns of events, where they can be told."""

    customer: str | None
    customer_kind: str
    at: str | None
    event: str | None
    message_id: str | None


@dataclass(frozen=True, slots=True)
class CostGuess:
    """Columns of costs, where they can be told."""

    spent_on: str | None
    amount: str | None
    channel: str | None
    campaign: str | None
    content: str | None
    note: str | None
    cost_key: str | None


@dataclass(frozen=True, slots=True)
class CustomerGuess:
    """Columns of customers."""

    identities: tuple[IdentityColumn, ...]
    attributes: tuple[AttributeColumn, ...]
    consents: tuple[ConsentColumn, ...]
    first_seen_at: str | None


@dataclass(frozen=True, slots=True)
class Guess:
    """What a file probably holds, and how its columns would be understood as each of the four. `is_remembered` where an
    earlier import had these columns."""

    kind: RowKind
    orders: OrderGuess
    customers: CustomerGuess
    events: EventGuess
    costs: CostGuess
    is_remembered: bool = False


def guess(columns: Sequence[str], sample: Sequence[Row], remembered: Sequence[AnyColumns] = ()) -> Guess:
    """A guess for these columns, some rows of them, and how earlier files were understood (the latest first)."""
    identities = identity_columns(columns, sample)
    customer, kind = (identities[0].column, identities[0].kind) if identities else (None, "member_id")
    found = {role: _by_name(columns, names) for role, names in _ROLES.items()}
    orders = OrderGuess(customer, kind, found["order_id"], found["paid_at"], found["total"], found["quantity"])
    events = EventGuess(customer, kind, found["at"], found["event"], found["message_id"])
    customers = _customers(columns, sample, identities, found["first_seen_at"])
    roles = ("spent_on", "spent", "channel", "campaign", "content", "note", "cost_key")
    costs = CostGuess(*(found[role] for role in roles))
    likely: RowKind = "customers"
    if costs.spent_on and costs.amount and customer is None:
        likely = "costs"
    elif orders.total and orders.paid_at:
        likely = "orders"
    elif events.event and events.at:
        likely = "events"
    told = Guess(likely, orders, customers, events, costs)
    return _as_remembered(told, columns, remembered)


def _as_remembered(told: Guess, columns: Sequence[str], remembered: Sequence[AnyColumns]) -> Guess:
    for mapping in remembered:
        if not set(mapping.columns_needed) <= set(columns):
            continue
        if isinstance(mapping, OrderColumns):
            names = (mapping.customer, mapping.customer_kind, mapping.order_id, mapping.paid_at, mapping.total)
            orders = OrderGuess(*names, mapping.quantity)
            return replace(told, kind="orders", orders=orders, is_remembered=True)
        if isinstance(mapping, EventColumns):
            event = EventGuess(mapping.customer, mapping.customer_kind, mapping.at, mapping.event, mapping.message_id)
            return replace(told, kind="events", events=event, is_remembered=True)
        if isinstance(mapping, CostColumns):
            cost = CostGuess(*(getattr(mapping, field.name) for field in fields(CostGuess)))
            return replace(told, kind="costs", costs=cost, is_remembered=True)
        whole = CustomerGuess(mapping.identities, mapping.attributes, mapping.consents, mapping.first_seen_at)
        return replace(told, kind="customers", customers=whole, is_remembered=True)
    return told


def _normal(name: str) -> str:
    return _NOT_A_WORD.sub("", unicodedata.normalize("NFKC", name)).lower()


def _by_name(columns: Sequence[str], names: str) -> str | None:
    """The column of that name; of several the one whose name comes first."""
    normal = {_normal(column): column for column in reversed(columns)}
    return next((normal[name] for name in names.split() if name in normal), None)


def identity_columns(columns: Sequence[str], sample: Sequence[Row]) -> tuple[IdentityColumn, ...]:
    """The columns that probably hold identities, at most one of each kind."""
    found: list[IdentityColumn] = []
    for kind, names in _IDENTITIES.items():
        column = _by_name(columns, names)
        if column is None and kind == "phone":
            column = next((each for each in columns if _mostly(sample, each, _PHONE)), None)
        if column is not None and all(each.column != column for each in found) and _holds(sample, column, kind):
            found.append(IdentityColumn(column, kind))
    return tuple(found)


def _holds(sample: Sequence[Row], column: str, kind: str) -> bool:
    """Whether most of what is in a column can be an identity of that kind."""
    texts = [text for row in sample if (text := row.cells.get(column, "").strip())]
    good = 0
    for text in texts:
        try:
            normal_identity(kind, text)
        except BadIdentityError:
            continue
        good += 1
    return good * 2 >= len(texts)


def _customers(
    columns: Sequence[str], sample: Sequence[Row], identities: Sequence[IdentityColumn], first_seen_at: str | None
) -> CustomerGuess:
    taken = {each.column for each in identities} | {first_seen_at, ""}
    consents = []
    for column in columns:
        channels = [name for name, words in _CHANNELS.items() if re.search(words, column, re.IGNORECASE)]
        if column not in taken and channels and _CONSENT.search(column):
            consents.append(ConsentColumn(column, channels[0]))
            taken.add(column)
    known = {_by_name(columns, names): name for name, names in _ATTRIBUTES.items()}
    attributes = [
        AttributeColumn(column, known.get(column, column), _type(sample, column))
        for column in columns
        if column not in taken
    ]
    return CustomerGuess(tuple(identities), tuple(attributes), tuple(consents), first_seen_at)


def _type(sample: Sequence[Row], column: str) -> ValueType:
    if _mostly(sample, column, _DAY):
        return "day"
    texts = [text for row in sample if (text := row.cells.get(column, "").strip())]
    is_number = bool(texts) and all(_NUMBER.fullmatch(text) and not re.match(r"-?0\d", text) for text in texts)
    return "number" if is_number and max(map(len, texts)) < 11 else "text"


def _mostly(sample: Sequence[Row], column: str, pattern: re.Pattern[str]) -> bool:
    texts = [text for row in sample if (text := row.cells.get(column, "").strip())]
    return bool(texts) and sum(bool(pattern.fullmatch(text)) for text in texts) * 10 >= len(texts) * 9

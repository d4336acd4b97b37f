"""The made-up brand: 晨曦茶饮 Chenxi Tea, stores in nine cities, a mini-program, a community. Names of nobody."""

from __future__ import annotations

from dataclasses import dataclass

from siyu.world.population.chance import Weighted

BRAND_NAME = "晨曦茶饮 Chenxi Tea"


@dataclass(frozen=True, slots=True)
class Store:
    """A store; `name` is unique in the brand."""

    name: str
    city: str
    province: str
    region: str


@dataclass(frozen=True, slots=True)
class Product:
    """Something to drink or eat."""

    product_id: str
    name: str
    category: str
    price_fen: int


@dataclass(frozen=True, slots=True)
class Coupon:
    """Takes `off_fen` off an order of at least `from_fen`."""

    coupon_id: str
    name: str
    off_fen: int
    from_fen: int


@dataclass(frozen=True, slots=True)
class Level:
    """A level of membership, reached by spending."""

    name: str
    from_fen: int


def _stores(region: str, province: str, city: str, *places: str) -> list[Store]:
    return [Store(f"{city}{place}店", city, province, region) for place in places]


STORES: tuple[Store, ...] = (
    *_stores("华东", "上海", "上海", "人民广场", "徐家汇", "五角场"),
    *_stores("华东", "浙江", "杭州", "湖滨", "滨江"),
    *_stores("华东", "江苏", "南京", "新街口"),
    *_stores("华东", "江苏", "苏州", "观前街"),
    *_stores("华南", "广东", "广州", "天河城", "北京路"),
    *_stores("华南", "广东", "深圳", "海岸城", "华强北"),
    *_stores("华南", "福建", "厦门", "中山路"),
    *_stores("华北", "北京", "北京", "三里屯", "五道口", "国贸"),
    *_stores("华北", "天津", "天津", "滨江道"),
)
REGIONS = ("华东", "华南", "华北")

_STORES_IN = {city: tuple(store for store in STORES if store.city == city) for city in {store.city for store in STORES}}
_CITY_WEIGHTS = {
    "上海": 24,
    "北京": 16,
    "杭州": 13,
    "深圳": 12,
    "广州": 11,
    "南京": 8,
    "苏州": 7,
    "厦门": 5,
    "天津": 4,
}
STORE_CHOICES: Weighted[Store] = Weighted(
    {store: _CITY_WEIGHTS[store.city] / len(_STORES_IN[store.city]) for store in STORES}
)

_MENU: tuple[tuple[str, str, int, float], ...] = (
    ("晨曦龙井鲜奶茶", "鲜奶茶", 19, 14),
    ("桂花乌龙鲜奶茶", "鲜奶茶", 18, 12),
    ("茉莉雪芽", "鲜奶茶", 17, 11),
    ("大红袍烤奶", "鲜奶茶", 20, 7),
    ("满杯杨梅", "水果茶", 22, 8),
    ("柠檬凤凰单丛", "水果茶", 18, 10),
    ("多肉葡萄冻冻", "水果茶", 23, 11),
    ("芒果西柚甘露", "水果茶", 24, 6),
    ("手捣香水柠檬茶", "水果茶", 16, 9),
    ("冷萃高山乌龙", "纯茶", 14, 5),
    ("老白茶热饮", "纯茶", 15, 3),
    ("厚芋泥波波", "季节限定", 25, 8),
    ("酒酿桂花冻", "季节限定", 26, 4),
    ("海盐芝士贝果", "烘焙", 16, 4),
    ("茶香巴斯克", "烘焙", 28, 3),
    ("晨曦随行杯", "周边", 89, 0.5),
)
PRODUCTS: tuple[Product, ...] = tuple(
    Product(f"P{number:03d}", name, category, price_yuan * 100)
    for number, (name, category, price_yuan, _) in enumerate(_MENU, 1)
)
PRODUCT_CHOICES: Weighted[Product] = Weighted(
    {product: weight for product, (_, _, _, weight) in zip(PRODUCTS, _MENU, strict=True)}
)
DRINKS: Weighted[Product] = Weighted(
    {
        product: weight
        for product, (_, category, _, weight) in zip(PRODUCTS, _MENU, strict=True)
        if category not in {"烘焙", "周边"}
    }
)

COUPONS: tuple[Coupon, ...] = (
    Coupon("C01", "新人立减 6 元", 600, 1500),
    Coupon("C02", "会员日满 30 减 8", 800, 3000),
    Coupon("C03", "第二杯半价", 900, 3400),
    Coupon("C04", "社群专享 5 元券", 500, 2000),
)
NEWCOMER_COUPON, MEMBER_DAY_COUPON = COUPONS[0], COUPONS[1]

LEVELS: tuple[Level, ...] = (
    Level("新芽会员", 0),
    Level("银叶会员", 20_000),
    Level("金叶会员", 60_000),
    Level("黑金会员", 150_000),
)
"""From the first to the highest."""

PAGES: Weighted[tuple[str, str]] = Weighted(
    {
        ("/menu", "点单菜单"): 10,
        ("/home", "首页"): 8,
        ("/member", "会员中心"): 5,
        ("/coupons", "领券中心"): 5,
        ("/stores", "附近门店"): 3,
        ("/community", "茶友社群"): 2,
    }
)
"""(path, title) of the mini-program's pages."""

ARTICLES: tuple[str, ...] = (
    "一片龙井的春天：明前茶产地手记",
    "为什么我们的奶茶不用植脂末",
    "会员日攻略：这样点最划算",
    "夏天第一杯水果茶，怎么选不踩雷",
    "茶师手记：乌龙的十二道焙火",
    "秋冬热饮菜单上新",
)
GROUP_NAMES: tuple[str, ...] = ("茶友福利群", "早八续命群", "新品试喝群")
STORE_SOURCE = "门店扫码"
FRIEND_SOURCE, ACCOUNT_SOURCE = "朋友推荐", "公众号"

"""The made-up brand: 明理财商 Mingli Finance, courses about money for everybody, begun by a camp for one yuan. Names of nobody.

It teaches how to keep accounts, to plan and to see through promises; it sells no products of finance and promises no returns.
"""

from __future__ import annotations

from dataclasses import dataclass

from siyu.world.population.chance import Weighted

BRAND_NAME = "明理财商 Mingli Finance"
CLASS_PEOPLE_MAX = 200
"""No class of a term, and no group of a class, has more."""


@dataclass(frozen=True, slots=True)
class Product:
    """A course. `price_kind` is "trial" for what is cheap to begin with, else "full"."""

    product_id: str
    name: str
    category: str
    price_fen: int
    price_kind: str


CAMP = Product("K001", "7天理财小白营", "训练营", 100, "trial")
COURSE = Product("K101", "财富自由实战课", "正式课", 198_000, "full")
VIP = Product("K201", "明理年度 VIP", "年度会员", 980_000, "full")
PRODUCTS = (CAMP, COURSE, VIP)
LEVELS = ("小白营学员", "正式学员", "VIP 学员")
"""What somebody is who bought each of the products."""


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody the brand speaks as, and to whom."""

    key: str
    title: str
    name: str
    purpose: str


PERSONAS = (
    Persona("founder", "创始人", "明理老周", "品牌故事、大方向、重要直播；面向所有人"),
    Persona("assistant", "福利官", "福利官小满", "新朋友的第一站：资料、活动、答疑"),
    Persona("expert", "财经专家", "方老师", "正式学员与 VIP：专题课、深度答疑"),
    Persona("class_teacher", "班主任", "班主任", "训练营学员：一对一规划、督学、点评作业"),
)
CLASS_TEACHERS = ("安老师", "禾老师", "楠老师", "苗老师", "青老师", "桐老师", "溪老师", "夏老师")
"""Of the classes, in turn; everybody keeps theirs."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where people come from. `medium`, `campaign` and `contents` are what the address of the landing page says of them."""

    name: str
    key: str
    medium: str
    campaign: str
    contents: tuple[str, ...]
    is_video: bool


SOURCES = {
    source.name: source
    for source in (
        Source("抖音", "douyin", "cpc", "一元小白营·短视频", ("月光族自救", "三个账户", "记账真相"), True),
        Source("视频号", "channels", "social", "一元小白营·视频号", ("夫妻怎么管钱", "工资到账先做什么"), True),
        Source("小红书", "xiaohongshu", "social", "一元小白营·笔记", ("存钱打卡笔记", "保单整理笔记"), False),
        Source("公众号文章", "official", "article", "一元小白营·公众号", ("家庭账本模板", "看懂一份合同"), False),
        Source("直播间", "live", "live", "创始人直播", ("18 号直播", "周末直播"), True),
        Source("朋友推荐", "friend", "referral", "老学员推荐", ("邀请海报",), False),
    )
}
FRIEND_SOURCE = "朋友推荐"
ACCOUNT_SOURCE = "公众号文章"
"""Articles of the official account, which those who come by them may follow."""
ACCOUNT_MENU = "公众号菜单"
"""Of that account: there hangs the assistant's code."""
ROOMS = {"上海": "上海徐汇学习室", "杭州": "杭州西湖学习室", "深圳": "深圳南山学习室"}
"""{city: its room for learners}, where the assistant answers at week-ends; her code hangs at the door."""
ROOMS_OPEN_HOURS = (10, 20)

CITIES: Weighted[tuple[str, str]] = Weighted(
    {
        ("成都", "四川"): 9,
        ("重庆", "重庆"): 7,
        ("广州", "广东"): 8,
        ("深圳", "广东"): 8,
        ("上海", "上海"): 8,
        ("北京", "北京"): 8,
        ("杭州", "浙江"): 7,
        ("武汉", "湖北"): 7,
        ("西安", "陕西"): 6,
        ("郑州", "河南"): 6,
        ("长沙", "湖南"): 5,
        ("南京", "江苏"): 5,
        ("苏州", "江苏"): 4,
        ("青岛", "山东"): 4,
        ("沈阳", "辽宁"): 4,
        ("合肥", "安徽"): 4,
    }
)
"""(city, province)."""

LESSONS = (
    "第一课 · 钱都去哪儿了：三步看清家庭账本",
    "第二课 · 先存下来：三个账户与应急金",
    "第三课 · 认识风险：什么样的承诺不能信",
    "第四课 · 保障先行：看懂一张保单",
    "第五课 · 定投是什么：原理、误区与纪律",
    "第六课 · 目标倒推：孩子、养老与房子",
    "第七课 · 我的一页纸家庭规划",
)
"""Of the camp's days 1 to 7."""
QUIZ_DAYS = (3, 7)
LIVE_DAY, LIVE_TITLE = 6, "创始人直播：普通家庭的一页纸规划"
OFFER_DAYS = (5, 6, 7)

ARTICLES = (
    "发工资那天，先做这三件事",
    "看懂一份理财合同的十个关键词",
    "为什么说“稳赚不赔”一定是骗局",
    "家庭应急金该存几个月",
    "给孩子的第一堂金钱课",
    "退休之前要算清的三笔账",
)
VIDEOS = (
    "月光族怎么存下第一个一万",
    "三分钟讲清三个账户",
    "记账半年，我发现的真相",
    "夫妻之间怎么谈钱",
    "副业之前先算的一笔账",
)
LIVES = ("方老师专题：资产配置的常识", "方老师答疑：你问我答", "创始人月度直播")
STUDENT_PAGES = (("/course", "实战课 · 目录"), ("/course/notes", "实战课 · 笔记"), ("/live", "直播日历"))
PAGES = (("/home", "首页"), ("/articles", "文章"), ("/camp", "7天理财小白营"))
LANDING = ("/camp", "7天理财小白营 · 一元报名")

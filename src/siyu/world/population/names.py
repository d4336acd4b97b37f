"""Names of people who do not exist, put together from common surnames and characters."""

from __future__ import annotations

from siyu.world.population.chance import Chance, Weighted

FEMALE, MALE = "女", "男"

_SURNAMES = Weighted(
    {
        surname: float(weight)
        for surnames, weight in (
            ("王李张刘陈", 7),
            ("杨黄赵吴周", 3.5),
            ("徐孙马朱胡郭何林", 2.2),
            ("高罗郑梁谢宋唐许", 1.4),
            ("韩邓冯曹彭曾肖田", 1.0),
            ("董潘袁蔡蒋余于杜", 0.8),
            ("叶程魏苏吕丁沈任", 0.7),
        )
        for surname in surnames
    }
)
_RARE_SURNAMES = ("欧阳", "上官", "司徒", "诸葛", "慕容")
_FEMALE = "雨欣怡佳思琪梦瑶雅婷诗涵晓雯静宁月桐清悦可心语嫣芷若依然舒曼书妍乐萱沐"
_MALE = "浩宇轩子睿俊杰博文明哲天佑志远嘉伟泽宏凯铭旭晨阳一鸣景行家豪承恩立诚"
RARE_SHARE = 0.012
TWO_CHARACTERS_SHARE = 0.78


def a_name(chance: Chance, gender: str) -> str:
    """A full name, surname first."""
    surname = chance.one_of(_RARE_SURNAMES) if chance.happens(RARE_SHARE) else chance.pick(_SURNAMES)
    characters = _FEMALE if gender == FEMALE else _MALE
    given = chance.one_of(characters)
    if chance.happens(TWO_CHARACTERS_SHARE):
        given += chance.one_of(characters)
    return surname + given

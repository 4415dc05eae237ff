"""Units by one name, however they are written: ``kg``, ``kilograms``, ``公斤``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_FORMS: Final = {
    "kg": "kg kgs kilogram kilograms kilogramme kilogrammes kilo kilos 公斤 千克",
    "g": "g gram grams gramme grammes 克",
    "mg": "mg milligram milligrams 毫克",
    "t": "t ton tons tonne tonnes 吨",
    "oz": "oz ounce ounces 盎司",
    "km": "km kms kilometre kilometres kilometer kilometers 公里 千米",
    "m": "m metre metres meter meters 米",
    "cm": "cm centimetre centimetres centimeter centimeters 厘米",
    "mm": "mm millimetre millimetres millimeter millimeters 毫米",
    "mile": "mile miles mi 英里",
    "ft": "ft foot feet 英尺",
    "in": "inch inches 英寸",
    "km2": "km2 km² square_kilometre square_kilometres "
    "square_kilometer square_kilometers 平方公里 平方千米",
    "m2": "m2 m² sqm square_metre square_metres square_meter square_meters 平方米 平米",
    "ha": "ha hectare hectares 公顷",
    "acre": "acre acres 英亩",
    "mu": "亩",
    "m3": "m3 m³ 立方米",
    "l": "l litre litres liter liters 升 公升",
    "ml": "ml millilitre millilitres milliliter milliliters 毫升",
    "ms": "ms millisecond milliseconds 毫秒",
    "s": "s sec secs second seconds 秒 秒钟",
    "min": "min mins minute minutes 分钟",
    "h": "h hr hrs hour hours 小时 个小时 钟头",
    "day": "day days 天 日",
    "workday": "workday workdays working_day working_days business_day business_days "
    "工作日 个工作日",
    "week": "week weeks 周 星期 个星期 礼拜",
    "month": "month months 个月 月",
    "year": "year years 年",
    "century": "century centuries 世纪",
    "percent": "% percent",
    "percentage point": "%_point %_points 百分点 个百分点",
    "dollar": "dollar dollars usd 美元 美金",
    "euro": "euro euros eur 欧元",
    "pound": "pound pounds lb lbs gbp 磅 英镑",
    "yen": "yen jpy 日元",
    "yuan": "yuan rmb cny renminbi 元 元人民币 块 块钱",
    "v": "v volt volts 伏 伏特",
    "kv": "kv 千伏",
    "a": "amp amps ampere amperes 安培",
    "w": "w watt watts 瓦 瓦特",
    "kw": "kw kilowatt kilowatts 千瓦",
    "mw": "mw megawatt megawatts 兆瓦",
    "kwh": "kwh 千瓦时",
    "hz": "hz hertz 赫兹",
    "khz": "khz 千赫",
    "mhz": "mhz 兆赫",
    "ghz": "ghz 吉赫",
    "bar": "bar bars 巴",
    "psi": "psi",
    "pa": "pa 帕",
    "kpa": "kpa 千帕",
    "mpa": "mpa 兆帕",
    "celsius": "°c ℃ celsius 摄氏度",
    "fahrenheit": "°f ℉ fahrenheit 华氏度",
    "kb": "kb kilobyte kilobytes",
    "mb": "mb megabyte megabytes",
    "gb": "gb gigabyte gigabytes",
    "tb": "tb terabyte terabytes",
    "rpm": "rpm 转",
    "person": "person persons people 人 名 位",
    "time": "times 次",
    "fold": "fold 倍",
    "page": "page pages 页",
    "point": "point points 分",
}
UNITS: Final[Mapping[str, str]] = MappingProxyType(
    {form.replace("_", " "): unit for unit, forms in _FORMS.items() for form in forms.split()}
)
"""The unit that a form, in lower case, stands for."""

SIGNS: Final[Mapping[str, str]] = MappingProxyType(
    {"$": "dollar", "€": "euro", "£": "pound", "¥": "yuan"}
)
"""Signs of money that stand before a number."""

_LONGEST_FIRST: Final = sorted(UNITS, key=len, reverse=True)
_LATIN: Final = "|".join(re.escape(one) for one in _LONGEST_FIRST if not one[-1] > "\u3000")
_HAN: Final = "|".join(re.escape(one) for one in _LONGEST_FIRST if one[-1] > "\u3000")
_AT_START: Final = re.compile(
    rf"\s?-?\s?(?:degrees?\s)?(?:({_LATIN})(?![a-z0-9²³])|({_HAN}))", re.IGNORECASE
)


def unit_at(text: str, at: int) -> tuple[str, int] | None:
    """The unit that begins at ``text[at:]``, a blank or a hyphen before it, and where it ends."""
    match = _AT_START.match(text, at)
    return (UNITS[(match[1] or match[2]).lower()], match.end()) if match else None

"""Pairs of words for the edits: the same in other words, other units, the other way round."""

from __future__ import annotations

from typing import Final


def _pairs(told: str) -> tuple[tuple[str, str], ...]:
    """``a/b, c/d`` as pairs."""
    found = (one.strip().partition("/") for one in told.replace("\n", " ").split(","))
    return tuple((one, other) for one, _, other in found)


UNITS: Final = _pairs("""
kilometres/metres, kilometers/meters, km/m, miles/feet, km/miles, kg/g, tonnes/kilograms,
pounds/ounces, million/billion, dollars/euros, years/months, days/weeks, hours/minutes,
minutes/seconds, months/weeks, percent/degrees Celsius, %/kg, bar/psi, acres/square miles,
°C/°F, feet/inches
""")
"""Units of one kind, in English."""

HAN_UNITS: Final = _pairs("""
公里/米, 万/亿, 元/美元, 公斤/克, 小时/分钟, 个月/周, 天/周,
分钟/秒, 平方公里/平方米, 毫米/厘米, 吨/公斤, 英里/公里, 人/天, %/倍,
％/倍
""")
"""Units of one kind, in Chinese."""

TURNS: Final = _pairs("""
more than/less than, at least/at most, before/after, increased/decreased, highest/lowest,
largest/smallest, higher/lower, over/under, rose/fell, first/last, larger/smaller,
longer/shorter, greater than/less than, above/below, growth/decline
""")
"""Comparisons and their opposites, in English."""

HAN_TURNS: Final = _pairs("""
超过/不足, 至少/至多, 以上/以下, 之前/之后, 增加/减少, 上升/下降,
高于/低于, 最大/最小, 最高/最低, 不超过/不少于, 提高/降低, 大于/小于,
最多/最少
""")
"""Comparisons and their opposites, in Chinese."""

OTHER_WORDS: Final = _pairs("""
began/started, began to/started to, large/big, built/constructed, used/employed,
about/approximately, because/since, near/close to, important/significant, called/named,
also/too, whole/entire, started/began, help/assist, must/has to, show/demonstrate
""")
"""Words and others of the same meaning, in English."""

HAN_OTHER_WORDS: Final = _pairs("""
位于/坐落于, 并且/而且, 目前/现在, 由于/因为, 开始/起初, 大约/约,
称为/叫做, 因此/所以, 但是/不过, 曾经/曾, 负责/主管, 由/经, 是/为,
以及/和
""")
"""Words and others of the same meaning, in Chinese."""

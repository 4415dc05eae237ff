"""Words of which each excludes the other, where everything else may be alike."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Final

from rag.language import normalise
from rag.notation import folded

_LATIN_PROSE: Final = """
left right; open closed; open shut; hot cold; warm cold; on off; up down; in out; inside
outside; enabled disabled; enable disable; allowed forbidden; permitted prohibited; permitted
forbidden; allowed prohibited; leave stay; enter leave; keep discard; inlet outlet; parent
subsidiary; required optional; mandatory optional; mandatory voluntary; compulsory voluntary;
paid unpaid; included excluded; public private; internal external; input output; buyer seller;
employer employee; landlord tenant; lender borrower; import export; north south; east west;
northern southern; eastern western; upper lower; top bottom; front back; front rear; first last;
morning evening; morning afternoon; day night; weekday weekend; male female; man woman; black
white; wet dry; full empty; positive negative; profit loss; gain loss; win loss; won lost;
accept reject; accepted rejected; approve reject; approved rejected; approved denied; grant
deny; start end; begin end; beginning end; start stop; buy sell; push pull; clockwise
anticlockwise; clockwise counterclockwise; manual automatic; manually automatically; gross net;
fixed variable; hard soft; wide narrow; deep shallow; fast slow; thick thin; heavy light; long
short; high low; old new; early late; always never; everyone nobody; all none; every none; both
neither; horizontal vertical; horizontally vertically; temporary permanent; active inactive;
safe dangerous; valid invalid; legal illegal; possible impossible; with without; domestic
foreign; rural urban
"""
_HAN_PROSE: Final = """
左 右; 开 关; 打开 关闭; 启用 停用; 启用 禁用; 冷 热; 内 外; 上 下; 允许 禁止; 必须 自愿;
必需 可选; 强制 自愿; 带薪 无薪; 有薪 无薪; 包括 不含; 公开 保密; 内部 外部; 输入 输出; 买方 卖方;
甲方 乙方; 出租人 承租人; 贷款人 借款人; 进口 出口; 南 北; 东 西; 正 反; 前 后; 首 末; 上午 下午;
白天 夜间; 工作日 周末; 男 女; 黑 白; 干 湿; 满 空; 正 负; 盈利 亏损; 收益 损失; 胜 负; 接受 拒绝;
批准 驳回; 同意 拒绝; 开始 结束; 购买 出售; 推 拉; 顺时针 逆时针; 手动 自动; 人工 自动; 税前 税后;
固定 浮动; 宽 窄; 深 浅; 快 慢; 厚 薄; 重 轻; 长 短; 高 低; 新 旧; 早 晚; 横 竖; 水平 垂直;
临时 永久; 有效 无效; 合法 非法; 国内 国外; 国内 境外; 农村 城市; 全部 部分; 全职 兼职; 供方 需方
"""
_SORTS_PROSE: Final = """
red blue green yellow black white grey gray orange amber purple violet pink brown;
monday tuesday wednesday thursday friday saturday sunday; spring summer autumn winter;
north south east west northeast northwest southeast southwest;
steel iron copper brass bronze aluminium aluminum zinc lead tin gold silver titanium plastic wood
glass rubber concrete ceramic clay slate stone leather paper;
water oil diesel petrol gasoline steam; breakfast lunch dinner supper;
car bus train tram bicycle plane ship; email courier fax post telephone;
father mother son daughter brother sister; ground basement cellar attic top
"""
_APART_PROSE: Final = "deputy vice former acting assistant honorary non ex"
_HAN_APART_PROSE: Final = "副 代理 前任 助理 名誉 候补"
_HAN_SORTS_PROSE: Final = """
红 蓝 绿 黄 黑 白 灰 橙 紫 粉 棕 琥珀; 周1 周2 周3 周4 周5 周6 周日; 春季 夏季 秋季 冬季;
春天 夏天 秋天 冬天; 东 南 西 北; 钢 铁 铜 铝 锌 锡 塑料 木 玻璃 橡胶 混凝土 陶瓷 陶土 石板 皮革;
水 油 柴油 汽油 蒸汽; 早餐 午餐 晚餐; 火车 汽车 飞机 轮船; 父亲 母亲 儿子 女儿;
一 二 三 四 五 六 七 八 九 十; 甲 乙 丙 丁; 现金 转账 支票
"""


def _pairs(prose: str) -> tuple[tuple[str, str], ...]:
    return tuple((first, second) for first, second in (one.split() for one in prose.split(";")))


_LATIN: Final = _pairs(_LATIN_PROSE)
_HAN: Final = _pairs(_HAN_PROSE)
_SORTS: Final = tuple(frozenset(one.split()) for one in _SORTS_PROSE.split(";"))
_APART: Final = frozenset(_APART_PROSE.split())
_HAN_APART: Final = frozenset(_HAN_APART_PROSE.split())
_HAN_SORTS: Final = tuple(frozenset(one.split()) for one in _HAN_SORTS_PROSE.split(";"))
_WORD: Final = re.compile(r"[a-z]+")
_DAYS: Final = {char: at for at, char in enumerate("一二三四五六", start=1)}
_DAY: Final = re.compile(
    r"(?<![一二三四五六七八九十\d])(?:周|星期|礼拜)([一二三四五六日天1-7])(?!次)"
)


def opposed(one: str, other: str) -> bool:
    """Whether one text has a word that the other lacks, and the other its opposite.

    Colours, days of the week, materials and the like exclude each other as opposites do. Chinese
    words count wherever their characters stand. A deputy is not who is deputised for: what makes
    another of whatever it stands before is in both or in neither.
    """
    own, others = (_DAY.sub(_day, normalise(folded(text))) for text in (one, other))
    own_words, others_words = (frozenset(map(_one, _WORD.findall(text))) for text in (own, others))
    return (
        own_words & _APART != others_words & _APART
        or _standing(_HAN_APART, own) != _standing(_HAN_APART, others)
        or any(_apart(pair, own_words, others_words) for pair in _LATIN)
        or any(_apart(pair, own, others) for pair in _HAN)
        or any(_of_other_sort(own_words & sort, others_words & sort) for sort in _SORTS)
        or any(_of_other_sort(_standing(sort, own), _standing(sort, others)) for sort in _HAN_SORTS)
    )


def _apart(pair: tuple[str, str], own: Container[str], others: Container[str]) -> bool:
    """Whether ``own`` holds one of the pair and no more, and ``others`` the other one."""
    here = tuple(word in own for word in pair)
    return sum(here) == 1 and here[::-1] == tuple(word in others for word in pair)


def _of_other_sort(own: frozenset[str], others: frozenset[str]) -> bool:
    """Whether each text has a word of the sort that the other lacks."""
    return bool(own - others) and bool(others - own)


def _standing(sort: frozenset[str], text: str) -> frozenset[str]:
    return frozenset(word for word in sort if word in text)


def _day(match: re.Match[str]) -> str:
    """A day of the week in one way of writing."""
    return "周日" if match[1] in "日天7" else f"周{_DAYS.get(match[1], match[1])}"


def _one(word: str) -> str:
    """A day of the week without its plural."""
    return word[:-1] if word.endswith("days") else word

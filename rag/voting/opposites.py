"""Pairs of words of which each denies the other, where everything else may be alike."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Final

from rag.language import normalise
from rag.notation import folded

_LATIN_PROSE: Final = """
left right; open closed; open shut; hot cold; warm cold; on off; up down; in out; inside outside;
enabled disabled; enable disable; allowed forbidden; permitted prohibited; permitted forbidden;
allowed prohibited; required optional; mandatory optional; mandatory voluntary;
compulsory voluntary; paid unpaid; included excluded; public private; internal external;
input output; buyer seller; employer employee; landlord tenant; lender borrower; import export;
north south; east west; northern southern; eastern western; upper lower; top bottom; front back;
front rear; first last; morning evening; morning afternoon; day night; weekday weekend;
male female; man woman; black white; wet dry; full empty; positive negative; profit loss;
gain loss; win loss; won lost; accept reject; accepted rejected; approve reject;
approved rejected; approved denied; grant deny; start end; begin end; beginning end; start stop;
buy sell; push pull; clockwise anticlockwise; clockwise counterclockwise; manual automatic;
manually automatically; gross net; fixed variable; hard soft; wide narrow; deep shallow;
fast slow; thick thin; heavy light; long short; high low; old new; early late; always never;
everyone nobody; all none; every none; both neither; horizontal vertical; horizontally vertically;
temporary permanent; active inactive; safe dangerous; valid invalid; legal illegal;
possible impossible; with without; domestic foreign; rural urban
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


def _pairs(prose: str) -> tuple[tuple[str, str], ...]:
    return tuple((first, second) for first, second in (one.split() for one in prose.split(";")))


_LATIN: Final = _pairs(_LATIN_PROSE)
_HAN: Final = _pairs(_HAN_PROSE)
_WORD: Final = re.compile(r"[a-z]+")


def opposed(one: str, other: str) -> bool:
    """Whether one text has a word that the other lacks, and the other its opposite.

    Chinese words count wherever their characters stand.
    """
    own, others = (normalise(folded(text)) for text in (one, other))
    own_words, others_words = (frozenset(_WORD.findall(text)) for text in (own, others))
    return any(_apart(pair, own_words, others_words) for pair in _LATIN) or any(
        _apart(pair, own, others) for pair in _HAN
    )


def _apart(pair: tuple[str, str], own: Container[str], others: Container[str]) -> bool:
    """Whether ``own`` holds one of the pair and no more, and ``others`` the other one."""
    here = tuple(word in own for word in pair)
    return sum(here) == 1 and here[::-1] == tuple(word in others for word in pair)

"""Chinese words with their parts of speech, the noun phrases they make, and closed lists of words.

jieba tags the words; years, codes and quotations are kept whole. Knows nothing of conversations.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rag.condensing.slots import Kind, Slot, slots_of, word_set
from rag.language import HAN
from rag.words import tagged_words

ASKS: Final = re.compile(
    "多少|多久|多长|多大|多高|多重|多快|多远|多厚|多宽|几|什么|啥|怎|如何|哪|谁|为何|何时|何地|"
    "是否|吗|能不能|能否|可不可以|可否|是不是|有没有|要不要|会不会|用不用|需不需要"
)
"""What makes a question of a sentence."""

_ATTRIBUTE: Final = re.compile(
    "(?:价格|价钱|售价|重量|尺寸|大小|长度|宽度|高度|厚度|直径|颜色|材质|材料|型号|保修期?|质保期?|"
    "功率|电压|电流|压力|温度|流量|扭矩|精度|量程|转速|容量|地址|位置|电话|邮箱|分机号?|网址|名称|"
    "费用|成本|金额|标准|补助|补贴|限额|额度|预算|期限|时限|时间|日期|有效期|周期|频率|上限|下限|范围|"
    "条件|要求|流程|步骤|手续|工资|奖金|税率|比例|数量|人数|面积|等级|版本)$"
)
_PERSON: Final = re.compile(
    "(?:员工|人员|实习生|学生|经理|主管|总监|客户|访客|司机|顾客|供应商|儿童|成人|孩子|承包商|外包|新人|工人|人|者|员|"
    "师|生|工|长|客)$"
)
_LIGHT_VERBS: Final = word_set(
    "申请 办理 审批 批准 同意 负责 管 安装 更换 换 购买 买 订 修理 维修 修 处理 解决 延长 "
    "缩短 推迟 提前 取消 收费 付款 付 退 退换 用 使用 做 弄 操作 去 来 联系 找 交 提交 上交 "
    "算 计算 查 查看 查询 领取 领 拿 开始 结束 生效 到期 过期 适用 包括 包含 要求 需要 要 "
    "可以 能 能够 必须 应该 应当 得 有 是 在 到 会 让 请 给 完成 进行 清洗 清洁 检查 校准 "
    "保存 删除 修改 恢复 重置 打开 关闭 启动 停止 补办 补 变更 签字 签 确认 通知 告诉 知道 说 "
    "规定 支付 承担 报 出 等 关 开 退回 归还 还 带 放 存放 存 选 选择 留 保留 收 学 收取 充电 "
    "续签 减免 发 发放 开通 注销 打印 寄 退款 报名"
)
"""Verbs that say nothing of what they are about: "怎么申请？" leaves its noun to be known."""

_NOUN_TAGS: Final = ("n", "vn", "an", "nz", "eng", "j", "l", "s", "zg")
_NOT_NOUNS: Final = word_set(
    "多长 多久 多少 多重 多高 时候 时 人 一共 总共 东西 情况 问题 事 怎么办 上面 下面 里面 "
    "外面 以内 之内 之后"
)
_MERGED: Final = frozenset({"年假", "报销单", "休息日", "工作日", "考勤卡", "流量计"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word at ``[start, end)`` of a text with jieba's tag; a slot's tag is its kind."""

    text: str
    tag: str
    start: int
    end: int

    @property
    def noun(self) -> bool:
        """Whether it may make a noun phrase."""
        if self.tag in (Kind.CODE, Kind.QUOTED, Kind.NAME, Kind.PLACE):
            return True
        return (
            self.tag.startswith(_NOUN_TAGS)
            and self.text not in _NOT_NOUNS
            and not ASKS.search(self.text)
        )

    @property
    def verb(self) -> bool:
        """Whether it is a verb."""
        return self.tag.startswith("v") and not self.noun


@dataclass(frozen=True, slots=True, kw_only=True)
class NounRun:
    """Nouns that follow one another, ``[start, end)``; ``named`` for names, codes and places."""

    text: str
    start: int
    end: int
    named: bool

    @property
    def person(self) -> bool:
        """Whether it seems to speak of people."""
        return bool(_PERSON.search(self.text))

    @property
    def attribute(self) -> bool:
        """Whether it names a property that something must have."""
        return is_attribute(self.text)


def is_attribute(noun: str) -> bool:
    """Whether a noun names a property that something must have: 价格, 保修期."""
    return bool(_ATTRIBUTE.search(noun))


def is_light(verb: str) -> bool:
    """Whether a verb says nothing of what it is about."""
    return verb in _LIGHT_VERBS


@lru_cache(maxsize=64)
def words_of(text: str) -> tuple[Word, ...]:
    """The words of ``text`` in order, blanks left out; dates, codes and quotations are words."""
    found: list[Word] = []
    at = 0
    for slot in [*slots_of(text), None]:
        end = slot.start if slot else len(text)
        for word, tag in tagged_words(text[at:end]):
            found.append(Word(text=word, tag=tag, start=at, end=at + len(word)))
            at += len(word)
        if slot:
            found.append(Word(text=slot.text, tag=slot.kind, start=slot.start, end=slot.end))
            at = slot.end
    return _retagged(_merged([word for word in found if word.text.strip()]))


def _merged(words: Sequence[Word]) -> list[Word]:
    """Words that jieba cuts in two, made whole."""
    whole: list[Word] = []
    for word in words:
        last = whole[-1] if whole else None
        if last and last.end == word.start and last.text + word.text in _MERGED:
            text = last.text + word.text
            whole[-1] = Word(text=text, tag="n", start=last.start, end=word.end)
        else:
            whole.append(word)
    return whole


def _retagged(words: Sequence[Word]) -> tuple[Word, ...]:
    """Verbs that stand where a noun must be tagged as nouns, and light verbs as verbs."""
    tagged: list[Word] = []
    for number, word in enumerate(words):
        before = tagged[-1] if tagged else None
        after = words[number + 1].text if number + 1 < len(words) else "。"
        tag = word.tag
        follows = before is not None and (before.noun or before.text == "的")
        if word.verb and follows and len(word.text) > 1 and after in "是的有呢。？?":
            tag = "vn"
        elif word.noun and is_light(word.text) and not follows:
            tag = "v"
        tagged.append(Word(text=word.text, tag=tag, start=word.start, end=word.end))
    return tuple(tagged)


def noun_runs(text: str) -> list[NounRun]:
    """The noun runs of ``text`` in order; names, codes and places are runs of their own."""
    runs: list[list[Word]] = []
    for word in words_of(text):
        if not word.noun:
            continue
        last = runs[-1][-1] if runs else None
        near = last is not None and not text[last.end : word.start].strip()
        if near and last is not None and not _named(last) and not _named(word):
            runs[-1].append(word)
        else:
            runs.append([word])
    return [
        NounRun(
            text=text[run[0].start : run[-1].end],
            start=run[0].start,
            end=run[-1].end,
            named=_named(run[0]),
        )
        for run in runs
    ]


def parts_of_run(text: str, run: NounRun) -> list[NounRun]:
    """Each noun of a run of ``text`` as a run of its own."""
    return [
        NounRun(text=one.text, start=one.start, end=one.end, named=run.named)
        for one in words_of(text)
        if run.start <= one.start and one.end <= run.end
    ]


def _named(word: Word) -> bool:
    return word.tag in (Kind.CODE, Kind.QUOTED, Kind.NAME, "ns", "nr")


def chinese_slots(text: str) -> list[Slot]:
    """``slots_of`` with the places and people that jieba knows."""
    kinds = {"ns": Kind.PLACE, "nr": Kind.NAME}
    known = [
        Slot(kind=kinds[word.tag], start=word.start, end=word.end, text=word.text)
        for word in words_of(text)
        if word.tag in kinds and re.fullmatch(f"[{HAN}]{{2,}}", word.text)
    ]
    return sorted([*slots_of(text), *known], key=lambda slot: slot.start)

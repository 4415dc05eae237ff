"""How alike the wording of two short answers is, whatever they state in numbers."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from rag.language import HAN, normalise
from rag.notation import folded
from rag.words import content_words

AKIN: Final = 0.7
"""What two words count that begin alike, such as ``cleanup`` and ``clean``."""

_SHARED_LETTERS: Final = 4
_HAN_RUN: Final = re.compile(f"[{HAN}]+")
_HYPHEN: Final = re.compile(r"(?<=[a-z])-(?=[a-z])")
_LIGHT_PROSE: Final = """
via someone somebody somewhere something place way means form because due use using make made
get ltd limited inc llc plc gmbh got go goes take taken keep kept put one thing person people
case event also within
"""
_HAN_LIGHT_PROSE: Final = """
因为 由于 通过 使用 采用 利用 地方 位置 场所 时候 应该 应当 必须 需要 可以 能够 只有 只能 进行
予以 加以 股份有限公司 有限责任公司 有限公司 方式 形式 方法 情况 出现 发生 对于 关于 以及 并且
按照 根据 属于 作为 的 了 着 在 于 由 用 以 把 被 将 向 往 到 至 给 从 与 和 及 并 且 地 得 里
内 中 处 时 当 应 须 需 要 可 能 会 是 为 即 就 只 才 仅 来 去 所 其 该 此 这 那 者 因 而 等 太
很 过 一 个 名 位 都 也 又 才 让 已经 已
"""
_HAN_LIGHT: Final = re.compile(
    "|".join(sorted(_HAN_LIGHT_PROSE.split(), key=len, reverse=True)),
)
_BOUNDING_PROSE: Final = """
least most minimum maximum limit older younger over above long high
"""
BOUNDING: Final = frozenset(_BOUNDING_PROSE.split()) | frozenset(
    "至少多最起码不低于超过以上下满周岁"
)
"""Parts that make a value a bound; which way is compared by ``rag/checking/polarity.py``."""


def light(text: str) -> bool:
    """Whether ``text`` has no word but such as say little by themselves."""
    return not parts(text)


def parts(text: str) -> frozenset[str]:
    """The words of ``text`` that say something: English stems, and each Han character.

    Of a compound only its joined form.
    """
    return frozenset(parts_in_order(text))


@lru_cache(maxsize=2048)
def parts_in_order(text: str) -> tuple[str, ...]:
    """``parts`` as they follow each other, the English ones first."""
    plain = _HYPHEN.sub("", normalise(folded(text)))
    latin = content_words(_HAN_RUN.sub(" ", plain))
    han = _HAN_LIGHT.sub("", " ".join(_HAN_RUN.findall(plain))).replace(" ", "")
    return (*(word for word in latin if word not in _light_stems()), *han)


@lru_cache(maxsize=1)
def _light_stems() -> frozenset[str]:
    return frozenset(content_words(_LIGHT_PROSE))


def replaces_word(own: frozenset[str], others: frozenset[str]) -> bool:
    """Whether each has two Han characters or more that the other lacks: a word for another."""
    return all(sum(map(_is_han, more)) > 1 for more in (own - others, others - own))


def _is_han(part: str) -> bool:
    return _HAN_RUN.fullmatch(part) is not None


def overlap(own: frozenset[str], others: frozenset[str]) -> float:
    """Share (0..1) of the parts of two texts that both have (Dice); words akin count ``AKIN``."""
    if not own or not others:
        return 0.0
    left, right = own - others, others - own
    akin = sum(any(_akin(word, other) for other in right) for word in left)
    akin = min(akin, sum(any(_akin(word, other) for other in left) for word in right))
    return 2 * (len(own & others) + AKIN * akin) / (len(own) + len(others))


def _akin(one: str, other: str) -> bool:
    """Whether one word begins with the better part of the other."""
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= _SHARED_LETTERS and longer.startswith(shorter)

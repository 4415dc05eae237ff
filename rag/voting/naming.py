"""Whether the names in two short answers are those of the same."""

from __future__ import annotations

import re
from typing import Final

from rag.checking.names import mentions, names_in
from rag.language import normalise
from rag.notation import folded

_TITLE_PROSE: Final = """
先生 女士 小姐 教授 博士 老师 医生 律师 经理 主任 主管 总监 总经理 董事长 院长 校长 所长 部长 局长
设计师 工程师 建筑师 会计师 研究员
"""
_TITLE_AFTER: Final = re.compile(f"(?:{'|'.join(_TITLE_PROSE.split())})$")
_OWNING: Final = ("的", "'s", "’s", "s'", "s’")
_PLACE_END: Final = re.compile(r"(?<=[\u4e00-\u9fff]{2})[省市县区州镇乡]$")
_COMPANY: Final = frozenset(("ltd", "limited", "inc", "llc", "plc", "gmbh", "co", "corp"))
_BEFORE: Final = re.compile(r"^(?:由|在|于|是|the\s|in\s|at\s|by\s|from\s)+", re.IGNORECASE)


def names_agree(one: str, other: str) -> bool:
    """Whether the names of one are among those of the other, where both have any."""
    own, others = (
        [_short(name) for name in names_in(text) if name.lower() not in _COMPANY]
        for text in (one, other)
    )
    if not own or not others:
        return True
    return all(mentions(name, [other]) for name in own) or all(
        mentions(name, [one]) for name in others
    )


def only_name_of(one: str, other: str) -> bool | None:
    """Where ``one`` is no more than a name: whether ``other`` names the same with more beside it.

    It does with a title, or a place within a place; not where what is named is another's: the
    name's assistant. None where ``one`` is not just a name, or ``other`` does not have it.
    """
    bare = _TITLE_AFTER.sub("", _short(_BEFORE.sub("", one.strip())))
    named = "".join(names_in(one))
    if len(bare) < 2 or not named or len(named) < len(bare.replace(" ", "")) - 1:
        return None
    own, whole = normalise(folded(bare)), normalise(folded(other))
    at = whole.find(own)
    return None if at < 0 else not whole.startswith(_OWNING, at + len(own))


def _short(name: str) -> str:
    """A place's name without the kind of place: 成都 for 成都市."""
    return _PLACE_END.sub("", name)

"""Small question sets on disk, English and Chinese, of our own words."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from pathlib import Path

_PLACES = ("boathouse", "orchard", "foundry", "granary", "lighthouse", "tannery")
_THINGS = ("lantern", "ladder", "barrel", "compass", "anvil", "basket")
_PLACES_ZH = ("码头", "果园", "铸造厂", "粮仓", "灯塔", "皮革厂")
_THINGS_ZH = ("灯笼", "梯子", "木桶", "罗盘", "铁砧", "篮子")


def write_sets(folder: Path, *, rows: int = 36) -> Path:
    """A set of each language below ``folder``, the Chinese one gzipped; returns ``folder``."""
    english, chinese = folder / "village", folder / "train" / "村庄"
    for place in (english, chinese):
        place.mkdir(parents=True)
    (english / "corpus.jsonl").write_text(
        _lines(
            {"doc_id": f"e{at}", "title": f"Note {at}", "text": _note(at)} for at in range(rows)
        ),
        "utf-8",
    )
    (english / "questions.jsonl").write_text(
        _lines(
            {
                "qid": f"e{at}",
                "question": f"Who repaired the {_THINGS[at % 6]} number {at}?",
                "answers": ["the keeper"],
                "gold_doc_ids": [f"e{at}"],
                "answerable": True,
            }
            for at in range(rows)
        ),
        "utf-8",
    )
    text = _lines(
        {"doc_id": f"z{at}", "title": f"记录{at}", "text": _note_zh(at)} for at in range(rows)
    )
    (chinese / "corpus.jsonl.gz").write_bytes(gzip.compress(text.encode()))
    text = _lines(
        {"qid": f"z{at}", "question": f"{at}号{_THINGS_ZH[at % 6]}放在哪里？"} for at in range(rows)
    )
    (chinese / "questions.jsonl.gz").write_bytes(gzip.compress(text.encode()))
    return folder


def _note(at: int) -> str:
    place, thing = _PLACES[at // 6 % 6], _THINGS[at % 6]
    return (
        f"The {thing} number {at} hangs in the {place}. The keeper repaired it in {1900 + at}. "
        f"Its handle is made of ash wood. Nobody may lend it without a note. "
        f"The {place} closes at {at % 12 + 1} in the evening."
    )


def _note_zh(at: int) -> str:
    place, thing = _PLACES_ZH[at // 6 % 6], _THINGS_ZH[at % 6]
    return (
        f"{at}号{thing}放在{place}里。看守人在{1900 + at}年修好了它。它的把手是用白蜡木做的。"
        f"没有字条不得外借。{place}每天{at % 12 + 1}点关门。"
    )


def _lines(rows: Iterable[dict[str, object]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)

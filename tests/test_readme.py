"""README.md and README.zh-CN.md tell the same: sections, commands, pictures, settings."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENGLISH = (ROOT / "README.md").read_text("utf-8")
CHINESE = (ROOT / "README.zh-CN.md").read_text("utf-8")
HAN = re.compile(r"[\u4e00-\u9fff]")


def blocks(text: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def commands(text: str) -> list[str]:
    """What is to be typed, without comments."""
    return [
        line.split("  #")[0].rstrip() for block in blocks(text, "sh") for line in block.splitlines()
    ]


def headings(text: str) -> list[str]:
    outside = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    return re.findall(r"^#+ .+$", outside, re.MULTILINE)


def settings(text: str) -> list[tuple[str, str]]:
    return re.findall(r"^\| `(\w+)` \| (.+?) \|", text, re.MULTILINE)


def test_each_leads_to_the_other() -> None:
    assert "English | [简体中文](README.zh-CN.md)" in ENGLISH
    assert "[English](README.md) | 简体中文" in CHINESE


def test_both_have_the_same_sections() -> None:
    levels = [[one.split(" ")[0] for one in headings(text)] for text in (ENGLISH, CHINESE)]
    assert levels[0] == levels[1]
    assert all(HAN.search(one) for one in headings(CHINESE)[1:])


def test_both_have_the_same_commands() -> None:
    assert commands(ENGLISH) == commands(CHINESE)
    assert len(commands(ENGLISH)) > 10
    assert blocks(ENGLISH, "json") == blocks(CHINESE, "json")


def test_both_show_the_same_pictures_each_in_its_language() -> None:
    pictures = [re.findall(r"\]\((\S+\.png)\)", text) for text in (ENGLISH, CHINESE)]
    assert [one.replace("-en.png", "-zh.png") for one in pictures[0]] == pictures[1]
    assert len(pictures[0]) >= 2


def test_both_name_the_same_documents() -> None:
    linked = [set(re.findall(r"\]\((docs/\w+\.md)\)", text)) for text in (ENGLISH, CHINESE)]
    assert linked[0] == linked[1]


def test_both_tell_every_setting_with_its_default() -> None:
    chinese = [(name, default.replace("（空）", "(empty)")) for name, default in settings(CHINESE)]
    assert settings(ENGLISH) == chinese
    rows = [line for line in CHINESE.splitlines() if line.startswith("| `")]
    assert all(HAN.search(row) for row in rows)

"""The words a search compares, in English and Chinese."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.words import (
    content_words,
    han_pairs,
    is_acronym,
    prepare_dictionary,
    stop_words,
    words,
    written,
)

CODES = [
    *("X-200B", "x200b", "X 200B", "x 200b", "X\u2013200B", "X\u2011200B", "X\u2212200B", "X_200B"),
    *("X.200B", "Ｘ－２００Ｂ", "X\u00ad-\u200b200B", "X\u00a0200B", "x-200b"),
]
NUMBERS = ["1,000", "1000", "１０００", "1\u202f000", "1\u2009000", "1'000", "一千"]
DATES = [
    *(
        "2024-01-05",
        "2024/1/5",
        "2024.1.5",
        "2024年1月5日",
        "二〇二四年一月五日",
        "２０２４年１月５号",
    ),
    *("January 5, 2024", "5 Jan 2024"),
]
PERCENTAGES = ["5%", "5 %", "5％", "百分之五", "5 percent"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＰＵＭＰ", "pump"),
        ("e-mail", "email"),
        ("１２３", "123"),
        ("pumps", "pump"),
        ("Running", "runs"),
        ("warranties", "warranty"),
        ("Straße", "STRASSE"),
        ("the employee's", "employee"),
        ("3.5", "3.5"),
        ("ﬁle", "file"),
        ("v2.0", "version 2.0"),
        ("well-known", "well known"),
        ("Quo\u00adrum", "quorum"),
        ("ISO 9001", "ISO9001"),
        ("4kg", "4 kg"),
        ("U.S.", "the US market"),
        ("第三条", "第 3 条"),
        ("十五天", "15 天"),
        ("1.2亿", "120,000,000"),
    ],
)
def test_forms_of_a_word_meet(one: str, other: str) -> None:
    assert set(words(one)) & set(words(other)) - stop_words()


@pytest.mark.parametrize("one", CODES)
@pytest.mark.parametrize("other", CODES)
def test_ways_to_write_a_code_meet(one: str, other: str) -> None:
    assert "x200b" in set(words(one)) & set(words(other))


@pytest.mark.parametrize("form", NUMBERS)
def test_ways_to_write_a_number_are_one(form: str) -> None:
    assert words(form) == ["1000"]


@pytest.mark.parametrize("form", DATES)
def test_ways_to_write_a_date_are_one(form: str) -> None:
    assert {"2024", "1月", "5日"} <= set(words(form))


@pytest.mark.parametrize("form", PERCENTAGES)
def test_ways_to_write_a_percentage_are_one(form: str) -> None:
    assert words(form) == ["5", "5%"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("3.5", "35"), ("v2.0", "v20"), ("X-200B", "X-300B"), ("1,2", "12"), ("2024-01-05", "1/5")],
)
def test_what_differs_does_not_meet(one: str, other: str) -> None:
    assert not set(words(one)) & set(words(other))


def test_a_code_keeps_its_parts_but_no_single_letters() -> None:
    assert words("X-200B") == ["x200b", "200b"]
    assert words("ISO 9001") == ["iso9001", "iso", "9001"]
    assert words("10-20 pages") == ["10", "20", "page"]
    assert words("3.5") == ["3.5"]
    assert words("192.168.1.1") == ["192.168.1.1"]


def test_a_plain_number_after_a_small_word_is_no_code() -> None:
    assert words("in 2020") == ["in", "2020"]
    assert words("A 4") == ["a", "4"]


def test_an_acronym_written_like_a_stop_word_carries_weight() -> None:
    assert content_words("What is the IT budget of the US?") == ["IT", "budget", "US"]
    assert content_words("该公司的 IT 预算") == ["该", "公司", "IT", "预算"]
    assert content_words("Who approved it for us?") == ["approv"]
    assert content_words("WHO's guidance, U.S. law") == ["WHO", "guidanc", "US", "law"]
    assert content_words("IT") == ["IT"]


def test_in_a_line_of_capitals_nothing_is_an_acronym() -> None:
    assert content_words("HOW IT WORKS") == ["work"]
    assert content_words("HOW IT WORKS\nThe IT team says how.") == ["work", "IT", "team", "say"]


def test_a_word_is_told_as_it_is_written() -> None:
    text = "He receives the X\u2013200B 水泵保修"
    assert written("receiv", text) == "receives"
    assert written("x200b", text) == "X-200B"
    assert written("保修", text) == "水泵保修"
    assert written("pump", text) is written("", text) is None


def test_acronyms_are_known_by_their_capitals() -> None:
    assert is_acronym("IT")
    assert not any(map(is_acronym, ("it", "x200b", "保修", "")))
    assert not any(map(is_acronym, words("NASA says how it works")))


def test_chinese_is_cut_into_every_dictionary_word() -> None:
    found = words("员工每年享有十五天带薪年假。")
    assert {"员工", "每年", "享有", "15", "天", "带薪"} <= set(found)
    assert max(map(len, found)) <= 4
    assert {"保修", "保修期"} & set(words("产品的保修期为两年"))
    # 中华人民共和国 holds 中华, 华人, 人民, 共和 and 共和国
    assert {"中华", "人民", "共和", "共和国"} <= set(words("中华人民共和国"))


def test_rare_characters_are_kept() -> None:
    assert words("𠮷") == ["𠮷"]
    assert "㐀" in words("㐀字")


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("產品的保固期", "产品的保固期"),
        ("員工每年享有帶薪假期", "员工每年享有带薪假期"),
        ("臺灣", "台湾"),
    ],
)
def test_traditional_and_simplified_give_the_same_words(traditional: str, simplified: str) -> None:
    assert words(traditional) == words(simplified)
    assert han_pairs(traditional) == han_pairs(simplified)


def test_chinese_and_english_are_cut_in_one_text() -> None:
    found = words("使用X-200B型水泵的manuals")
    assert {"x200b", "manual", "水泵"} <= set(found)


def test_words_without_content_are_left_out() -> None:
    assert content_words("What is the price of the pump?") == ["price", "pump"]
    assert "什么" not in content_words("水泵的价格是什么？")
    assert "价格" in content_words("水泵的价格是什么？")
    assert content_words("的 了 the of") == []


def test_pairs_are_of_neighbouring_han_characters_alone() -> None:
    assert han_pairs("水泵的价，格X") == ["水泵", "泵的", "的价"]
    assert han_pairs("pump X-200B 水 2024年") == []
    assert han_pairs("") == words("") == []


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40))
def test_words_hold_no_blanks_and_are_never_empty(text: str) -> None:
    assert all(word and word == "".join(word.split()) for word in words(text) + han_pairs(text))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["pump", "X-200B", "水泵", "1,000", "年", " ", ".", "–"])))
def test_words_do_not_depend_on_width(pieces: list[str]) -> None:
    text = "".join(pieces)
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    assert words(wide) == words(text)


def test_the_dictionary_is_kept_where_it_is_told(tmp_path: Path) -> None:
    prepare_dictionary(tmp_path / "models")
    assert (tmp_path / "models").is_dir()
    assert words("水泵") == ["水泵"]

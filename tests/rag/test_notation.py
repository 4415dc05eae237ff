"""One way of writing: width, dashes, digits, Chinese numerals, dates, traditional Chinese."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.notation import folded

TEXTS = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "1,000",
                "二〇二四年",
                "百分之",
                "2024-01-05",
                "5 %",
                "3万",
                "第三条",
                "–",
                "軟體",
                "May 5",
            ]
        ),
        st.text(max_size=6),
    ),
    max_size=8,
).map("".join)


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("Ｘ－２００Ｂ", "X-200B"),
        ("X\u2010200B X\u2011200B X\u2013200B X\u2212200B", "X-200B X-200B X-200B X-200B"),
        ("X\u00ad-20\u200b0\u2060B\ufeff", "X-200B"),
        ("model X\u2014200B", "model X-200B"),
        ("the pump\u2014our best\u2014is blue", "the pump\u2014our best\u2014is blue"),
        ("a\ud800b", "a b"),
        ("", ""),
    ],
)
def test_characters_that_look_alike(written: str, form: str) -> None:
    assert folded(written) == form


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("1,000", "1000"),
        ("１，０００", "1000"),
        ("1\u202f000 and 2\u00a0345\u00a0678", "1000 and 2345678"),
        ("1'000'000", "1000000"),
        ("1,209.50", "1209.50"),
        ("12,34", "12,34"),
        ("1,0000", "1,0000"),
        ("1,2,3", "1,2,3"),
        ("3.5", "3.5"),
        ("in 2020 100 people", "in 2020 100 people"),
        ("4kg, 3.5GHz", "4 kg, 3.5 GHz"),
        ("the 200B of X-4kg and 24-hour 5G", "the 200B of X-4kg and 24-hour 5G"),
        ("5 %, 5％, 5 percent, 5 per cent", "5%,5%, 5%, 5%".replace(",5", ", 5")),
        ("per cent of the votes", "per cent of the votes"),
    ],
)
def test_numbers_in_digits(written: str, form: str) -> None:
    assert folded(written) == form


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("十二 二十 三十五", "12 20 35"),
        ("一百二十 一百零五 一千二百 两千", "120 105 1200 2000"),
        ("一万零五百 二十五万 一亿二千万", "10500 250000 120000000"),
        ("三万亿 一万二千亿", "3000000000000 1200000000000"),
        ("3万元 1.2亿 3.5 万亿", "30000元 120000000 3500000000000"),
        ("二〇二四年 二零二四年 一九九七年 二〇二四", "2024年 2024年 1997年 2024"),
        ("百分之五 百分之三点五 百分之八十 百分之5", "5% 3.5% 80% 5%"),
        ("两年 三个月 五公斤 三天", "2年 3个月 5公斤 3天"),
        ("第三条 第十二章 第一页", "第3条 第12章 第1页"),
        ("一月五日 十二月三十一号 十月", "1月5日 12月31日 10月"),
        ("二十一世纪", "21世纪"),
        ("2024 年 1 月 5 日, 3 月 8 号, 5 号线", "2024 年 1月5日, 3月8日, 5号线"),
        ("貳佰", "贰佰"),
    ],
)
def test_chinese_numerals_in_digits(written: str, form: str) -> None:
    assert folded(written) == form


@pytest.mark.parametrize(
    "text",
    [
        *(
            "一个",
            "一些",
            "一起",
            "万一",
            "千万不要",
            "百万",
            "十分",
            "三四天",
            "三四十人",
            "一百二",
        ),
        *("第一次", "一年级", "三月球", "五彩", "四川", "百分之", "百分之几", "一二三四", "两岸"),
    ],
)
def test_numerals_that_may_be_no_numbers_stay(text: str) -> None:
    assert folded(text) == text


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("2024-01-05", "2024 1月5日"),
        ("2024/1/5", "2024 1月5日"),
        ("2024.01.05", "2024 1月5日"),
        ("January 5, 2024", "January 2024 1月5日"),
        ("5th of Jan. 2024", "Jan. 2024 1月5日"),
        ("in March 2021", "in March 2021 3月"),
        ("on May 5.", "on May  5月5日."),
        ("2024-13-05", "2024-13-05"),
        ("2024-01-055", "2024-01-055"),
        ("A-2024-01-05", "A-2024-01-05"),
        ("he may 5 times march 10", "he may 5 times march 10"),
        ("March 10:30", "March 10:30"),
        ("May 77", "May 77"),
    ],
)
def test_dates_are_year_month_and_day(written: str, form: str) -> None:
    assert folded(written) == form


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("軟體更新", "软体更新"),
        ("乾隆皇帝", "乾隆皇帝"),
        ("保固期為兩年", "保固期为2年"),
        ("頭髮與發展", "头发与发展"),
    ],
)
def test_traditional_characters_become_simplified(traditional: str, simplified: str) -> None:
    assert folded(traditional) == simplified


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_any_text_can_be_folded(text: str) -> None:
    assert isinstance(folded(text), str)
    assert "\u00ad" not in folded(text)

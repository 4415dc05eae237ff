"""Which facts are blanked, how the question reads, and where a blanked sentence fits."""

from __future__ import annotations

import pytest

from evaluation.dataset import Place
from evaluation.datasets.cloze import (
    BLANK,
    Fact,
    FactKind,
    SentencePool,
    asked,
    facts_of,
    sentences_of,
)
from tests.fakes import a_passage


def facts(text: str) -> list[Fact]:
    return [fact for sentence in sentences_of([a_passage(text)]) for fact in facts_of(sentence)]


@pytest.mark.parametrize(
    ("text", "kind", "answers", "blanked"),
    [
        (
            "The diaphragm must be replaced every 8,000 hours.",
            FactKind.NUMBER,
            ("8,000 hours", "8,000"),
            f"The diaphragm must be replaced every {BLANK} hours.",
        ),
        (
            "Production of the first pump series ends on 31 December 2026.",
            FactKind.DATE,
            ("31 December 2026",),
            f"Production of the first pump series ends on {BLANK}.",
        ),
        (
            "The introduction round with the site manager begins at 10:30.",
            FactKind.TIME,
            ("10:30",),
            f"The introduction round with the site manager begins at {BLANK}.",
        ),
        (
            "Every returned product must carry the certificate D-11.",
            FactKind.CODE,
            ("D-11",),
            f"Every returned product must carry the certificate {BLANK}.",
        ),
        (
            "普通员工在上海出差的住宿标准为每晚 550 元。",
            FactKind.NUMBER,
            ("550 元", "550"),
            f"普通员工在上海出差的住宿标准为每晚 {BLANK} 元。",
        ),
        (
            "采购部在2025年6月15日前完成供应商的审核。",
            FactKind.DATE,
            ("2025年6月15日",),
            f"采购部在{BLANK}前完成供应商的审核。",
        ),
        (
            "车间的噪声目标仍为 58 分贝，研发部负责。",
            FactKind.NUMBER,
            ("58 分贝", "58"),
            f"车间的噪声目标仍为 {BLANK} 分贝，研发部负责。",
        ),
    ],
)
def test_a_fact_is_blanked(
    text: str, kind: FactKind, answers: tuple[str, ...], blanked: str
) -> None:
    [fact] = facts(text)
    assert (fact.kind, fact.answers, fact.blanked) == (kind, answers, blanked)


@pytest.mark.parametrize(
    "text",
    [
        "It must be replaced every 8,000 hours of operation.",
        "This fee of 25 euros is charged for small orders.",
        "其保修期限自签收之日起计算，为 24 个月。",
        "本办法自发布之日起施行，有效期为 3 年。",
        "The room numbers are printed on the doors of the hall.",
        "Price list Europe 250 euros 25 euros",
        "E02 Motor current above 4 A Check the discharge line.",
        "Costs: 1 pump, 2 valves, 3 hoses, 4 seals and 5 strainers are listed.",
        "Only 4 kg.",
        "pumps that weigh more than 25 kilograms need two people.",
        "Up to 20 guests need a pass, and 20 guests need a guide.",
        "The loop current of the sensor is 4–20 mA in every model.",
        "Model | Order number 4711 | List price for customers.",
    ],
)
def test_what_a_reader_could_not_answer_is_not_asked(text: str) -> None:
    assert facts(text) == []


def test_digits_within_codes_and_versions_are_no_numbers() -> None:
    found = facts("Support for the X-200B gateway begins with firmware 4.0.1 of the pump.")
    assert [(fact.kind, fact.answers) for fact in found] == [(FactKind.CODE, ("X-200B",))]


def test_list_marks_and_line_breaks_are_left_out() -> None:
    [sentence] = sentences_of([a_passage("- 每台设备最多可以设置 15 条报警规则。")])
    assert sentence.text == "每台设备最多可以设置 15 条报警规则。"


def test_the_question_is_in_the_language_of_the_sentence() -> None:
    assert (
        asked(FactKind.DATE, f"The plant closes on {BLANK}.")
        == f"Which date belongs in the blank? “The plant closes on {BLANK}.”"
    )
    assert (
        asked(FactKind.NUMBER, f"“青鲤”项目的预算为 {BLANK} 万元。")
        == f"空白处应填哪个数字？“‘青鲤’项目的预算为 {BLANK} 万元。”"
    )


def pool_of(*texts: str) -> tuple[SentencePool, Fact]:
    """The sentences of documents d0, d1, …, and the first fact of the first."""
    passages = [a_passage(text, document=f"d{n}", page=n + 1) for n, text in enumerate(texts)]
    sentences = sentences_of(passages)
    return SentencePool(sentences), facts_of(sentences[0])[0]


def test_a_fact_that_stands_once_has_one_place() -> None:
    pool, fact = pool_of(
        "A handling fee of 25 euros is charged for orders below the limit.",
        "The strainer of the pump is cleaned every month by the shift lead.",
    )
    assert pool.places_of(fact) == (Place(document="d0", page=1),)


def test_the_same_sentence_with_another_value_makes_the_fact_unusable() -> None:
    """25 is not the 250 of the other document, though it begins so."""
    for other in ("40", "250", "25,000"):
        pool, fact = pool_of(
            "A handling fee of 25 euros is charged for orders below the limit.",
            f"A handling fee of {other} euros is charged for all orders below the limit.",
        )
        assert pool.places_of(fact) == ()


def test_the_same_sentence_with_the_same_value_is_gold_too() -> None:
    pool, fact = pool_of(
        "单次招待总额超过 2,000 元的，须由总监审批。",
        "单次招待总额超过 2,000 元的，须由总监审批。",
        "单次用餐须由主管批准并登记。",
    )
    assert pool.places_of(fact) == (
        Place(document="d0", page=1),
        Place(document="d1", page=2),
    )

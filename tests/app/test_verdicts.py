from __future__ import annotations

import pytest

from app.i18n import LANGUAGES, Translator
from app.verdicts import dangling_in_words, held_in_words, reasons_of, verdict_name
from rag.claims import Claim, Doubt, Finding, Verdict
from tests.app.voted_answers import BARE, HALF, HELD, HOSTILE, REFUTED, judged

EN, ZH = Translator("en"), Translator("zh")


def reasons(t: Translator, *findings: Finding) -> list[tuple[str, str]]:
    check = judged(Verdict.UNSUPPORTED, *findings)
    return [(one.about, one.text) for one in reasons_of(check, t)]


@pytest.mark.parametrize(
    ("finding", "english", "chinese"),
    [
        (
            Finding(doubt=Doubt.NUMBER, said="4 kg", stands="9 kg"),
            ("Number", "the sentence says “4 kg”, the passage “9 kg”"),
            ("数字", "这句话说“4 kg”，原文是“9 kg”"),
        ),
        (
            Finding(doubt=Doubt.NAME, said="李明"),
            ("Name", "“李明” is not in the passage"),
            ("名称", "原文中没有“李明”"),
        ),
        (
            Finding(doubt=Doubt.NEGATION, stands="must not be heated"),
            (
                "Negation",
                "one of the two says no where the other says yes; "
                "the passage says “must not be heated”",
            ),
            ("否定", "这句话与原文一个肯定、一个否定；原文是“must not be heated”"),
        ),
        (
            Finding(doubt=Doubt.COMPARISON, said="at least", stands="at most"),
            (
                "Comparison",
                "the two compare in opposite directions; "
                "the sentence says “at least”, the passage “at most”",
            ),
            ("比较", "这句话与原文的比较方向相反；这句话说“at least”，原文是“at most”"),
        ),
        (
            Finding(doubt=Doubt.WORDS, said="  "),
            ("Wording", "much of what the sentence says is not in the passage"),
            ("措辞", "这句话的许多内容在原文中找不到"),
        ),
    ],
    ids=lambda value: value.doubt if isinstance(value, Finding) else "",
)
def test_a_doubt_says_what_is_said_and_what_stands_there(
    finding: Finding, english: tuple[str, str], chinese: tuple[str, str]
) -> None:
    assert reasons(EN, finding) == [english]
    assert reasons(ZH, finding) == [chinese]


def test_values_are_put_in_as_they_are() -> None:
    [(_, text)] = reasons(EN, Finding(doubt=Doubt.UNIT, said=HOSTILE, stands="{said}"))
    assert text == f"the sentence says “{HOSTILE}”, the passage “{{said}}”"


def test_a_missing_source_is_no_reason_beside_its_own_mark() -> None:
    assert BARE.check is not None
    assert reasons_of(BARE.check, EN) == ()


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_verdict_and_every_doubt_has_its_words(language: str) -> None:
    t = Translator(language)
    names = {verdict_name(judged(verdict), t) for verdict in Verdict}
    assert len(names) == len(Verdict)
    for doubt in Doubt:
        for said, stands in (("", ""), ("a", ""), ("", "b"), ("a", "b")):
            told = reasons(t, Finding(doubt=doubt, said=said, stands=stands))
            assert all(about and text for about, text in told)
            assert all(part in told[0][1] for part in (said, stands) if told)


@pytest.mark.parametrize(
    ("claims", "english", "chinese"),
    [
        ((HELD, HELD, REFUTED), "2 of 3 sentences are held by their sources", "3 句话中有 2 句"),
        ((HELD, BARE), "1 of 2 sentences is held by its source", "2 句话中只有 1 句"),
        ((REFUTED, HALF), "None of the 2 sentences is held by its sources", "这 2 句话都没有"),
    ],
)
def test_what_is_held_is_summed_up(claims: tuple[Claim, ...], english: str, chinese: str) -> None:
    assert held_in_words(claims, EN) == english
    assert held_in_words(claims, ZH).startswith(chinese)


@pytest.mark.parametrize(
    "claims", [(), (HELD, HELD), (REFUTED,), (HELD, Claim(text="x")), (Claim(text="x"),) * 2]
)
def test_nothing_is_summed_up_where_all_is_held_or_not_all_was_checked(
    claims: tuple[Claim, ...],
) -> None:
    assert held_in_words(claims, EN) == ""


def test_source_numbers_that_were_taken_out_are_told() -> None:
    assert dangling_in_words(0, EN) == ""
    assert dangling_in_words(1, EN) == "1 source number named no passage and was taken out"
    assert dangling_in_words(2, EN) == "2 source numbers named no passage and were taken out"
    assert dangling_in_words(3, ZH) == "有 3 个出处编号没有对应的段落，已经去掉"

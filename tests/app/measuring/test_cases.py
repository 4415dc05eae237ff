"""Questions read one by one: expected, given, and where from."""

from __future__ import annotations

from app.i18n import Translator
from app.measuring.cases import cause_means, cause_name, expected, failed, flipped, place_of
from app.measuring.comparisons import compared
from evaluation.attribution import Cause
from evaluation.comparing import Side
from tests.app.measuring.runs_made import HOSTILE, answers, read, searches
from tests.evaluation.made import an_example, in_

EN, ZH = Translator("en"), Translator("zh")


def test_a_flip_shows_both_answers_with_their_sources() -> None:
    before, after = answers("0 bar", HOSTILE), answers("0 bar", "It is 1 bar.", run="ef56")
    found = compared(Side.of(before), Side.of(after))
    [case] = flipped(found.flips, found.before, found.after, ("A: x", "B: y"), EN)
    assert (case.question, case.label, case.good) == ("How high is number 1?", "became right", True)
    assert case.expected == ("1 bar",)
    wrong, right = case.given
    assert (wrong.heading, wrong.right, wrong.text) == ("A: x", False, HOSTILE)
    assert wrong.verdict.startswith("wrong: ")
    assert (right.heading, right.right, right.verdict) == ("B: y", True, "right")
    assert [(one.place, one.quote) for one in right.sources] == [("d0.pdf, p. 2", "It is 1 bar.")]


def test_a_flip_of_searches_shows_what_was_found_first() -> None:
    run = searches(3, by_page=True)
    found = compared(Side.of(run, "dense"), Side.of(run, "bm25"))
    case = flipped(found.flips, found.before, found.after, ("A", "B"), ZH)[0]
    assert (case.label, case.expected) == ("由错变对", ("answer 1",))
    assert [(one.place, one.gold) for one in case.given[1].sources] == [
        ("other.pdf", False),
        ("d1.pdf，第 3 页", True),
    ]


def test_failures_are_shown_by_cause() -> None:
    run = searches(3, by_page=True)
    case = failed(run, read(run).failures, EN)[0]
    assert case.label == "Search · dense"
    assert case.expected == ("d1.pdf, p. 3",)
    assert case.given[0].text == "other.pdf"
    refusals = answers("0 bar", "")
    [refused] = failed(refusals, read(refusals).failures, ZH)
    assert refused.given[0].text == "拒绝回答：文档中没有。"


def test_what_is_expected_may_be_groups_places_or_nothing() -> None:
    assert expected(an_example(answerable=False, answers=(), gold=()), EN) == (
        "no answer: the documents do not say",
    )
    grouped = an_example(answers=(), required=(("4 kg", "4 公斤"), ("blue",)))
    assert expected(grouped, EN) == ("4 kg / 4 公斤", "blue")
    assert expected(an_example(answers=(), gold=in_("a.pdf", 7)), ZH) == ("a.pdf，第 7 页",)


def test_places_are_said_as_readers_say_them() -> None:
    assert place_of("a#1.pdf#12", EN, by_page=True) == "a#1.pdf, p. 12"
    assert place_of("a#12", EN, by_page=False) == "a#12"
    assert place_of("a#b", EN, by_page=True) == "a#b"
    assert place_of("", EN, by_page=True) == ""


def test_every_cause_has_its_words() -> None:
    for cause in Cause:
        for t in (EN, ZH):
            assert cause_name(cause, t) != cause
            assert cause_means(cause, t) != cause

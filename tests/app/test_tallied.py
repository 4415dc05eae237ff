from __future__ import annotations

from dataclasses import replace

import pytest

from app.i18n import LANGUAGES, Translator
from app.tallied import ShownTally, progress_of, refusal_in_words, tallied
from rag.answer import Answer, Outcome
from rag.tally import Cluster, SampledAnswer, Tally
from tests.app.voted_answers import ANSWERED, HELD, HOSTILE, VOTED, a_sample

EN, ZH = Translator("en"), Translator("zh")


def shown(answer: Answer, t: Translator = EN) -> ShownTally:
    found = tallied(answer, t)
    assert found is not None
    return found


def progress(answer: Answer, t: Translator = EN) -> tuple[float, str]:
    found = progress_of(answer, t)
    assert found is not None
    return found


def headline(tally: Tally, t: Translator = EN, strategy: str = "self_consistency") -> str:
    answer = replace(ANSWERED, tally=tally, confidence=None, strategy=strategy)
    return shown(answer, t).headline


def agreeing(*sizes: int, tied: bool = False) -> Tally:
    """Clusters of these sizes."""
    samples = tuple(a_sample(number, f"{number}.") for number in range(sum(sizes)))
    numbers = iter(range(sum(sizes)))
    clusters = tuple(
        Cluster(members=tuple(next(numbers) for _ in range(size)), weight=size / 2, answer="a")
        for size in sizes
    )
    return Tally(samples=samples, clusters=clusters, planned=sum(sizes), tied=tied)


def test_the_line_says_who_agrees_and_how_sure_it_is() -> None:
    assert shown(ANSWERED).headline == "2 of 4 samples agree · confidence 0.86"
    assert shown(ANSWERED, ZH).headline == "4 次采样中 2 次一致 · 置信度 0.86"


@pytest.mark.parametrize(
    ("tally", "english", "chinese"),
    [
        (agreeing(4, 1), "4 of 5 samples agree", "5 次采样中 4 次一致"),
        (agreeing(1, 1, 1), "Only 1 of 3 samples says this", "3 次采样中只有 1 次这样回答"),
        (agreeing(1), "Only one sample could vote", "只有一次采样参与投票"),
        (Tally(planned=5), "No sample could vote", "没有采样参与投票"),
        (
            agreeing(2, 2, 1, tied=True),
            "A tie: 2 of 5 samples say this, and another answer weighs as much",
            "平局：5 次采样中 2 次这样回答，另一种回答的分量与之相同",
        ),
        (
            agreeing(1, 1, tied=True),
            "A tie: 1 of 2 samples says this, and another answer weighs as much",
            "平局：2 次采样中 1 次这样回答，另一种回答的分量与之相同",
        ),
    ],
)
def test_ties_and_lone_votes_are_said_to_be_such(tally: Tally, english: str, chinese: str) -> None:
    assert headline(tally) == english
    assert headline(tally, ZH) == chinese


def test_hints_go_round_by_round() -> None:
    assert headline(agreeing(2, 1), strategy="progressive_hint") == "2 of 3 rounds agree"
    assert headline(agreeing(2, 1), ZH, "progressive_hint") == "3 轮中 2 轮一致"
    rounds = shown(replace(ANSWERED, strategy="progressive_hint"), ZH)
    assert rounds.groups[0].samples[0].title == "第 2 轮"
    assert rounds.notes[0] == "在 9 轮中的第 5 轮之后停止：其余各轮不会改变结果。"


@pytest.mark.parametrize("strategy", ["self_consistency", "progressive_hint"])
@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_vote_can_be_said_in_every_language(language: str, strategy: str) -> None:
    t = Translator(language)
    tallies = (agreeing(3, 2), agreeing(1, 1), agreeing(1), Tally(), agreeing(2, 2, tied=True))
    assert len({headline(tally, t, strategy) for tally in tallies}) == len(tallies)


def test_a_group_has_its_share_its_votes_and_all_its_samples() -> None:
    most, few, none, failed = shown(ANSWERED).groups
    assert [one.answer for one in (most, few, none, failed)] == [
        "8,000 hours",
        "800 hours",
        "The documents do not say.",
        "Failed",
    ]
    assert [one.votes for one in (most, few, none)] == [
        "2 votes · 75 % of the weight",
        "1 vote · 15 % of the weight",
        "1 vote · 10 % of the weight",
    ]
    assert most.share == pytest.approx(0.75)
    assert few.share == pytest.approx(0.15)
    assert [sample.title for sample in most.samples] == ["Sample 2", "Sample 1"]
    assert (failed.share, failed.votes) == (None, "1 without a vote")


def test_a_minority_can_be_read_with_its_sources_and_cost() -> None:
    [sample] = shown(ANSWERED).groups[1].samples
    assert sample.text == f"It lasts 800 hours. {HOSTILE}"
    assert [(one.text, one.place) for one in sample.quotes] == [
        ("It weighs 9 kg.", "pump.md, p. 4"),
        ("The diaphragm lasts 8,000 hours.", "pump.md, p. 1"),
    ]
    written = len(sample.text.split())
    assert sample.about == (
        "1 of 2 sentences is held by its source · "
        f"{800 + written} tokens (800 read, {written} written) · 1.5 s"
    )


def test_what_failed_says_why_and_what_refused_says_so() -> None:
    *_, refused, failed = shown(ANSWERED, ZH).groups
    assert refused.samples[0].text == "文档中没有提到。"
    assert refused.samples[0].about == ""
    assert failed.samples[0].text == "没有收到任何内容。"
    assert failed.samples[0].about == "用时过长 · 60.0 秒"
    unknown = Tally(samples=(SampledAnswer(number=0, failed=True, text="Half a"),), planned=1)
    [group] = shown(replace(ANSWERED, tally=unknown)).groups
    assert group.samples[0].text == "Half a"
    assert group.samples[0].about == "something went wrong at the service"


def test_a_model_that_counts_half_of_its_tokens_has_told_that_half() -> None:
    sample = replace(a_sample(0, "One two."), prompt_tokens=None, took_ms=0.0)
    tally = Tally(samples=(sample,), clusters=(Cluster(members=(0,), weight=0.5),), planned=1)
    [group] = shown(replace(ANSWERED, tally=tally)).groups
    assert group.samples[0].about == "2 tokens written"
    assert group.answer == "One two.", "where there is no short form the text stands for it"


def test_votes_without_weight_are_shown_by_their_number() -> None:
    clusters = tuple(replace(one, weight=0.0) for one in agreeing(3, 1).clusters)
    groups = shown(replace(ANSWERED, tally=replace(agreeing(3, 1), clusters=clusters))).groups
    assert [group.share for group in groups] == [0.75, 0.25]


def test_a_long_answer_is_cut_in_its_line_only() -> None:
    sample = a_sample(0, "字" * 300, HELD)
    tally = Tally(samples=(sample,), clusters=(Cluster(members=(0,), weight=1.0),), planned=1)
    [group] = shown(replace(ANSWERED, tally=tally)).groups
    assert group.answer == "字" * 199 + "…"
    assert group.samples[0].text == "字" * 300


def test_early_stopping_is_told_and_weights_explained_where_answers_differ() -> None:
    stopped, weights = shown(ANSWERED).notes
    assert stopped == "Stopped after 5 of 9 samples: the rest could not change the answer."
    assert weights.startswith("The bars show how much the votes weigh")
    assert shown(replace(ANSWERED, tally=agreeing(3))).notes == ()


def test_the_confidence_says_whether_it_is_calibrated() -> None:
    assert shown(ANSWERED).confidence.startswith("Confidence is not calibrated")
    assert shown(ANSWERED, ZH).confidence.startswith("置信度未经校准")
    assert "right" in shown(replace(ANSWERED, calibrated=True)).confidence
    refused = replace(ANSWERED, calibrated=True, outcome=Outcome.NOT_IN_DOCUMENTS)
    assert shown(refused).confidence.endswith("the documents really do not say.")
    assert shown(replace(ANSWERED, confidence=None)).confidence == ""


def test_a_confidence_without_a_scale_is_not_shown_by_itself() -> None:
    alone = replace(ANSWERED, tally=None)
    assert tallied(alone, EN) is None
    assert tallied(replace(alone, confidence=None, calibrated=True), EN) is None
    calibrated = shown(replace(alone, calibrated=True))
    assert (calibrated.headline, calibrated.groups) == ("Confidence 0.86", ())
    assert shown(replace(alone, calibrated=True, confidence=0.0), ZH).headline == "置信度 0.00"


@pytest.mark.parametrize(
    ("come", "share", "english", "chinese"),
    [(0, 0.0, "Sample 1 of 5", "采样 1/5"), (2, 0.4, "Sample 3 of 5", "采样 3/5")],
)
def test_samples_are_counted_while_they_come(
    come: int, share: float, english: str, chinese: str
) -> None:
    growing = replace(ANSWERED, outcome=None, tally=replace(agreeing(come), planned=5))
    for t, words in ((EN, english), (ZH, chinese)):
        found, said = progress(growing, t)
        assert found == pytest.approx(share)
        assert said.startswith(words)


def test_the_last_sample_is_never_passed() -> None:
    growing = replace(ANSWERED, outcome=None, tally=replace(agreeing(5), planned=5))
    share, said = progress(growing)
    assert share == 1.0
    assert said.startswith("Sample 5 of 5")
    rounds = replace(growing, strategy="progressive_hint")
    assert progress(rounds)[1].startswith("Round 5 of at most 5")


@pytest.mark.parametrize(
    "answer",
    [
        ANSWERED,
        replace(ANSWERED, outcome=None, tally=None),
        replace(ANSWERED, outcome=None, tally=Tally()),
    ],
)
def test_nothing_is_counted_where_no_sample_is_awaited(answer: Answer) -> None:
    assert progress_of(answer, EN) is None


@pytest.mark.parametrize(
    ("confidence", "calibrated", "english", "chinese"),
    [
        (None, False, "The documents do not say.", "文档中没有提到。"),
        (0.1, False, "The documents do not say.", "文档中没有提到。"),
        (0.8, True, "The documents do not say.", "文档中没有提到。"),
        (0.79, True, "The documents probably do not say.", "文档中很可能没有提到。"),
    ],
)
def test_a_refusal_is_as_sure_as_its_calibrated_confidence(
    confidence: float | None, calibrated: bool, english: str, chinese: str
) -> None:
    refused = Answer(
        question="q",
        model="m",
        outcome=Outcome.NOT_IN_DOCUMENTS,
        confidence=confidence,
        calibrated=calibrated,
    )
    assert refusal_in_words(refused, EN) == english
    assert refusal_in_words(refused, ZH) == chinese


def test_a_sample_that_a_stored_tally_has_lost_is_left_out() -> None:
    tally = replace(VOTED, samples=VOTED.samples[:1])
    groups = shown(replace(ANSWERED, tally=tally)).groups
    assert [len(group.samples) for group in groups] == [1, 0, 0]

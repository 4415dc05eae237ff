"""A tally: who has a vote, and how many agree."""

from __future__ import annotations

from rag.tally import Cluster, SampledAnswer, Tally


def test_failed_samples_have_no_vote_and_the_first_cluster_agrees() -> None:
    tally = Tally(
        samples=(
            SampledAnswer(number=0, answer="4 kg", weight=0.9),
            SampledAnswer(number=1, failed=True),
            SampledAnswer(number=2, refuses=True),
            SampledAnswer(number=3, answer="4 公斤", weight=0.8),
        ),
        clusters=(
            Cluster(members=(0, 3), weight=1.7, answer="4 kg"),
            Cluster(members=(2,), weight=0.3, refuses=True),
        ),
        planned=4,
    )
    assert (tally.counted, tally.agreeing) == (3, 2)


def test_an_empty_tally_agrees_on_nothing() -> None:
    assert (Tally().counted, Tally().agreeing) == (0, 0)

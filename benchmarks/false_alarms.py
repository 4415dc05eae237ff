"""How often equal systems are called different, how often a gate cries wolf, and what it catches.

    python -m benchmarks.false_alarms --part gate --repetitions 1000

``--part`` is one of: tests (p < .05 between equal systems, for each test as if questions were
independent and by document), gate (runs that drop by exactly what is allowed), planted (5 points
lost on 500 questions). Designs are named as in ``benchmarks/coverage.py``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import product

import numpy as np

from benchmarks.simulated_runs import Design, designs, hits, scores
from benchmarks.tables import Row, run_parts
from evaluation.metric import Floats, Metric, mean
from evaluation.statistics.comparisons import Pair
from evaluation.statistics.gate import Verdict, gate


def main() -> None:
    """Run from the command line."""
    parts = {"tests": _tests, "gate": _gates, "planted": _planted}
    run_parts(__doc__ or "", parts, resamples=200, widths=(44, 20))


def _tests(repetitions: int, _resamples: int, seed: int) -> Iterator[tuple[str, Row]]:
    for name, design in designs((0.6, 0.9)):
        rng, alarms = np.random.default_rng(seed), defaultdict[str, list[bool]](list)
        for repetition in range(repetitions):
            labels = design.labels(rng)
            groups = [str(label) for label in labels]
            alone = [str(at) for at in range(design.questions)]
            reruns = design.reruns(rng, labels)
            for kind, made in (("0/1", hits), ("f1", scores)):
                old, new = (mean("m", made(latent, design.right)) for latent in reruns)
                for way, clusters in (("alone", alone), ("by document", groups)):
                    pair = Pair.of(old, new, clusters, resamples=2, seed=repetition)
                    alarms[f"{kind} {way}"].append(pair.tails().beyond < 0.05)
        yield name, {way: _share(one) for way, one in alarms.items()}


def _gates(repetitions: int, resamples: int, seed: int) -> Iterator[tuple[str, Row]]:
    for name, design in designs((0.6, 0.9)):
        for drop in (0.0, 0.02):
            rng, said = np.random.default_rng(seed), defaultdict[str, list[bool]](list)
            for repetition in range(repetitions):
                labels = design.labels(rng)
                old, new = design.reruns(rng, labels)
                before, after = _four(old, design, 0.0), _four(new, design, drop)
                for way, names in (("one", ["hit@1"]), ("four", list(before))):
                    verdicts = gate(
                        before,
                        after,
                        [str(label) for label in labels],
                        max_drop=dict.fromkeys(names, drop),
                        resamples=resamples,
                        seed=repetition,
                    )
                    _note(said, way, verdicts)
            yield f"drop={drop:g} {name}", {way: _share(one) for way, one in said.items()}


def _planted(repetitions: int, resamples: int, seed: int) -> Iterator[tuple[str, Row]]:
    """Of 500 questions 400 were right; 25 are lost on average, besides a churn both ways."""
    for documents, churn in product((500, 50), (0, 10, 25, 50)):
        rng, said = np.random.default_rng(seed), defaultdict[str, list[bool]](list)
        clusters = [str(at % documents) for at in range(500)]
        for repetition in range(repetitions):
            before = np.asarray(rng.permutation(500) < 400, np.float64)
            chances = np.where(before == 1, (25 + churn) / 400, churn / 100)
            after = np.where(rng.random(500) < chances, 1 - before, before)
            for drop in (0.0, 0.02):
                verdicts = gate(
                    {"em": mean("em", before)},
                    {"em": mean("em", after)},
                    clusters,
                    max_drop={"em": drop},
                    resamples=resamples,
                    seed=repetition,
                )
                _note(said, f"drop={drop:g}", verdicts)
        name = f"{documents} documents, {churn / 5:g} % churn each way"
        yield name, {way: _share(one) for way, one in said.items()}


def _four(latent: Floats, design: Design, drop: float) -> dict[str, Metric]:
    """Four metrics that go together, each lower by ``drop`` than without."""
    made: dict[str, tuple[Callable[[Floats, float], Floats], float]] = {
        "hit@1": (hits, design.right - drop),
        "hit@5": (hits, (1 + design.right) / 2 - drop),
        "mrr@10": (scores, design.right - drop / 0.8),
        "ndcg@10": (scores, 0.5 - drop / 0.8),
    }
    return {name: mean(name, of(latent, right)) for name, (of, right) in made.items()}


def _note(said: dict[str, list[bool]], way: str, verdicts: list[Verdict]) -> None:
    statuses = {one.status for one in verdicts}
    said[f"{way} regressed"].append("regressed" in statuses)
    said[f"{way} undecided"].append("undecided" in statuses)


def _share(said: list[bool]) -> str:
    return f"{100 * np.mean(said):.1f} %"


if __name__ == "__main__":
    main()

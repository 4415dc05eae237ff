"""Whether the confidence tells right answers from wrong ones, and whether it is the share right.

    python -m benchmarks.refusal --data ../shared/data [--limit 1000 --seed 0] [--json FILE]
    python -m benchmarks.refusal --data ../shared/data --fit [rag/confidence/shipped.json]

The extractive answer is asked the answerable questions of a set and as many that are not, over the
whole corpus. Where a set has no unanswerable questions they are made: a question's documents are
held back, or one of its words is swapped, by turns. An answer is right when its first cited
sentence holds the gold answer; to an unanswerable question every answer is wrong.

*aurc* is the area under the risk–coverage curve of the confidence. It is compared, paired over the
questions, with the best cosine of a passage as the score, which is the curve of every rule "refuse
below a cosine of x", and with the rules "below 0.2" and "below 0.25" themselves: there *risk* is
that of as many answers, the most confident, as the rule gives. *ece* is the expected calibration
error; ``given`` is that of the answers that are not refused.

``--fit`` writes the table that comes with the product, from training sets and the questions of the
sample corpus.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from app.calibrating import Asked, ask_all, drawn
from app.cli.console import services
from app.cli.evaluation.options import question_sets, show_progress
from app.cli.evaluation.showing import table_console, write_json
from app.models import EXTRACTIVE
from app.workbench import Workbench
from evaluation.calibrating import Case, calibration_metrics, fitted
from evaluation.dataset import TextCorpus
from evaluation.datasets.corpus import text_corpus
from evaluation.metric import Metric, ratio
from evaluation.statistics.comparisons import difference
from evaluation.statistics.intervals import interval
from rag.confidence import Confidence
from rag.confidence.judging import Chances
from rag.confidence.shipped import TABLE

SETS: Final = ("squad2_dev", "clapnq_dev", "cmrc2018_dev")
RULES: Final = (0.2, 0.25)

TRAINED_ON: Final = (
    ("train/squad2_train_backtranslated", 2 / 3, 1.0),
    ("train/cmrc2018_train", 1.0, 1.0),
    ("samples", 1.0, 8.0),
)
"""Sets, the share of their questions that are truly answerable, and how often each counts.

The first marks every question as answerable, and about a third are not (its meta.json). The
questions of the sample corpus are few and in other words than its documents.
"""

_TRAINING_QUESTIONS: Final = 1200
_TRAINING_DOCUMENTS: Final = 1200
_SAMPLES: Final = Path(__file__).parents[1] / "samples"


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--set", action="append", help=f"default: {', '.join(SETS)}")
    parser.add_argument("--limit", type=int, default=1000, help="answerable questions of a set")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--fit", type=Path, nargs="?", const=TABLE, metavar="FILE")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with services() as opened:
        bench = Workbench(opened)
        if given.fit:
            write_table(bench, given.data, given.fit, seed=given.seed)
            return
        console, told = table_console(given.json), []
        confidence = Confidence(opened.embedder.model_id)
        everything: list[Case] = []
        for path in [given.data / one for one in given.set or SETS]:
            asked = put(bench, path, limit=given.limit, seed=given.seed)
            cases = [case for of_question in asked.cases for case in of_question]
            everything += cases
            told.append({"set": path.name, **measured(cases, confidence, seed=given.seed)})
            console.print(_lines(told[-1]))
        together = [_chances(case, confidence).right for case in everything]
        ece = interval(
            calibration_metrics(everything, together)["ece"],
            [case.cluster for case in everything],
            seed=given.seed,
        )
        console.print(f"together: ece {ece.value:.3f} [{ece.low:.3f}, {ece.high:.3f}]")
        write_json(given.json, told)


def put(
    bench: Workbench,
    path: Path,
    *,
    limit: int,
    seed: int,
    documents: int = 0,
    truly_answerable: float = 1.0,
    weight: float = 1.0,
) -> Asked:
    """Ask the extractive answer one set, over ``documents`` of its texts (0: all)."""
    (dataset,) = question_sets(bench.services, [path], "", ())
    if documents and isinstance(dataset.corpus, TextCorpus):
        dataset = replace(dataset, corpus=cut(dataset.corpus, path, documents))
    with show_progress(dataset.name) as tell:
        return ask_all(
            bench,
            dataset,
            drawn(dataset, limit, seed),
            model=EXTRACTIVE,
            seed=seed,
            tell=tell,
            truly_answerable=truly_answerable,
            weight=weight,
        )


def cut(corpus: TextCorpus, path: Path, documents: int) -> TextCorpus:
    """So many documents, those whose names have the smallest SHA-256."""
    rows = sorted(corpus.rows, key=lambda row: hashlib.sha256(row[0].encode()).hexdigest())
    return text_corpus(path, rows[:documents])


def write_table(bench: Workbench, data: Path, file: Path, *, seed: int) -> None:
    """Fit the shipped calibration on the training sets."""
    cases: list[Case] = []
    for name, share, weight in TRAINED_ON:
        asked = put(
            bench,
            _SAMPLES if name == "samples" else data / name,
            limit=_TRAINING_QUESTIONS,
            seed=seed,
            documents=_TRAINING_DOCUMENTS,
            truly_answerable=share,
            weight=weight,
        )
        cases += [case for of_question in asked.cases for case in of_question]
    source = ", ".join(name.removeprefix("train/") for name, _, _ in TRAINED_ON)
    found = fitted(cases, embedder=asked.embedder, answerer=asked.answerer, source=source)
    file.write_text(json.dumps(found.as_json(), indent=1) + "\n", encoding="utf-8")


def measured(cases: Sequence[Case], confidence: Confidence, *, seed: int) -> dict[str, Any]:
    """The figures of one set; intervals are of 95 %."""
    found = [_chances(case, confidence) for case in cases]
    ours, theirs = [one.right for one in found], [max(0.0, case.cosine) for case in cases]
    clusters = [case.cluster for case in cases]
    metrics, by_cosine = calibration_metrics(cases, ours), calibration_metrics(cases, theirs)
    gap = difference(by_cosine["aurc"], metrics["aurc"], clusters, seed=seed)
    answers = np.array(
        [
            one.answerable >= one.floor and case.evident
            for one, case in zip(found, cases, strict=True)
        ]
    )
    kept = np.flatnonzero(answers).tolist()
    given = calibration_metrics([cases[at] for at in kept], [ours[at] for at in kept])
    ece = interval(metrics["ece"], clusters, seed=seed)
    known = np.array([case.answerable for case in cases]) > 0
    return {
        "questions": len(cases),
        "aurc": gap.after,
        "aurc by cosine": gap.before,
        "aurc less": [gap.value, gap.low, gap.high],
        "aurc p": gap.p,
        "ece": [ece.value, ece.low, ece.high],
        "ece given": given["ece"].value(),
        "answered": float(answers[known].mean()),
        "answered though unanswerable": float(answers[~known].mean()) if (~known).any() else 0.0,
        "rules": [_against(rule, cases, ours, theirs, seed=seed) for rule in RULES],
    }


def _against(
    rule: float, cases: Sequence[Case], ours: Sequence[float], theirs: Sequence[float], *, seed: int
) -> dict[str, float]:
    """The rule "refuse below this cosine" beside us.

    Its own curve is flat: answers of a rule come in no order. *risk* compares what it answers with
    as many of our most confident.
    """
    clusters = [case.cluster for case in cases]
    allowed = [at for at, one in enumerate(theirs) if one >= rule]
    surest = sorted(range(len(cases)), key=lambda at: -ours[at])[: len(allowed)]
    risk = difference(_wrong(cases, allowed), _wrong(cases, surest), clusters, seed=seed)
    flat = calibration_metrics(cases, [float(one >= rule) for one in theirs])["aurc"]
    area = difference(flat, calibration_metrics(cases, ours)["aurc"], clusters, seed=seed)
    return {
        "rule": rule,
        "coverage": len(allowed) / len(cases),
        "risk": risk.before,
        "our risk": risk.after,
        "risk p": risk.p,
        "flat aurc": area.before,
        "aurc p": area.p,
    }


def _wrong(cases: Sequence[Case], given: Sequence[int]) -> Metric:
    """The share wrong of the answers given."""
    answered = np.zeros(len(cases))
    answered[list(given)] = 1.0
    return ratio("risk", answered * [1 - case.right for case in cases], answered)


def _chances(case: Case, confidence: Confidence) -> Chances:
    return confidence.chances(case.ground, case.features, EXTRACTIVE)


def _lines(told: dict[str, Any]) -> str:
    less, ece = told["aurc less"], told["ece"]
    lines = [
        f"{told['set']}: {told['questions']} questions; answered {told['answered']:.3f} of those "
        f"that the documents answer, {told['answered though unanswerable']:.3f} of the others",
        f"  aurc {told['aurc']:.4f}, by best cosine {told['aurc by cosine']:.4f}; difference "
        f"{less[0]:.4f} [{less[1]:.4f}, {less[2]:.4f}] p = {told['aurc p']:.2g}",
        f"  ece  {ece[0]:.3f} [{ece[1]:.3f}, {ece[2]:.3f}], of answers given "
        f"{told['ece given']:.3f}",
    ]
    lines += [
        f"  rule {one['rule']}: answers {one['coverage']:.3f}, risk {one['risk']:.4f}, ours "
        f"{one['our risk']:.4f} (p = {one['risk p']:.2g}); its aurc {one['flat aurc']:.4f} "
        f"(p = {one['aurc p']:.2g})"
        for one in told["rules"]
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()

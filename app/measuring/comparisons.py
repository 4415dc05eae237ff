"""Two runs, or two systems of one, compared: what differs beyond chance, said in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.measuring.metric_table import report_language

if TYPE_CHECKING:
    from app.i18n import Translator
    from evaluation.attribution import Cause, Flip
    from evaluation.comparing import Side
    from evaluation.reports.summary import Comparison
    from evaluation.results import Run
    from evaluation.runs import RunEntry

_BREAKS = str.maketrans({" ": "\u00a0"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """``before`` against ``after``: every metric that both have, and the questions that flipped."""

    before: Side
    after: Side
    comparisons: tuple[Comparison, ...]
    flips: tuple[Flip, ...]
    causes: tuple[Counter[Cause], Counter[Cause]]


def compared(before: Side, after: Side) -> Compared:
    """The comparison of two sides. Raises RunsDiffer."""
    from evaluation.attribution import counted, flips
    from evaluation.comparing import differences
    from evaluation.reports.summary import compare

    return Compared(
        before=before,
        after=after,
        comparisons=compare(differences(before, after)),
        flips=tuple(flips(before, after)),
        causes=(counted(before), counted(after)),
    )


def comparable(entries: Sequence[RunEntry], run: Run) -> list[RunEntry]:
    """The other finished runs that asked the same questions in the same way, the newest first."""
    plans = {entry.id: entry.plan for entry in entries}
    own = plans.get(run.id)
    if own is None:
        return []

    def asked(entry: RunEntry) -> tuple[object, ...]:
        plan = entry.plan
        part = plan.settings.get("part", "")
        return plan.kind, plan.dataset_digest, plan.seed, plan.limit, part, plan.by_page

    wanted = next(asked(entry) for entry in entries if entry.id == run.id)
    return [
        entry
        for entry in entries
        if entry.finished_at is not None and entry.id != run.id and asked(entry) == wanted
    ]


def verdicts(found: Compared, names: tuple[str, str], t: Translator) -> tuple[str, ...]:
    """What the comparison shows, a sentence for each metric that differs beyond chance.

    One more says in which metrics no difference can be told.
    """
    from evaluation.reports.summary import Direction

    questions = len(found.before.run.examples)
    shown = [one for one in found.comparisons if one.direction is not Direction.NOT_SHOWN]
    told = [_verdict(one, names, len(found.comparisons), t) for one in shown]
    rest = [one for one in found.comparisons if one.direction is Direction.NOT_SHOWN]
    if rest and shown:
        metrics = t("evaluate.comma").join(one.difference.metric for one in rest)
        told.append(t("compare.rest", metrics=metrics, count=questions))
    elif rest:
        told.append(t("compare.nothing", count=questions))
        told.append(_verdict(rest[0], names, len(rest), t))
    return tuple(told)


def _verdict(one: Comparison, names: tuple[str, str], metrics: int, t: Translator) -> str:
    direction = "same" if one.difference.value == 0 else one.direction
    return t(f"compare.said.{direction}", metrics=metrics, **_numbers(one, names, t))


def _numbers(one: Comparison, names: tuple[str, str], t: Translator) -> dict[str, str]:
    from evaluation.reports.formatting import change, p_value
    from evaluation.reports.glossary import scale_of
    from evaluation.reports.wording import points

    found, scale = one.difference, scale_of(one.difference.metric)
    return {
        "before": names[0],
        "after": names[1],
        "metric": found.metric,
        "change": points(found.value, scale, report_language(t)).translate(_BREAKS),
        "low": change(found.low, scale).translate(_BREAKS),
        "high": change(found.high, scale).translate(_BREAKS),
        "p": p_value(one.p).translate(_BREAKS),
    }

"""How times and memory grow with the number of chunks, as a page with two plots."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any, Final

from evaluation.reports.charts import FONTS, PALETTE, SHAPES, svg

if TYPE_CHECKING:
    import altair

_WIDTH, _HEIGHT = 420, 260
_PAGE: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Search by size</title>
<meta name="viewport" content="width=device-width"><style>
:root {{ color-scheme: light dark }}
body {{ font: 15px/1.5 {fonts}; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
</style><h1>Search by size</h1><p>{machine}</p>
<h2>Time of a question, 95th per cent</h2>{times}
<h2>Memory of a process with the product alone</h2>{memory}
</html>
"""


def growth_page(told: dict[str, Any]) -> str:
    """The page, of what ``speed.payload`` tells."""
    times: list[dict[str, Any]] = []
    memory: list[dict[str, Any]] = []
    for size in told["sizes"]:
        searched = size["searched"]
        if searched is None:
            continue
        memory.append(
            {"system": "product", "chunks": size["chunks"], "value": searched["product"]["now_mb"]}
        )
        times.extend(
            {"system": one["name"], "chunks": size["chunks"], "value": one["times"]["p95_ms"]}
            for one in searched["systems"]
            if one["times"]
        )
    machine = told["machine"]
    return _PAGE.format(
        fonts=FONTS,
        machine=escape(f"{machine['processor']}, {machine['cores']} cores, {machine['system']}"),
        times=svg(_curves(times, "milliseconds")) if times else "",
        memory=svg(_curves(memory, "megabytes")) if memory else "",
    )


def _curves(rows: Sequence[dict[str, Any]], unit: str) -> altair.LayerChart:
    """A line a system, both axes logarithmic."""
    import altair as alt

    names = list(dict.fromkeys(row["system"] for row in rows))
    scale = alt.Scale(type="log", nice=True)
    base = alt.Chart(alt.InlineData(values=list(rows))).encode(
        x=alt.X("chunks:Q", title="chunks", scale=scale, axis=alt.Axis(format="~s", tickCount=4)),
        y=alt.Y("value:Q", title=unit, scale=scale, axis=alt.Axis(format="~g", tickCount=5)),
        color=alt.Color(
            "system:N",
            sort=None,
            title=None,
            scale=alt.Scale(domain=names, range=[PALETTE[i % 6] for i in range(len(names))]),
            legend=alt.Legend(columns=2) if len(names) > 1 else None,
        ),
    )
    points = base.mark_point(filled=True, size=60, opacity=1).encode(
        shape=alt.Shape(
            "system:N",
            sort=None,
            title=None,
            scale=alt.Scale(domain=names, range=[SHAPES[i % 6] for i in range(len(names))]),
            legend=alt.Legend(columns=2) if len(names) > 1 else None,
        )
    )
    layers = [base.mark_line(strokeWidth=1.8), points]
    return alt.LayerChart(layer=layers, width=_WIDTH, height=_HEIGHT)

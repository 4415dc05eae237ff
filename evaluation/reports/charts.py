"""Charts of a run as Altair specifications over plain values, and as SVG for a page.

The charts name no colours of text or ground: ``svg`` leaves both to the page around it, and the app
to its own theme. Systems differ by colour and by shape, or by colour and dashes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, floor
from typing import TYPE_CHECKING, Any, Final, TypeVar

from rich.cells import cell_len

from evaluation.reports.formatting import Scale, number
from evaluation.reports.glossary import Language, scale_of
from evaluation.reports.summary import RunSummary, SystemSummary
from evaluation.reports.texts import text

if TYPE_CHECKING:
    import altair

T = TypeVar("T")

PALETTE: Final = ("#0072b2", "#d55e00", "#008f68", "#b8609a", "#96701a", "#7a7a7a")
"""After Okabe and Ito 2008, each darkened until it keeps 3:1 on white and on #111."""
DASHES: Final = ((1, 0), (7, 3), (2, 2), (8, 3, 2, 3), (12, 3), (4, 4))
"""Of lines, solid first: long dashes, dots, dashes and dots, longer and shorter dashes."""
SHAPES: Final = ("circle", "square", "diamond", "triangle-up", "triangle-down", "cross")
FONTS: Final = (
    "system-ui, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
)
WIDTH: Final = 250
LONG_NAME: Final = 18
"""Legends whose names are wider, in terminal cells, have one column."""
MOST_POINTS: Final = 200
LOG_FROM: Final = 30
"""Times whose longest is so many times the shortest are drawn on a logarithmic axis."""


def intervals_chart(
    summary: RunSummary, *, language: Language = "en", names: Sequence[str] | None = None
) -> altair.LayerChart | None:
    """A dot with its 95 % interval per metric and system; None where no metric is a share.

    ``names`` are the metrics drawn, all that are shares if None.
    """
    import altair as alt

    rows = [
        {"metric": name, "system": system, "value": i.value, "low": i.low, "high": i.high}
        for name in (summary.metric_names() if names is None else names)
        if scale_of(name) is Scale.SHARE
        for system, one in summary.systems.items()
        if (i := one.metrics.get(name)) is not None and i.value == i.value
    ]
    if not rows:
        return None
    metrics = list(dict.fromkeys(str(row["metric"]) for row in rows))
    systems = list(summary.systems)
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("metric:N", sort=metrics, title=None, scale=alt.Scale(paddingInner=0.25)),
        yOffset=alt.YOffset("system:N", sort=systems),
        color=_colour(systems),
    )
    axis = alt.X(
        "low:Q",
        title=text("value_axis", language),
        scale=alt.Scale(domain=_domain(rows), nice=False, zero=False),
        axis=alt.Axis(format=".2~f", tickCount=5),
    )
    lines = base.mark_rule(strokeWidth=1.6).encode(x=axis, x2="high:Q")
    dots = base.mark_point(filled=True, size=38, opacity=1).encode(
        x="value:Q", shape=_shape(systems)
    )
    step = alt.Step(max(9, 26 // len(systems)), **{"for": "offset"})
    return alt.LayerChart(layer=[lines, dots], width=WIDTH, height=step)


def reliability_chart(
    system: SystemSummary, *, language: Language = "en"
) -> altair.VConcatChart | None:
    """Share right by stated confidence over the counts of its bins; None without confidences.

    The dashed line is perfect calibration; intervals are those of the bins (95 %).
    """
    import altair as alt

    if system.curves is None or not system.curves.reliability:
        return None
    rows = [
        {
            "confidence": one.confidence,
            "accuracy": one.accuracy,
            "low": one.low,
            "high": one.high,
            "count": one.count,
        }
        for one in system.curves.reliability
    ]
    unit = alt.Scale(domain=[0, 1], nice=False, padding=0)
    data = alt.Chart(alt.InlineData(values=rows))
    x = alt.X("confidence:Q", title=None, scale=unit, axis=alt.Axis(labels=False, tickCount=5))
    y = alt.Y("accuracy:Q", title=text("share_right_axis", language), scale=unit, axis=_tenths(alt))
    ideal = (
        alt.Chart(alt.InlineData(values=[{"x": 0, "y": 0}, {"x": 1, "y": 1}]))
        .mark_line(color=PALETTE[-1], strokeDash=[4, 3], strokeWidth=1)
        .encode(x=alt.X("x:Q", title=None), y="y:Q")
    )
    whiskers = data.mark_rule(color=PALETTE[0], strokeWidth=1.6).encode(x=x, y="low:Q", y2="high:Q")
    dots = data.mark_point(color=PALETTE[0], filled=True, size=42, opacity=1).encode(x=x, y=y)
    counts = data.mark_rule(color=PALETTE[0], strokeWidth=9).encode(
        x=alt.X(
            "confidence:Q",
            title=text("confidence_axis", language),
            scale=unit,
            axis=_tenths(alt),
        ),
        y=alt.Y("count:Q", title=text("count_axis", language), axis=alt.Axis(tickCount=2)),
    )
    return alt.vconcat(
        alt.layer(ideal, whiskers, dots).properties(width=WIDTH, height=170),
        counts.properties(width=WIDTH, height=42),
        spacing=8,
    )


def risk_coverage_chart(
    systems: Mapping[str, SystemSummary], *, language: Language = "en"
) -> altair.Chart | None:
    """Share wrong among the surest answers by how many are accepted; areas in the legend.

    None where no system has the curve.
    """
    import altair as alt

    rows: list[dict[str, Any]] = []
    for name, one in systems.items():
        if one.curves is None or not one.curves.risk_coverage:
            continue
        area = one.metrics.get("aurc")
        label = f"{name} ({number(area.value)})" if area else name
        rows.extend(
            {"system": label, "coverage": point.coverage, "risk": point.risk}
            for point in _thinned(one.curves.risk_coverage)
        )
    if not rows:
        return None
    labels = list(dict.fromkeys(row["system"] for row in rows))
    chart: altair.Chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_line(strokeWidth=1.8, interpolate="step-after")
        .encode(
            x=alt.X(
                "coverage:Q",
                title=text("coverage_axis", language),
                scale=alt.Scale(domain=[0, 1]),
                axis=_tenths(alt),
            ),
            y=alt.Y(
                "risk:Q",
                title=text("risk_axis", language),
                scale=alt.Scale(domain=[0, min(1.0, max(r["risk"] for r in rows) * 1.05) or 1.0]),
                axis=_tenths(alt),
            ),
            color=_colour(labels, title=text("area_legend", language)),
            strokeDash=_dash(labels, title=text("area_legend", language)),
        )
        .properties(width=WIDTH, height=190)
    )
    return chart


def latency_chart(
    systems: Mapping[str, SystemSummary], *, language: Language = "en"
) -> altair.Chart | None:
    """Share of questions done within a time; None where no system was timed."""
    import altair as alt

    rows: list[dict[str, Any]] = []
    for name, one in systems.items():
        times = () if one.curves is None else one.curves.total_ms
        ranked = [(time, (rank + 1) / len(times)) for rank, time in enumerate(times)]
        rows.extend({"system": name, "s": t / 1000, "share": s} for t, s in _thinned(ranked))
    if not rows:
        return None
    names = list(dict.fromkeys(r["system"] for r in rows))
    shortest, longest = min(r["s"] for r in rows), max(r["s"] for r in rows)
    wide = shortest > 0 and longest / shortest >= LOG_FROM
    chart: altair.Chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_line(strokeWidth=1.8, interpolate="step-after")
        .encode(
            x=alt.X(
                "s:Q",
                title=text("seconds_axis", language),
                scale=alt.Scale(type="log" if wide else "linear", zero=not wide, nice=True),
                axis=alt.Axis(format="~g", tickCount=4),
            ),
            y=alt.Y("share:Q", title=text("share_done_axis", language), axis=_tenths(alt)),
            color=_colour(names),
            strokeDash=_dash(names),
        )
        .properties(width=WIDTH, height=190)
    )
    return chart


def svg(chart: altair.Chart | altair.LayerChart | altair.VConcatChart) -> str:
    """``chart`` as SVG in the page's own text colour, on no ground; asks nothing of a network."""
    import vl_convert

    ink = "currentColor"
    painted = chart.configure(
        aria=False,
        background="transparent",
        font=FONTS,
        axis={
            **{"labelColor": ink, "titleColor": ink, "tickColor": ink, "domainColor": ink},
            **{"gridColor": ink, "gridOpacity": 0.14, "domainOpacity": 0.4, "tickOpacity": 0.4},
            **{"labelFontSize": 10, "titleFontSize": 10, "titleFontWeight": "normal"},
        },
        legend={
            **{"labelColor": ink, "titleColor": ink, "labelFontSize": 10, "titleFontSize": 10},
            **{"orient": "top", "direction": "horizontal", "titleFontWeight": "normal"},
            **{"titleOrient": "top", "labelLimit": WIDTH, "symbolSize": 60},
        },
        view={"stroke": None},
    )
    return str(vl_convert.vegalite_to_svg(painted.to_json(), allowed_base_urls=[]))


def _colour(systems: Sequence[str], *, title: str | None = None) -> altair.Color:
    import altair as alt

    colours = [PALETTE[i % len(PALETTE)] for i in range(len(systems))]
    long = max(cell_len(system) for system in systems) > LONG_NAME
    return alt.Color(
        "system:N",
        sort=None,
        title=title,
        scale=alt.Scale(domain=list(systems), range=colours),
        legend=alt.Legend(columns=1 if long else 2),
    )


def _dash(systems: Sequence[str], *, title: str | None = None) -> altair.StrokeDash:
    import altair as alt

    dashes = [list(DASHES[i % len(DASHES)]) for i in range(len(systems))]
    return alt.StrokeDash(
        "system:N", sort=None, title=title, scale=alt.Scale(domain=list(systems), range=dashes)
    )


def _shape(systems: Sequence[str]) -> altair.Shape:
    import altair as alt

    shapes = [SHAPES[(i + i // len(PALETTE)) % len(SHAPES)] for i in range(len(systems))]
    return alt.Shape(
        "system:N", sort=None, title=None, scale=alt.Scale(domain=list(systems), range=shapes)
    )


def _tenths(alt: Any) -> altair.Axis:
    axis: altair.Axis = alt.Axis(format=".2~f", tickCount=5)
    return axis


def _domain(rows: Sequence[Mapping[str, Any]]) -> list[float]:
    """The tenths around all intervals."""
    low = min(min(r["low"], r["value"]) for r in rows)
    high = max(max(r["high"], r["value"]) for r in rows)
    return [floor(low * 10 + 1e-9) / 10, ceil(high * 10 - 1e-9) / 10]


def _thinned(points: Sequence[T]) -> Sequence[T]:
    """At most about ``MOST_POINTS`` of them, the first and the last among them."""
    if len(points) <= MOST_POINTS:
        return points
    step = (len(points) - 1) / (MOST_POINTS - 1)
    return [points[round(i * step)] for i in range(MOST_POINTS)]

"""Charts as specifications and as pictures."""

from __future__ import annotations

import math
import re
from typing import Any
from xml.etree import ElementTree

import pytest

from evaluation.metrics.abstention import RiskPoint
from evaluation.reports.charts import (
    DASHES,
    MOST_POINTS,
    PALETTE,
    SHAPES,
    intervals_chart,
    latency_chart,
    reliability_chart,
    risk_coverage_chart,
    svg,
)
from evaluation.scoring import Curves
from tests.evaluation.reports.samples import (
    answers_summary,
    curves,
    retrieval_summary,
    summary,
    system,
)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("ground", ["#ffffff", "#fdfcfa", "#111111", "#14191a"])
@pytest.mark.parametrize("colour", PALETTE)
def test_every_colour_stands_out_on_light_and_dark(colour: str, ground: str) -> None:
    assert contrast(colour, ground) >= 3


def test_there_is_a_shape_for_each_colour() -> None:
    assert len(SHAPES) == len(set(SHAPES)) == len(PALETTE) == len(set(PALETTE))


def values_of(spec: dict[str, Any]) -> list[dict[str, Any]]:
    if "datasets" in spec:
        return [row for rows in spec["datasets"].values() for row in rows]
    values: list[dict[str, Any]] = spec["data"]["values"]
    return values


def test_intervals_are_drawn_of_shares_only() -> None:
    chart = intervals_chart(answers_summary())
    assert chart is not None
    rows = values_of(chart.to_dict())
    assert {row["metric"] for row in rows} == {"f1", "aurc"}
    assert rows[0] == {"metric": "f1", "system": "抽取式", "value": 0.61, "low": 0.57, "high": 0.65}


def test_the_axis_holds_every_interval_in_whole_tenths() -> None:
    chart = intervals_chart(retrieval_summary())
    assert chart is not None
    # .44 to .67 is the widest that any interval reaches.
    assert chart.to_dict()["layer"][0]["encoding"]["x"]["scale"]["domain"] == [0.4, 0.7]


def test_a_metric_without_a_value_is_left_out() -> None:
    nothing = (math.nan, math.nan, math.nan)
    assert intervals_chart(summary({"a": system({"em": nothing})})) is None
    assert intervals_chart(summary({"a": system({"bleu": (30.0, 20.0, 40.0)})})) is None


def test_the_area_under_the_curve_stands_in_the_legend() -> None:
    chart = risk_coverage_chart(answers_summary().systems)
    assert chart is not None
    assert "抽取式 (0.210)" in str(chart.to_dict())


def test_a_long_curve_is_thinned_but_keeps_its_ends() -> None:
    points = tuple(
        RiskPoint(confidence=1 - i / 5000, coverage=(i + 1) / 5000, risk=i / 10000)
        for i in range(5000)
    )
    long = Curves(risk_coverage=points, reliability=(), total_ms=())
    chart = risk_coverage_chart({"a": system({}, curves=long)})
    assert chart is not None
    drawn = values_of(chart.to_dict())
    assert len(drawn) == MOST_POINTS
    assert drawn[0]["coverage"] == points[0].coverage
    assert drawn[-1]["coverage"] == 1.0


def test_times_far_apart_are_on_a_logarithmic_axis() -> None:
    near = latency_chart({"a": system({}, curves=curves())})
    far = latency_chart({"a": system({}, curves=curves(confident=True))})
    assert near is not None
    assert far is not None
    assert near.to_dict()["encoding"]["x"]["scale"]["type"] == "linear"
    assert far.to_dict()["encoding"]["x"]["scale"]["type"] == "log"
    shares = [row["share"] for row in values_of(near.to_dict())]
    assert shares == pytest.approx([1 / 3, 2 / 3, 1.0])


def test_what_a_system_does_not_have_is_not_drawn() -> None:
    bare = system({"em": (0.5, 0.4, 0.6)})
    assert reliability_chart(bare) is None
    assert reliability_chart(system({}, curves=curves())) is None
    assert risk_coverage_chart({"a": bare}) is None
    assert latency_chart({"a": bare}) is None


@pytest.mark.parametrize("language", ["en", "zh"])
def test_pictures_take_the_colours_of_their_page(language: Any) -> None:
    told = answers_summary()
    charts = [
        intervals_chart(told, language=language),
        reliability_chart(told.systems["模型"], language=language),
        risk_coverage_chart(told.systems, language=language),
        latency_chart(told.systems, language=language),
    ]
    for chart in charts:
        assert chart is not None
        picture = svg(chart)
        root = ElementTree.fromstring(picture)
        texts = [one for one in root.iter() if one.tag.endswith("text")]
        assert texts
        assert {one.get("fill") for one in texts} == {"currentColor"}
        assert not re.search(r'fill="(white|#fff|#ffffff|black|#000|#000000)"', picture)
        assert "http" not in picture.replace("http://www.w3.org/", "")


def test_a_picture_is_the_same_every_time_and_its_names_cannot_leave_it() -> None:
    hostile = '</text><script>alert("1")</script>'
    told = summary({hostile: system({"em": (0.5, 0.4, 0.6)})})
    chart = intervals_chart(told)
    assert chart is not None
    picture = svg(chart)
    assert picture == svg(chart)
    assert "<script" not in picture
    root = ElementTree.fromstring(picture)
    assert any(hostile[:12] in "".join(one.itertext()) for one in root.iter())


def test_neighbouring_ticks_of_shares_read_differently() -> None:
    narrow = summary({"fused": system({"hit@1": (0.95, 0.83, 0.98), "hit@5": (0.97, 0.9, 1.0)})})
    chart = intervals_chart(narrow)
    assert chart is not None
    shown = re.findall(r">(0\.\d+|1)</text>", svg(chart))
    assert len(shown) == len(set(shown)) >= 3


def test_lines_of_several_systems_differ_by_dashes_too() -> None:
    assert len(DASHES) == len(set(DASHES)) == len(PALETTE)
    drawn = curves(confident=True)
    systems = {name: system({"aurc": (0.1, 0.0, 0.2)}, curves=drawn) for name in "abc"}
    for chart in (latency_chart(systems), risk_coverage_chart(systems)):
        assert chart is not None
        encoding = chart.to_dict()["encoding"]
        assert encoding["strokeDash"]["scale"]["range"] == [[1, 0], [7, 3], [2, 2]]
        assert encoding["strokeDash"]["scale"]["domain"] == encoding["color"]["scale"]["domain"]

from __future__ import annotations

from typing import Any

from benchmarks.retrieval.growth import growth_page


def a_size(chunks: int, **p95_ms: float | None) -> dict[str, Any]:
    systems = [
        {"name": name, "times": None if value is None else {"p95_ms": value}}
        for name, value in p95_ms.items()
    ]
    return {
        "chunks": chunks,
        "searched": {"systems": systems, "product": {"now_mb": 300.0 + chunks / 1000}},
    }


def told(*sizes: dict[str, Any]) -> dict[str, Any]:
    machine = {"processor": "made <up> & small", "cores": 2, "system": "Linux"}
    return {"machine": machine, "sizes": list(sizes)}


def test_systems_and_sizes_are_drawn() -> None:
    page = growth_page(told(a_size(10, ours=2.0, rival=9.0), a_size(1000, ours=4.0, rival=None)))
    assert page.count("<svg") == 2
    assert ">ours<" in page
    assert ">rival<" in page
    assert "made &lt;up&gt; &amp; small" in page


def test_sizes_that_failed_leave_the_plots_out() -> None:
    page = growth_page(told({"chunks": 10, "searched": None}))
    assert "<svg" not in page

"""Numbers as people read them: 0.860 [.84–.88], 24 ms, 1.2 s, p < .001, +2.4 points.

Knows nothing of metrics: what a number measures is its ``Scale``.
"""

from __future__ import annotations

from enum import StrEnum
from math import isfinite
from typing import Final

UNKNOWN: Final = "–"
MINUS: Final = "−"
NARROW: Final = 0.02
"""Bounds nearer than this would be the same number in two decimals; they get a third."""


class Scale(StrEnum):
    """What a number counts, which decides how it is written."""

    SHARE = "share"
    HUNDRED = "hundred"
    MILLISECONDS = "milliseconds"
    COUNT = "count"
    MONEY = "money"
    PLAIN = "plain"


def number(value: float, scale: Scale = Scale.SHARE) -> str:
    """``value`` alone; ``UNKNOWN`` where it is not finite."""
    if not isfinite(value):
        return UNKNOWN
    if scale is Scale.MILLISECONDS:
        return duration(value)
    if scale is Scale.SHARE:
        text = f"{abs(value):.3f}"
    elif scale is Scale.COUNT:
        text = f"{abs(value):,.0f}"
    elif scale is Scale.HUNDRED:
        text = f"{abs(value):.1f}"
    else:
        text = _significant(abs(value))
    return MINUS * (value < 0 and text.strip("0.,") != "") + text


def duration(milliseconds: float) -> str:
    """0.4 ms, 24 ms, 1.2 s, 48 s, 2 min 5 s, 1 h 4 min."""
    if not isfinite(milliseconds):
        return UNKNOWN
    seconds = milliseconds / 1000
    if milliseconds < 999.5:
        return f"{milliseconds:.{int(milliseconds < 9.95)}f} ms"
    if seconds < 119.5:
        return f"{seconds:.{int(seconds < 9.95)}f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def bounds(low: float, high: float, scale: Scale = Scale.SHARE, *, decimals: int = 2) -> str:
    """An interval: ``[.84–.88]``; with a comma where a bound is negative. Empty if unknown."""
    if not (isfinite(low) and isfinite(high)):
        return ""
    if scale is Scale.SHARE:
        first, last = (_bare(value, decimals) for value in (low, high))
    else:
        first, last = number(low, scale), number(high, scale)
        if first.split(" ")[1:] == last.split(" ")[1:]:
            first = first.split(" ")[0]
    return f"[{first}, {last}]" if low < 0 else f"[{first}–{last}]"


def estimate(
    value: float, low: float, high: float, scale: Scale = Scale.SHARE, *, decimals: int = 2
) -> str:
    """A value with its interval: ``0.860 [.84–.88]``."""
    return f"{number(value, scale)} {bounds(low, high, scale, decimals=decimals)}".rstrip()


def change(value: float, scale: Scale = Scale.SHARE) -> str:
    """A difference with its sign; shares in points (hundredths): ``+2.4``."""
    if not isfinite(value):
        return UNKNOWN
    text = f"{abs(value) * 100:.1f}" if scale is Scale.SHARE else number(abs(value), scale)
    if text.strip("0.,") in ("", " ms"):
        return text
    return ("+" if value > 0 else MINUS) + text


def change_bounds(low: float, high: float, scale: Scale = Scale.SHARE) -> str:
    """The interval of a difference: ``[+0.3, +4.5]``."""
    if not (isfinite(low) and isfinite(high)):
        return ""
    first, last = change(low, scale), change(high, scale)
    if first.split(" ")[1:] == last.split(" ")[1:]:
        first = first.split(" ")[0]
    return f"[{first}, {last}]"


def p_value(p: float) -> str:
    """``p < .001``, ``p = .034``, ``p = .34``."""
    if not isfinite(p):
        return f"p {UNKNOWN}"
    if p < 0.001:
        return "p < .001"
    if p > 0.995:
        return "p = 1"
    return f"p = {p:.3f}".replace("0.", ".") if p < 0.0995 else f"p = {p:.2f}".replace("0.", ".")


def _bare(value: float, decimals: int) -> str:
    """A share without its leading zero; one as wide as the others: ``.95``, ``1.0``."""
    text = f"{abs(value):.{decimals}f}"
    sign = MINUS * (value < 0 and text.strip("0.") != "")
    return sign + (text[1:] if text.startswith("0.") else text[:-1])


def _significant(value: float) -> str:
    """Three significant digits, all of a thousand and more; below 0.000001 nothing is left."""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{float(f'{value:.3g}'):,.6f}".rstrip("0").rstrip(".")

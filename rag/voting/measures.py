"""Amounts in the smallest unit of what they measure: 1.5 km and 1500 m are one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from rag.checking.units import unit_at

_SCALES: Final = {
    "mass": {"mg": "0.001", "g": "1", "kg": "1000", "t": "1000000"},
    "length": {"mm": "1", "cm": "10", "m": "1000", "km": "1000000"},
    "area": {"m2": "1", "ha": "10000", "km2": "1000000"},
    "volume": {"ml": "1", "l": "1000", "m3": "1000000"},
    "duration": {
        **{"ms": "0.001", "s": "1", "min": "60", "h": "3600"},
        **{"day": "86400", "week": "604800"},
    },
    "calendar": {"month": "1", "year": "12", "century": "1200"},
    "power": {"w": "1", "kw": "1000", "mw": "1000000"},
    "pressure": {"pa": "1", "kpa": "1000", "bar": "100000", "mpa": "1000000"},
    "frequency": {"hz": "1", "khz": "1000", "mhz": "1000000", "ghz": "1000000000"},
    "voltage": {"v": "1", "kv": "1000"},
}
BASE: Final[Mapping[str, tuple[str, Decimal]]] = MappingProxyType(
    {
        unit: (dimension, Decimal(factor))
        for dimension, factors in _SCALES.items()
        for unit, factor in factors.items()
    }
)
"""What a unit measures, and how many of the dimension's smallest it is. What is not here, such as
money or temperature, is compared as it is written."""

_SMALLEST: Final = {dimension: unit for unit, (dimension, factor) in BASE.items() if factor == 1}
_NUMBER: Final = re.compile(r"(?<![\d.:a-z])\d+(?:\.\d+)?(?![\d:])")
_IN_DATE: Final = re.compile(r"\d\s?[月日]")
_THEN: Final = re.compile(r"[\s,]*(?:and\s|[零又])?(?=\d)")


def summed(text: str) -> str:
    """``text`` with amounts in two units of one dimension as one: ``1 h 30 min`` as ``5400 s``."""
    at = 0
    while first := _NUMBER.search(text, at):
        at = first.end()
        unit = unit_at(text, at)
        then = _THEN.match(text, unit[1]) if unit else None
        second = _NUMBER.match(text, then.end()) if then else None
        after = unit_at(text, second.end()) if second else None
        if (
            unit is None
            or second is None
            or after is None
            or _IN_DATE.search(text, first.start(), after[1])
        ):
            continue
        lesser = "min" if (unit[0], after[0]) == ("h", "point") else after[0]
        (dimension, factor), (other, less) = (BASE.get(one, ("", 0)) for one in (unit[0], lesser))
        if dimension and dimension == other and less < factor:
            total = Decimal(first[0]) * factor + Decimal(second[0]) * less
            told = f"{total.normalize():f} {_SMALLEST[dimension]} "
            text = text[: first.start()] + told + text[after[1] :]
            at = first.start() + len(told)
    return text

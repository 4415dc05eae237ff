"""The calibration that comes with the product, for its built-in embedding model.

``python -m benchmarks.refusal --fit`` writes the table beside this file (docs/experiments.md).
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Final

from rag.confidence.calibration import Calibration

TABLE: Final = Path(__file__).with_name("shipped.json")


@lru_cache(maxsize=1)
def shipped() -> Calibration:
    """For the extractive answer over the built-in embedding model."""
    return Calibration.from_json(json.loads(TABLE.read_text(encoding="utf-8")))

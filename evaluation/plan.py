"""What decides the results of a run, and so what a run is known by."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Final

from evaluation.results import Kind

_ID_LENGTH: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that decides a run's results; ``settings`` are those that differ from the defaults."""

    kind: Kind
    dataset: str
    dataset_digest: str
    by_page: bool
    synthetic: bool
    seed: int
    limit: int
    settings: dict[str, str]
    code: str
    systems: tuple[str, ...]

    @property
    def id(self) -> str:
        """The beginning of the SHA-256 of the plan, in hexadecimal."""
        told = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(told.encode()).hexdigest()[:_ID_LENGTH]

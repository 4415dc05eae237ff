"""A run as a file: for a baseline that a repository keeps, or to look at a run elsewhere."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from evaluation.errors import RunFileUnreadable
from evaluation.results import Run

if TYPE_CHECKING:
    from pydantic import TypeAdapter


def write_run(run: Run, path: Path) -> None:
    """Write ``run`` as JSON, compressed when ``path`` ends in ``.gz``."""
    data = _adapter().dump_json(run)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)


def read_run(path: Path) -> Run:
    """``write_run`` undone; RunFileUnreadable for anything else."""
    from pydantic import ValidationError

    try:
        data = path.read_bytes()
        return _adapter().validate_json(gzip.decompress(data) if path.suffix == ".gz" else data)
    except OSError as error:
        detail = error.strerror or "it is not what gzip writes"
        raise RunFileUnreadable(path=path, detail=detail) from error
    except (EOFError, ValidationError) as error:
        raise RunFileUnreadable(path=path, detail="it does not hold a run") from error


def results_digest(run: Run) -> str:
    """SHA-256 (hexadecimal) of questions and results, without times: equal runs, equal digests."""
    told = _adapter().dump_python(run, mode="json", include={"examples", "results"})
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _adapter() -> TypeAdapter[Run]:
    from pydantic import TypeAdapter

    return TypeAdapter(Run)

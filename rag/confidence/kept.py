"""Calibrations fitted on this machine, in one JSON file."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from rag.confidence.calibration import Calibration
from rag.encoder_errors import CalibrationUnreadable


class KeptCalibrations:
    """At most one calibration for each embedding model and answerer.

    The file is read whenever it is asked, so that a running app follows a new fit; it is replaced
    as a whole. Every method raises CalibrationUnreadable for a file that holds something else.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def find(self, embedder: str, answerer: str) -> Calibration | None:
        """The one for answers of ``answerer`` over vectors of ``embedder`` (its model id)."""
        fits = (one for one in self._all() if (one.embedder, one.answerer) == (embedder, answerer))
        return next(fits, None)

    def keep(self, calibration: Calibration) -> None:
        """Keep it in the place of an earlier one."""
        own = (calibration.embedder, calibration.answerer)
        others = (one for one in self._all() if (one.embedder, one.answerer) != own)
        self._write((*others, calibration))

    def forget(self, embedder: str, model: str) -> int:
        """Take away those of ``model``, whichever way it answers; how many there were."""
        ways = tuple(
            one
            for one in self._all()
            if one.embedder == embedder and one.answerer.partition(" ")[0] == model
        )
        if ways:
            self._write(one for one in self._all() if one not in ways)
        return len(ways)

    def _all(self) -> tuple[Calibration, ...]:
        try:
            stored = json.loads(self._path.read_text(encoding="utf-8"))
            return tuple(Calibration.from_json(one) for one in stored["calibrations"])
        except FileNotFoundError:
            return ()
        except KeyError as error:
            raise CalibrationUnreadable(path=self._path, detail=f"it lacks {error}") from None
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise CalibrationUnreadable(path=self._path, detail=error) from None

    def _write(self, calibrations: Iterable[Calibration]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        payload = {"calibrations": [one.as_json() for one in calibrations]}
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=self._path.parent, suffix=".json", delete=False
        ) as file:
            json.dump(payload, file, ensure_ascii=False, indent=1)
        os.replace(file.name, self._path)

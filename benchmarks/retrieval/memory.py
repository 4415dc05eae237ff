"""What a process holds in memory, and files on disk: megabytes of a million bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_STATUS: Final = Path("/proc/self/status")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resident:
    """Memory of this process: now, at its peak, and how much of now are mapped files."""

    now_mb: float
    peak_mb: float
    files_mb: float


def resident() -> Resident:
    """Memory of this process, as Linux tells it. Raises FileNotFoundError on other systems."""
    told = dict(re.findall(r"^(\w+):\s+(\d+) kB$", _STATUS.read_text("utf-8"), re.MULTILINE))
    now, peak, files = (int(told[name]) * 1024 / 1e6 for name in ("VmRSS", "VmHWM", "RssFile"))
    return Resident(now_mb=round(now, 1), peak_mb=round(peak, 1), files_mb=round(files, 1))


def megabytes_below(folder: Path, pattern: str) -> float:
    """Size of the files in ``folder`` whose paths fit ``pattern``."""
    found = (path.stat().st_size for path in folder.glob(pattern) if path.is_file())
    return round(sum(found) / 1e6, 3)

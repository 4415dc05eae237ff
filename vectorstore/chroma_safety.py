"""Whether a Chroma folder may be opened at all: a torn segment file can kill the process.

What a clean end leaves is noted beside the folder. A folder that looks otherwise was changed by
somebody else and is dropped, for it can be made again from the record. After an unclean end a
process of its own loads every segment first: ``python -m vectorstore.chroma_safety FOLDER``.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

_PROBES: Final = 8
_PROBE_TIMEOUT_S: Final = 120
_PROBE_BYTES_PER_S: Final = 5_000_000


def make_safe(folder: Path) -> None:
    """Drop the folder when its segments are not what was left, or cannot be loaded.

    To be called by the owner, before Chroma is opened.
    """
    note = _note(folder)
    if not folder.is_dir():
        note.unlink(missing_ok=True)
        return
    if note.is_file():
        safe = note.read_text("utf-8") == _listing(folder)
        note.unlink()
    else:
        safe = _loads(folder)
    if not safe:
        shutil.rmtree(folder)


def note_as_left(folder: Path) -> None:
    """Note what the segments look like; to be called when Chroma has been closed."""
    _note(folder).write_text(_listing(folder), "utf-8")


def _note(folder: Path) -> Path:
    return folder.with_name(folder.name + ".left")


def _listing(folder: Path) -> str:
    """Names, sizes and times of the segment files."""
    files = sorted(file for file in folder.glob("*/*") if file.is_file())
    rows = []
    for file in files:
        status = file.stat()
        rows.append([file.relative_to(folder).as_posix(), status.st_size, status.st_mtime_ns])
    return json.dumps(rows)


def _loads(folder: Path) -> bool:
    """Whether a process of its own lives through loading every segment."""
    command = [sys.executable, "-m", "vectorstore.chroma_safety", str(folder.resolve())]
    root = Path(__file__).parent.parent
    size = sum(file.stat().st_size for file in folder.glob("*/*") if file.is_file())
    timeout_s = _PROBE_TIMEOUT_S + size / _PROBE_BYTES_PER_S
    try:
        done = subprocess.run(  # noqa: S603 (our own module, by this interpreter)
            command, cwd=root, capture_output=True, check=False, timeout=timeout_s
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def main(folder: Path) -> None:
    """Load and search every collection; ends badly, or not at all, where a segment is torn."""
    import chromadb
    import numpy as np
    from chromadb.config import Settings as ChromaSettings

    settings: Any = ChromaSettings(anonymized_telemetry=False)
    client = chromadb.PersistentClient(str(folder), settings=settings)
    for listed in client.list_collections():
        held = client.get_collection(listed.name, embedding_function=None)
        first = held.get(limit=1, include=["embeddings"])["embeddings"]
        if first is None or not len(first):
            continue
        vectors = np.random.default_rng(0).standard_normal((_PROBES, len(first[0])))
        held.query(query_embeddings=vectors.astype(np.float32), n_results=10, include=["distances"])


if __name__ == "__main__":
    main(Path(sys.argv[1]))

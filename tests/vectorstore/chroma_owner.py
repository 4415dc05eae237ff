"""A process that owns a Chroma folder until it is told to go.

Prints ``owner`` or ``not the owner``, then waits for a line.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.vectorstore.shelf import Shelf
from vectorstore.chroma import ChromaIndex

if __name__ == "__main__":
    shelf = Shelf.at(Path(sys.argv[1]))
    index = ChromaIndex.own(shelf.record, shelf.embedder, shelf.folder / "chroma")
    print("not the owner" if index is None else "owner", flush=True)
    sys.stdin.readline()
    if index is not None:
        index.close()

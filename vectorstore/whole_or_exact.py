"""The dense half while Chroma is filled anew: exact over the record until it holds everything."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.protocols import Vectors
from vectorstore.nearest import DenseIndex
from vectorstore.record import Collection


class WholeOrExact:
    """Asks ``approximate`` for collections that it holds whole, and an exact index for others.

    The exact one is made when it is needed and let go afterwards: it holds all the vectors.
    """

    def __init__(
        self,
        approximate: DenseIndex,
        make_exact: Callable[[], DenseIndex],
        is_whole: Callable[[Collection], bool],
    ) -> None:
        self._approximate = approximate
        self._make_exact = make_exact
        self._is_whole = is_whole
        self._exact: DenseIndex | None = None

    def nearest(
        self, vector: Vectors, collections: Sequence[Collection], top_k: int
    ) -> list[tuple[str, float]]:
        """See ``DenseIndex``."""
        whole = [one for one in collections if self._is_whole(one)]
        if len(whole) == len(collections):
            self._exact = None
            return self._approximate.nearest(vector, collections, top_k)
        exact = self._exact = self._exact or self._make_exact()
        others = [one for one in collections if one not in whole]
        found = exact.nearest(vector, others, top_k)
        if whole:
            found += self._approximate.nearest(vector, whole, top_k)
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:top_k]

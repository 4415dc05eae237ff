"""How several samples of one answer voted."""

from __future__ import annotations

from dataclasses import dataclass

from rag.claims import Claim
from rag.replies import Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class SampledAnswer:
    """What the sample of this ``number`` (from 0) said.

    ``answer`` is the short form by which samples are compared; it is empty where the sample says
    that the passages do not hold the answer (``refuses``) and where it failed (``failed``).
    ``weight`` (0..1) is what its vote counts: how well its citations hold. ``passages`` are the
    chunk ids of what it read, in its order.
    """

    number: int
    text: str = ""
    answer: str = ""
    refuses: bool = False
    failed: bool = False
    claims: tuple[Claim, ...] = ()
    weight: float = 0.0
    reasoning: str = ""
    trouble: Trouble | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    took_ms: float = 0.0
    passages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Samples that say the same: their numbers, the best supported first, and their weight.

    ``answer`` is the short form of the first.
    """

    members: tuple[int, ...]
    weight: float
    answer: str = ""
    refuses: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The samples by number, and the clusters they fall into: the answer's own, then the heaviest.

    The answer's own is the heaviest, unless two progressive hints in a row agreed on another.

    ``planned`` is how many samples would have been asked; ``stopped_early`` says that the rest
    could not matter. ``tied`` says that no cluster outweighs every other. A tally grows while
    samples come.
    """

    samples: tuple[SampledAnswer, ...] = ()
    clusters: tuple[Cluster, ...] = ()
    planned: int = 0
    stopped_early: bool = False
    tied: bool = False

    @property
    def counted(self) -> int:
        """How many samples have a vote."""
        return sum(not sample.failed for sample in self.samples)

    @property
    def agreeing(self) -> int:
        """How many samples say what the first cluster says."""
        return len(self.clusters[0].members) if self.clusters else 0

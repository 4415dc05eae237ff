"""Whether the places cited hold what a claim says, outside any chat model.

It compares what stands there: values, names, denial, comparison, words, and the nearness of meaning
where an embedding model can read it. It is quick and repeatable.
"""

from rag.checking.alce import alce, supports
from rag.checking.checker import ClaimChecker
from rag.checking.judging import JUDGE, judged
from rag.checking.words_held import WORDS_HELD, word_share

__all__ = ["JUDGE", "WORDS_HELD", "ClaimChecker", "alce", "judged", "supports", "word_share"]

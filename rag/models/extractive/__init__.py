"""Answers with the documents' own sentences, each cited: no model, no key, no network.

It is what a newcomer meets first, and what everybody gets when a model fails. Which sentences
answer is a linear ranking over evidence that can be read off the page: words and meaning shared
with the question, the rank of the passage, and whether a sentence has the kind of thing asked for.
"""

from rag.models.extractive.answering import NAME, Extractive, chosen, one_line
from rag.models.extractive.ranking import RankedSentence, rank_sentences

__all__ = ["NAME", "Extractive", "RankedSentence", "chosen", "one_line", "rank_sentences"]

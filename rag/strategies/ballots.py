"""The samples of one answer as votes, and the answer that has won."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from rag.answer import Answer, Notice, Outcome
from rag.answer_prompt import Prompt
from rag.citations import cite, without_markers
from rag.protocols import Checker
from rag.replies import Finish, Reply, Trouble
from rag.strategies import reply_form
from rag.strategies.asking import Ended
from rag.tally import Cluster, SampledAnswer, Tally
from rag.voting.clustering import tally
from rag.voting.likeness import Likeness
from rag.voting.weights import vote_weight

MakeLikeness = Callable[[str], Likeness]
"""Makes what compares answers to a question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """A sample with the reply it came from; ``dangling`` as in ``Answer``."""

    sample: SampledAnswer
    reply: Reply
    prompt: Prompt
    dangling: int = 0


class Ballots:
    """Counts the samples of an answer to ``question``; ``planned`` are to be asked at most."""

    def __init__(
        self, question: str, *, checker: Checker, likeness: MakeLikeness, planned: int
    ) -> None:
        self._question = question
        self._checker = checker
        self._likeness = likeness(question)
        self._cast: dict[int, Ballot] = {}
        self.tally = Tally(planned=planned)

    def cast(self, number: int, reply: Reply, prompt: Prompt, *, took_ms: float) -> None:
        """Count the finished reply of the sample ``number``, which took so many milliseconds."""
        self._cast[number] = self._ballot(number, reply, prompt, took_ms)
        self.tally = tally(
            self._question,
            [ballot.sample for ballot in self._in_order()],
            planned=self.tally.planned,
            stopped_early=False,
            likeness=self._likeness,
        )

    def close(self, *, stopped_early: bool) -> None:
        """No further sample is asked."""
        self.tally = replace(self.tally, stopped_early=stopped_early)

    def lead(self, cluster: Cluster) -> None:
        """Put ``cluster`` before the others, whatever they weigh."""
        others = tuple(one for one in self.tally.clusters if one != cluster)
        self.tally = replace(self.tally, clusters=(cluster, *others), tied=False)

    def spent(self, growing: Answer) -> Answer:
        """``growing`` with the tally so far and what all samples have cost."""
        replies = [ballot.reply for ballot in self._cast.values()]
        return replace(
            growing,
            tally=self.tally,
            prompt_tokens=_sum(reply.prompt_tokens for reply in replies),
            completion_tokens=_sum(reply.completion_tokens for reply in replies),
        )

    def trouble(self) -> Trouble | None:
        """Why the first sample that failed has failed."""
        failed = (one.sample.trouble for one in self._in_order() if one.sample.failed)
        return next(failed, None)

    def ended(self, growing: Answer) -> Ended:
        """The best supported sample of the first cluster as the answer."""
        spent = self.spent(growing)
        if not self.tally.clusters:
            return Ended(spent=replace(spent, tally=None), trouble=self.trouble())
        winner = self.tally.clusters[0]
        ballot = self._cast[winner.members[0]]
        answer = replace(
            spent,
            reasoning=ballot.sample.reasoning,
            token_logprobs=ballot.reply.token_logprobs,
            prompt_version=ballot.prompt.version.id,
        )
        if winner.refuses:
            refused = replace(answer, text="", outcome=Outcome.NOT_IN_DOCUMENTS)
            return Ended(spent=spent, answer=refused, version=ballot.prompt.version)
        answer = replace(
            answer,
            text=ballot.sample.text,
            claims=ballot.sample.claims,
            dangling=ballot.dangling,
            outcome=Outcome.ANSWERED,
            notice=Notice.REPLY_CUT if ballot.reply.finish is Finish.CUT else None,
            trouble=ballot.sample.trouble,
        )
        return Ended(spent=spent, answer=answer, version=ballot.prompt.version)

    def _in_order(self) -> list[Ballot]:
        return [self._cast[number] for number in sorted(self._cast)]

    def _ballot(self, number: int, reply: Reply, prompt: Prompt, took_ms: float) -> Ballot:
        said = reply_form.said(reply, prompt.form)
        failed = reply.finish is Finish.FAILED or said.is_empty
        cited = None if failed or said.refuses else cite(said.text, prompt.excerpts)
        claims = self._checker.check(cited.claims) if cited else ()
        sample = SampledAnswer(
            number=number,
            text=without_markers(said.text).strip(),
            answer=said.short,
            refuses=said.refuses and not failed,
            failed=failed,
            claims=claims,
            weight=0.0 if failed else vote_weight(claims, refuses=said.refuses),
            reasoning=said.reasoning,
            trouble=(reply.trouble or Trouble.EMPTY) if failed else reply.trouble,
            prompt_tokens=reply.prompt_tokens,
            completion_tokens=reply.completion_tokens,
            took_ms=took_ms,
            passages=tuple(passage.chunk_id for passage in prompt.passages()),
        )
        dangling = cited.dangling if cited else 0
        return Ballot(sample=sample, reply=reply, prompt=prompt, dangling=dangling)


def _sum(counts: Iterable[int | None]) -> int | None:
    """The sum of what was counted; None where nothing was."""
    known = [count for count in counts if count is not None]
    return sum(known) if known else None

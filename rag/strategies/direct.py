"""One reply of a chat model, cited sentence by sentence."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import replace

from rag.answer import Answer, Notice, Outcome, Question
from rag.answer_prompt import Prompt
from rag.citations import cite, without_markers
from rag.replies import Finish, Reply, Trouble
from rag.strategies import reply_form
from rag.strategies.asking import AskingStrategy, Ended, with_all_tokens, with_first_token
from rag.strategies.names import StrategyName


class Direct(AskingStrategy):
    """Asks once."""

    strategy = StrategyName.DIRECT

    def _asked(
        self, question: Question, growing: Answer, prompt: Prompt
    ) -> Generator[Answer, None, Ended]:
        started = time.perf_counter()
        reply = Reply(text="", finish=Finish.FAILED)
        for reply in self._model.stream(prompt.messages):
            growing = with_first_token(growing, reply, started)
            if reply.finish is None:
                yield self._draft(growing, reply)
        spent = replace(
            with_all_tokens(growing, started),
            prompt_tokens=reply.prompt_tokens,
            completion_tokens=reply.completion_tokens,
        )
        return self._ended(spent, reply, prompt)

    def _ended(self, spent: Answer, reply: Reply, prompt: Prompt) -> Ended:
        said = reply_form.said(reply, self.strategy.form)
        if reply.finish is Finish.FAILED or said.is_empty:
            return Ended(spent=spent, trouble=reply.trouble or Trouble.EMPTY)
        answer = replace(spent, reasoning=said.reasoning, token_logprobs=reply.token_logprobs)
        if said.refuses:
            answer = replace(answer, outcome=Outcome.NOT_IN_DOCUMENTS)
            return Ended(spent=spent, answer=answer, version=prompt.version)
        cited = cite(said.text, prompt.excerpts)
        answer = replace(
            answer,
            text=without_markers(said.text).strip(),
            claims=cited.claims,
            dangling=cited.dangling,
            outcome=Outcome.ANSWERED,
            notice=Notice.REPLY_CUT if reply.finish is Finish.CUT else None,
            trouble=reply.trouble,
        )
        return Ended(spent=spent, answer=answer, version=prompt.version)

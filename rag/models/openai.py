"""Any OpenAI-compatible service, by base URL, through LangChain's client.

An endpoint is hostile weather: it may hang, drip, break off, or answer with a web page. Whatever it
does ends within the deadline as a reply that is complete, cut or failed, in words a reader
understands. Error texts of the service are not passed on: they repeat parts of the key.
"""

from __future__ import annotations

import math
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from rag.settings import Secret, Settings
from rag.types import Finish, Message, Reply, Trouble

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk

_NO_KEY_NEEDED: Final = "none"
_CUTS: Final = {"length": Trouble.LENGTH, "content_filter": Trouble.DECLINED}


@dataclass(frozen=True, slots=True)
class _End:
    """Put behind the last piece of a stream; ``trouble`` is None when nothing went wrong."""

    trouble: Trouble | None


class OpenAIChat:
    """See ``rag.protocols.ChatModel``.

    With ``logprobs`` the service is asked for the log-probability of every token; one that refuses
    such a request is asked again without, and from then on always.
    """

    name = "openai"

    def __init__(
        self,
        *,
        model: str,
        api_key: Secret,
        base_url: str,
        temperature: float,
        connect_timeout_s: float,
        read_timeout_s: float,
        deadline_s: float,
        logprobs: bool = False,
    ) -> None:
        self._model = model
        self._api_key = api_key
        self._base_url = base_url
        self._temperature = temperature
        self._connect_timeout_s = connect_timeout_s
        self._read_timeout_s = read_timeout_s
        self._deadline_s = deadline_s
        self._logprobs = logprobs
        self._client: BaseChatModel | None = None
        self._guard = threading.Lock()

    @classmethod
    def of(cls, settings: Settings, *, deadline_s: float = math.inf) -> Self:
        """The model that the settings name; ``deadline_s`` can only shorten theirs."""
        return cls(
            model=settings.openai_model,
            api_key=settings.openai_api_key,
            base_url=settings.openai_base_url,
            temperature=settings.openai_temperature,
            connect_timeout_s=settings.openai_connect_timeout_s,
            read_timeout_s=settings.openai_read_timeout_s,
            deadline_s=min(deadline_s, settings.openai_deadline_s),
            logprobs=settings.openai_logprobs,
        )

    def close(self) -> None:
        """Give the connections back; a later request makes new ones."""
        with self._guard:
            client: Any = self._client
            self._client = None
        if client is not None:
            client.root_client.close()

    def stream(self, messages: Sequence[Message]) -> Iterator[Reply]:
        """See ``rag.protocols.ChatModel``."""
        pieces: queue.SimpleQueue[AIMessageChunk | _End] = queue.SimpleQueue()
        stop = threading.Event()
        worker = threading.Thread(
            target=self._read, args=(messages, pieces, stop), name="openai-stream", daemon=True
        )
        worker.start()
        try:
            yield from self._grow(pieces)
        finally:
            stop.set()

    def _grow(self, pieces: queue.SimpleQueue[AIMessageChunk | _End]) -> Iterator[Reply]:
        ends_at = time.monotonic() + self._deadline_s
        text = ""
        finish_reason: str | None = None
        usage: Any = {}
        tokens: list[Any] = []
        while True:
            try:
                piece = pieces.get(timeout=max(0.0, ends_at - time.monotonic()))
            except queue.Empty:
                piece = _End(Trouble.DEADLINE)
            if isinstance(piece, _End):
                break
            finish_reason = piece.response_metadata.get("finish_reason") or finish_reason
            usage = piece.usage_metadata or usage
            tokens += _tokens(piece.response_metadata)
            if piece.text:
                text += piece.text
                yield Reply(text=text)
        finish, trouble = _judge(text, finish_reason, piece.trouble)
        yield Reply(
            text=text,
            finish=finish,
            trouble=trouble,
            prompt_tokens=usage.get("input_tokens"),
            completion_tokens=usage.get("output_tokens"),
            token_logprobs=_logprobs(tokens),
        )

    def _read(
        self,
        messages: Sequence[Message],
        pieces: queue.SimpleQueue[AIMessageChunk | _End],
        stop: threading.Event,
    ) -> None:
        """Run the request to its end, or until nobody listens any more."""
        import openai

        trouble = None
        try:
            prompt = [(message.role.value, message.content) for message in messages]
            for piece in self._pieces(prompt):
                if stop.is_set():
                    return
                pieces.put(piece)
        except openai.OpenAIError as error:
            trouble = _trouble(error)
        except (ValueError, TypeError, AttributeError, KeyError, OSError):
            # what the client raises for a body that is not the protocol's (JSON, UTF-8, HTML)
            trouble = Trouble.NOT_THE_PROTOCOL
        except RuntimeError:  # the client was closed meanwhile
            trouble = Trouble.BROKEN_OFF
        finally:
            pieces.put(_End(trouble))

    def _pieces(self, prompt: list[tuple[str, str]]) -> Iterator[AIMessageChunk]:
        """The reply piece by piece, with log-probabilities where the service gives them."""
        import openai

        if not self._logprobs:
            yield from self._chat_model().stream(prompt)
            return
        try:
            yield from self._chat_model().stream(prompt, logprobs=True)
        except (openai.BadRequestError, openai.UnprocessableEntityError):
            for piece in self._chat_model().stream(prompt):
                self._logprobs = False  # a request that fails without them too blames nothing
                yield piece

    def _chat_model(self) -> BaseChatModel:
        with self._guard:
            if self._client is None:
                import openai
                from langchain.chat_models import init_chat_model

                self._client = init_chat_model(
                    self._model,
                    model_provider="openai",
                    api_key=self._api_key.reveal() or _NO_KEY_NEEDED,
                    base_url=self._base_url or None,
                    temperature=self._temperature,
                    timeout=openai.Timeout(self._read_timeout_s, connect=self._connect_timeout_s),
                    max_retries=1,
                    stream_usage=True,
                )
            return self._client


def _judge(
    text: str, finish_reason: str | None, trouble: Trouble | None
) -> tuple[Finish, Trouble | None]:
    """A reply without a finish reason was broken off, however quietly the stream ended."""
    if trouble is None and finish_reason is None:
        trouble = Trouble.BROKEN_OFF
    elif trouble is None:
        trouble = _CUTS.get(finish_reason or "") or (None if text.strip() else Trouble.EMPTY)
    if trouble is None:
        return Finish.COMPLETE, None
    if not text.strip():
        return Finish.FAILED, trouble
    return Finish.CUT, Trouble.BROKEN_OFF if trouble is Trouble.UNREACHABLE else trouble


def _tokens(metadata: dict[str, Any]) -> list[Any]:
    """The tokens of a piece as the service tells of them; whatever is not a list is none."""
    told = metadata.get("logprobs")
    tokens = told.get("content") if isinstance(told, dict) else None
    return tokens if isinstance(tokens, list) else []


def _logprobs(tokens: Sequence[Any]) -> tuple[float, ...]:
    """One natural logarithm a token, at most 0; none at all when one of them cannot be read."""
    found = []
    for token in tokens:
        value = token.get("logprob") if isinstance(token, dict) else None
        if not isinstance(value, int | float) or not math.isfinite(value):
            return ()
        found.append(min(0.0, float(value)))
    return tuple(found)


def _trouble(error: Exception) -> Trouble:
    import openai

    for kind, trouble in (
        (openai.APITimeoutError, Trouble.TIMEOUT),
        (openai.APIConnectionError, Trouble.UNREACHABLE),
        (openai.AuthenticationError, Trouble.KEY_REFUSED),
        (openai.PermissionDeniedError, Trouble.KEY_REFUSED),
        (openai.NotFoundError, Trouble.UNKNOWN_MODEL),
        (openai.RateLimitError, Trouble.BUSY),
        (openai.BadRequestError, Trouble.REQUEST_REFUSED),
        (openai.APIStatusError, Trouble.SERVER_ERROR),
    ):
        if isinstance(error, kind):
            return trouble
    return Trouble.OTHER

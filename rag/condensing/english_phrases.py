"""English noun phrases and the parts of a question, told by closed lists of words, without a model.

Function words end a phrase, and a common verb ends it where a question expects its verb ("does the
diaphragm | need"). A verb that is not on the list stays in the phrase before it. Knows nothing of
conversations.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from rag.condensing.slots import Kind, slots_of, word_set
from rag.words import stop_words

_TOKEN: Final = re.compile(
    r"[\"“][^\"”]+[\"”]|[^\W_]+(?:(?:[-./&]|['’](?!s\b))[^\W_]+)*|['’]s\b|[^\w\s]"
)
_DO_OR_MODAL: Final = word_set(
    "do does did can could may might must shall should will would don't doesn't can't"
)
_BE_OR_HAVE: Final = word_set("is are was were am be been being has have had isn't aren't")
AUXILIARIES: Final = _DO_OR_MODAL | _BE_OR_HAVE
QUESTION_WORDS: Final = word_set("what which who whom whose when where why how")
DETERMINERS: Final = word_set(
    "a an another any each every her his its my no our some that the their these this those your"
)
PREPOSITIONS: Final = word_set(
    "about above after against at before below between by during for from in inside into of "
    "on outside over per since through to towards under until up upon with within without"
)
_NOT_IN_A_PHRASE: Final = word_set(
    "ones anyone someone everyone nobody everybody anything something many often soon quickly "
    "back again also already always away actually currently else ever exactly get got instead "
    "it later least longer maybe never normally not now really rather still them today "
    "tomorrow together too usually well whether yesterday yes cannot let's"
)
_DEGREES: Final = word_set("early far fast high large late long loud low old")
"""What "how" asks for the degree of: it begins a phrase only after a determiner or preposition."""

_VERBS: Final = word_set(
    "accept add affect allow answer apply approve arrive ask attend become begin belong "
    "book break bring build buy calculate calibrate call cancel carry cause change charge "
    "check choose claim clean close collect come compare complete confirm connect contain "
    "continue cost count cover decide define deliver depend differ do drain drop eat enter "
    "exceed exist expire explain fail fill find finish fit fix flush get give go happen "
    "have help hire hold include increase insert inform install issue join keep know last "
    "lead leave let lift live lock look lose make manage mean measure meet mount move need "
    "notify occur offer open operate order own park pass pay perform print produce protect "
    "provide publish put reach read receive record reduce refund register release remove "
    "renew repair repeat replace report request require reserve reset resign respond return "
    "review rinse run save say see sell send serve set ship show shut sign smoke sound "
    "spend start state stay stop store submit suggest supply support swap switch take tell "
    "terminate test throw train transfer travel treat turn update upgrade use visit wait "
    "want wash wear weigh win withdraw work write"
)
_PARTICIPLES: Final = word_set(
    "begun bought broken brought built chosen done drawn driven found given gone held kept "
    "known laid left lost made meant met paid put read run said seen sent sold spent taken "
    "thrown told won worn written"
)
_PREDICATES: Final = word_set("available due free open ready reset shut valid")
_SUBORDINATORS: Final = word_set("if once unless when whenever while")
_PLURALS: Final = word_set("children feet men people personnel staff women")
_PERSON: Final = re.compile(
    r"(?:\w{2}(?:er|or|ee|ist|ian|ant|man|woman)s?|interns?|guests?|staff|people|apprentices?|"
    r"children|personnel|chiefs?|heads?|fathers?|mothers?|parents?)$"
)
_TIMES: Final = word_set("day days hour hours month months week weeks year years time")


_PROPERTIES: Final = word_set(
    "accuracy address capacity color colour cost current diameter dimension email extension flow "
    "frequency height length location material maximum minimum name number phone point power "
    "pressure price range size speed temperature torque value voltage volume warranty weight width"
)
_ATTRIBUTES: Final = _PROPERTIES | word_set(
    "amount budget deadline duration fee interval limit output penalty rate salary scope"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A word, a quotation or a mark at ``[start, end)`` of a text."""

    text: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        """The token in lower case."""
        return self.text.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class NounPhrase:
    """A noun phrase at ``[start, end)``, with the preposition right before it ("" for none).

    ``full_end`` is where it ends with the phrases that hang on it by prepositions.
    """

    text: str
    start: int
    end: int
    full_end: int
    preposition: str
    determiner: str

    @property
    def head(self) -> str:
        """Its last word, in lower case."""
        return self.text.split()[-1].lower()

    @property
    def plural(self) -> bool:
        """Whether it speaks of several."""
        head = self.head
        return head in _PLURALS or bool(re.search(r"[^sui\d]s$", head) and not self.named)

    @property
    def person(self) -> bool:
        """Whether it seems to speak of people."""
        return bool(_PERSON.search(self.head)) or self.text.startswith(
            ("Mr ", "Ms ", "Mrs ", "Dr ")
        )

    @property
    def temporal(self) -> bool:
        """Whether it is a stretch of time."""
        return self.head in _TIMES

    @property
    def named(self) -> bool:
        """Whether it has a quotation, a code or a name in it."""
        kinds = {slot.kind for slot in slots_of(f"… {self.text}")}
        return bool(kinds & {Kind.QUOTED, Kind.CODE, Kind.NAME})


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A question in parts: ``wh`` ("how often"), ``auxiliary`` ("must") and where the rest begins.

    Either may be empty.
    """

    wh: str
    auxiliary: str
    rest_start: int


def tokens_of(text: str) -> list[Token]:
    """The tokens of ``text``; a quotation is one."""
    return [Token(text=m[0], start=m.start(), end=m.end()) for m in _TOKEN.finditer(text)]


def is_verb(word: str) -> bool:
    """Whether a word, in lower case, is a form of a verb on the list."""
    if word in _VERBS or word in _PARTICIPLES:
        return True
    for ending, others in (("ies", ("y",)), ("es", ("", "e")), ("s", ("",)), ("ied", ("y",))):
        if word.endswith(ending) and any(word[: -len(ending)] + o in _VERBS for o in others):
            return True
    stem = re.sub(r"(?:ed|ing)$", "", word)
    return stem != word and bool({stem, stem + "e", re.sub(r"(.)\1$", r"\1", stem)} & _VERBS)


def is_attribute(word: str) -> bool:
    """Whether a noun names a property that something must have: a price, a warranty."""
    lower = word.lower()
    return lower in _ATTRIBUTES or lower.removesuffix("s") in _ATTRIBUTES


def is_property(word: str) -> bool:
    """Whether a noun names an attribute that is seldom spoken of by itself: a weight, a price."""
    lower = word.lower()
    return lower in _PROPERTIES or lower.removesuffix("s") in _PROPERTIES


def is_content(word: str) -> bool:
    """Whether a word may stand in a noun phrase after its determiner."""
    lower = word.lower()
    return (word[0].isalnum() or word[0] in '"“') and not (
        lower in _NOT_IN_A_PHRASE
        or (lower in stop_words() and not (word.isupper() and len(word) > 1))
        or lower in AUXILIARIES | PREPOSITIONS | QUESTION_WORDS
        or lower.endswith("ly")
    )


def parts_of(question: str) -> Parts:
    """The parts of the last sentence of ``question``."""
    tokens = tokens_of(question)
    first = max((n for n, one in enumerate(tokens[:-1]) if one.text in ".!;"), default=-1) + 1
    words = tokens[first:]
    if not words:
        return Parts(wh="", auxiliary="", rest_start=0)
    asks = any(one.lower in QUESTION_WORDS for one in words[:3])
    at = next((n for n, one in enumerate(words) if one.lower in AUXILIARIES), None)
    if at is None or (at and not asks):
        end = words[0].end if asks else words[0].start
        return Parts(wh=question[words[0].start : end], auxiliary="", rest_start=end)
    wh = question[words[0].start : words[at].start].strip()
    return Parts(wh=wh, auxiliary=words[at].text, rest_start=words[at].end)


def noun_phrases(text: str) -> list[NounPhrase]:
    """The noun phrases of ``text`` in order."""
    tokens = tokens_of(text)
    found: list[NounPhrase] = []
    at, verb_awaited = 0, False
    while at < len(tokens):
        lower = tokens[at].lower
        if lower in AUXILIARIES or lower in _SUBORDINATORS:
            verb_awaited = lower not in _BE_OR_HAVE
        end = _phrase_end(tokens, at, verb_awaited)
        if end is None:
            at += 1
            continue
        before = tokens[at - 1].lower if at else ""
        start, stop = tokens[at].start, tokens[end - 1].end
        found.append(
            NounPhrase(
                text=text[start:stop],
                start=start,
                end=stop,
                full_end=stop,
                preposition=before if before in PREPOSITIONS else "",
                determiner=lower if lower in DETERMINERS else "",
            )
        )
        verb_awaited = verb_awaited and end < len(tokens) and tokens[end].lower in PREPOSITIONS
        at = end
    return _joined(text, found)


def _phrase_end(tokens: list[Token], at: int, verb_awaited: bool) -> int | None:
    """The index after the phrase that begins at ``at``; None when none begins there."""
    begin = at + (tokens[at].lower in DETERMINERS)
    determined = begin > at
    before = tokens[at - 1].lower if at else ""
    end = begin
    while end < len(tokens) and is_content(tokens[end].text):
        word = tokens[end].lower
        verb = is_verb(word) and tokens[end].text.islower()
        after_verb = end + 1 < len(tokens) and is_verb(tokens[end + 1].lower)
        gerund = word.endswith("ing") and before in AUXILIARIES
        noun_place = determined or gerund or before in PREPOSITIONS - {"to"}
        if verb and end == begin and not noun_place:
            return None
        if end == begin and word in _DEGREES and not (determined or before in PREPOSITIONS):
            return None
        if end > begin and (
            (verb and ((verb_awaited and not after_verb) or _governs(tokens, end)))
            or word in _PREDICATES
        ):
            break
        end += 1
    return end if end > begin else None


def _governs(tokens: list[Token], at: int) -> bool:
    """Whether the verb at ``at`` ends a phrase also where no verb is awaited."""
    word = tokens[at].lower
    if word in _PARTICIPLES or word.endswith("ed"):
        return True
    following = tokens[at + 1].lower if at + 1 < len(tokens) else "?"
    return (
        word.endswith("s")
        and following[0].isalnum()
        and following not in (PREPOSITIONS - {"to"}) | AUXILIARIES
    )


def _joined(text: str, phrases: list[NounPhrase]) -> list[NounPhrase]:
    """The phrases with ``full_end``: a phrase goes on over a preposition to the next one."""
    joined: list[NounPhrase] = []
    for phrase in reversed(phrases):
        following = joined[-1] if joined else None
        gap = text[phrase.end : following.start].strip().lower() if following else ""
        full = following.full_end if following and gap in PREPOSITIONS - {"until"} else phrase.end
        joined.append(
            NounPhrase(
                text=phrase.text,
                start=phrase.start,
                end=phrase.end,
                full_end=full,
                preposition=phrase.preposition,
                determiner=phrase.determiner,
            )
        )
    return joined[::-1]

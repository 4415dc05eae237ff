"""What an earlier English question lends to the next one: its topic, its frame, its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rag.condensing.english_phrases import (
    AUXILIARIES,
    PREPOSITIONS,
    NounPhrase,
    is_attribute,
    is_content,
    is_property,
    noun_phrases,
    parts_of,
    tokens_of,
)
from rag.condensing.slots import Points, Slot, best_match, found_name, replaced, slots_of, word_set
from rag.words import content_words

_CONDITION: Final = re.compile(r"\b(?:if|when|unless|once)\b[^,?]*", re.IGNORECASE)
_ADVERBIAL: Final = re.compile(
    r"(?:\w+ )?(?:when|where|why|how(?! many| much))\b|(?:\w+ ){1,2}(?:what|which|how)\b",
    re.IGNORECASE,
)
_SEVERAL: Final = (Points.PLURAL, Points.OWNERS)
_PEOPLE: Final = (Points.PERSON, Points.PERSON_OWNER)
_SAME_HEAD, _SAME_PREPOSITION, _SAME_SORT, _SAME_FORM = 4, 3, 2, 1
_LIKE_ENOUGH: Final = 2
_MEASURES: Final = word_set("big deep heavy hot large loud old tall thick warm wide")


@dataclass(frozen=True, slots=True)
class EnglishEarlier:
    """See ``rag.condensing.slots.Earlier``."""

    question: str
    answer: str = ""

    def topic(self, points: Points, noun: str = "") -> str | None:
        """See ``rag.condensing.slots.Earlier``."""
        phrases = _topics(self.question)
        if noun:
            wanted = set(content_words(noun))
            phrases = [one for one in phrases if wanted & set(content_words(one.text))]
        elif points is Points.PLACE:
            placed = [one for one in phrases if one.preposition in ("in", "at", "to", "from")]
            phrases = placed or [one for one in phrases if one.named or one.determiner]
        else:
            if found := self._found():
                return found
            if points in _PEOPLE:
                phrases = [one for one in phrases if _may_be_a_person(self.question, one)]
            fit = [one for one in phrases if one.plural is (points in _SEVERAL)]
            phrases = fit or phrases
        return _in_full(self.question, phrases[0]) if phrases else None

    def _found(self) -> str | None:
        """What a question for a "which" or a "who" found, where one name stands in the answer."""
        asked_for = re.match(
            r"(?:which|who|what) (?!is|are|was|were)", self.question, re.IGNORECASE
        )
        return found_name(self.answer, self.question) if asked_for else None

    def owner(self) -> str | None:
        """See ``rag.condensing.slots.Earlier``."""
        named = next((one for one in noun_phrases(self.question) if one.named), None)
        return self.question[named.start : named.end] if named else None

    def with_interrogative(self, words: str) -> str | None:
        """See ``rag.condensing.slots.Earlier``."""
        parts = parts_of(self.question)
        adverbial = _ADVERBIAL.match(words) and _ADVERBIAL.fullmatch(_first_two(parts.wh))
        if not parts.auxiliary or (parts.wh and not adverbial):
            return None
        rest = self.question[parts.rest_start :].strip()
        return f"{words[0].upper()}{words[1:]} {parts.auxiliary.lower()} {rest}"

    def with_piece(self, piece: str) -> str | None:
        """See ``rag.condensing.slots.Earlier``."""
        return _with_piece(self.question, piece)

    def stated(self) -> str | None:
        """None: English has other words for a statement than for a question."""
        return None

    def words(self) -> list[str]:
        """See ``rag.condensing.slots.Earlier``."""
        asking = parts_of(self.question).wh.lower().split()
        return [
            one.text
            for one in tokens_of(self.question)
            if is_content(one.text) and not (one.lower in asking and one.lower in _MEASURES)
        ]


def _topics(question: str) -> list[NounPhrase]:
    """Phrases that may be what a question is about, the likeliest first."""
    parts = parts_of(question)
    counted = parts.wh.lower().startswith(("how many", "how much"))
    asked_for = bool(re.match(r"(?:which|what) \w", parts.wh, re.IGNORECASE))
    wh_start = parts.rest_start - len(parts.auxiliary) - len(parts.wh) - 1
    inside, outside = [], []
    for one in noun_phrases(question):
        if one.temporal or (asked_for and not one.named):
            continue
        if one.start >= parts.rest_start:
            inside.append(one)
        elif counted or one.start < wh_start:
            outside.append(one)
    return inside + outside


def _may_be_a_person(question: str, phrase: NounPhrase) -> bool:
    """Whether "he" or "her" may stand for the phrase: a role, a name, what "who is" asks of."""
    bare_name = phrase.named and phrase.text.istitle() and not phrase.preposition
    asked = re.match(r"who(?:'s| is| was| are| were) ", question, re.IGNORECASE)
    return phrase.person or bare_name or (asked is not None and phrase.start == asked.end())


def _in_full(question: str, phrase: NounPhrase) -> str:
    """The phrase with what hangs on it; of "the weight of the pump" the pump."""
    if is_property(phrase.head) and phrase.full_end > phrase.end:
        inner = [one for one in noun_phrases(question) if one.start > phrase.end]
        if inner and not inner[0].temporal:
            phrase = inner[0]
    return question[phrase.start : phrase.full_end]


def _first_two(wh: str) -> str:
    """Question words without an adverb: "how" of "how often"."""
    return re.sub(r"(?i)^((?:\w+ )?how) \w+$", r"\1", wh)


def _with_piece(question: str, piece: str) -> str | None:
    """``question`` with ``piece`` in the place of what is like it; None where nothing is.

    A piece that begins with a preposition may also be put at the end.
    """
    if re.match(r"(?:if|when|unless|once)\b", piece, re.IGNORECASE):
        return _with_condition(question, piece)
    changes: list[tuple[int, int, str]] = []
    added = ""
    for preposition, words in _piece_parts(piece):
        found = _by_slots(question, words)
        if found is None:
            found = _by_phrase(question, preposition, words)
        if found is None and preposition:
            added += f" {preposition} {words}"
        elif found is None:
            return None
        else:
            changes += [one for one in found if one not in changes]
    if any(a[0] < b[1] and b[0] < a[1] for n, a in enumerate(changes) for b in changes[:n]):
        return None
    changed = replaced(question, changes)
    if added:
        body = changed.rstrip(" ?.!")
        changed = f"{body}{added}{changed[len(body) :].strip() or '?'}"
    return changed if changed != question else None


def _with_condition(question: str, piece: str) -> str | None:
    for clause in _CONDITION.finditer(question):
        words = clause[0].split()
        if words[1:] and words[1].lower() not in AUXILIARIES:
            start, end = clause.start(), clause.start() + len(clause[0].rstrip(" .!"))
            opening = piece[0].upper() + piece[1:] if not start else piece
            return replaced(question, [(start, end, opening)])
    return None


def _piece_parts(piece: str) -> Iterator[tuple[str, str]]:
    """(preposition or "", words) of each part: "for interns", "in Brno"."""
    tokens = tokens_of(piece)
    at = 0
    while at < len(tokens):
        preposition = tokens[at].text if tokens[at].lower in PREPOSITIONS else ""
        begin = at + bool(preposition)
        end = begin
        while end < len(tokens) and (end == begin or tokens[end].lower not in PREPOSITIONS):
            end += 1
        if end > begin:
            yield preposition, piece[tokens[begin].start : tokens[end - 1].end]
        at = end


def _by_slots(question: str, words: str) -> list[tuple[int, int, str]] | None:
    """What to change so that the slots of ``words`` stand in ``question``."""
    own, theirs = _slots_inside(words), slots_of(question)
    if not own:
        return None
    changes = []
    outside = replaced(words, [(one.start, one.end, " ") for one in own])
    others = set(content_words(outside)) - set(content_words(question))
    for slot in own:
        if any(one.kind is slot.kind and one.text == slot.text for one in theirs):
            continue
        match = best_match(slot, theirs)
        if match is None:
            return None
        theirs.remove(match)
        changes.append((match.start, match.end, slot.text))
    if not others:
        return changes
    return _whole_phrase(question, changes, words) if len(changes) == 1 else None


def _whole_phrase(
    question: str, changes: list[tuple[int, int, str]], words: str
) -> list[tuple[int, int, str]] | None:
    """The change of a slot made a change of the phrase it stands in."""
    [(start, _, _)] = changes
    for one in noun_phrases(question):
        if one.start <= start < one.end:
            return [(one.start, one.end, _determined(words, one))]
    return None


def _slots_inside(words: str) -> list[Slot]:
    """The slots of words that do not begin a sentence."""
    lead = "… "
    return [
        Slot(kind=one.kind, start=one.start - 2, end=one.end - 2, text=one.text)
        for one in slots_of(lead + words)
    ]


def _by_phrase(question: str, preposition: str, words: str) -> list[tuple[int, int, str]] | None:
    """What to change so that ``words`` stand in the place of the likest noun phrase."""
    targets = noun_phrases(words)
    if not targets:
        return None
    target = targets[0]
    phrases = noun_phrases(question)
    if preposition:
        alike = [one for one in phrases if one.preposition == preposition.lower()]
        phrases = alike or phrases
    scored = [(_likeness(target, one, preposition.lower()), one.start, one) for one in phrases]
    if not scored:
        return None
    score, _, best = max(scored, key=lambda each: each[:2])
    enough = _LIKE_ENOUGH + (preposition != "" and best.preposition != preposition.lower())
    return [(best.start, best.end, _determined(words, best))] if score >= enough else None


def _likeness(target: NounPhrase, one: NounPhrase, preposition: str) -> int:
    same_head = content_words(target.head) == content_words(one.head)
    if not same_head and (one.named is not target.named or one.temporal is not target.temporal):
        return 0
    return (
        _SAME_HEAD * same_head
        + _SAME_PREPOSITION * (preposition != "" and one.preposition == preposition)
        + _SAME_SORT * (is_attribute(target.head) and is_attribute(one.head))
        + _SAME_SORT * (target.person and one.person)
        + _SAME_FORM * (target.plural is one.plural)
        + _SAME_FORM * (bool(target.determiner) is bool(one.determiner))
    )


def _determined(words: str, phrase: NounPhrase) -> str:
    """``words`` with the article of the phrase they replace, where they have none."""
    first = tokens_of(words)[0].lower
    bare = first not in ("the", "a", "an", "my", "our")
    several = noun_phrases(words)[:1] and noun_phrases(words)[0].plural
    if (phrase.determiner == "the" and bare) or (
        phrase.determiner in ("a", "an") and bare and not several
    ):
        article = "the" if phrase.determiner == "the" else _article(first)
        words = f"{article} {words}"
    return words[0].upper() + words[1:] if phrase.start == 0 else words


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"

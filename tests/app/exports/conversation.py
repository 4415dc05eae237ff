"""A conversation of every kind of answer, and its transcript."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from app.conversations import Turn
from app.exports.transcript import Transcript, transcript_of
from app.i18n import Translator
from app.wiring import Services
from rag.settings import Settings
from tests.app.voted_answers import ANSWERED, HOSTILE

AT = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
HOURS = "How often must the diaphragm be replaced?"
NOWHERE = "Who won in 1998?"
LONG = "水泵的隔膜多久更换一次？" * 40


def exported(services: Services, t: Translator) -> Transcript:
    """Four turns: answered from the library, not in it, voted on, and hostile in every place."""
    asked = [services.ask(one, ("manuals", "制度"), "extractive") for one in (HOURS, NOWHERE)]
    hostile = replace(ANSWERED, question=f"{HOSTILE} 🙂 {LONG}", standalone=HOSTILE)
    turns = [Turn.of(str(n), one) for n, one in enumerate([*asked, ANSWERED, hostile])]
    return transcript_of(turns, services.record, Settings(), t, at=AT)

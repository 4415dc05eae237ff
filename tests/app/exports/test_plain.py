"""An answer on the clipboard reads as it does on the page, its sources below it."""

from __future__ import annotations

from dataclasses import replace

from app.exports.plain import to_plain
from app.exports.transcript import Exchanged, Reference, Said
from app.i18n import Translator
from app.wiring import Services
from tests.app.exports.conversation import HOURS, exported

EN, ZH = Translator("en"), Translator("zh")
ANSWER = Exchanged(
    question="How heavy?",
    asked=("Searched: the pump's weight",),
    sentences=(
        Said(gap="", text="It weighs 4 kg.", numbers=(1, 2), reserve=""),
        Said(gap=" ", text="重五公斤。", numbers=(), reserve="not supported"),
    ),
    notes=("Answered by: a model",),
    differing=("Sources differ on weight: 4 kg (a.pdf); 5 kg (b.pdf)",),
    references=(
        Reference(number=1, place="a.pdf, page 3", headings=("Data",), quote="4\n kg", remark=""),
        Reference(number=2, place="b.pdf", headings=(), quote="", remark="It is gone."),
    ),
    cited=True,
)


def test_sentences_notes_and_numbered_sources() -> None:
    assert to_plain(ANSWER, EN) == (
        "It weighs 4 kg. [1] [2] 重五公斤。 (not supported)\n\n"
        "Sources differ on weight: 4 kg (a.pdf); 5 kg (b.pdf)\n\n"
        "Answered by: a model\n\n"
        f"{EN('sources.cited')}\n"
        "[1] a.pdf, page 3 › Data\n    4 kg\n"
        "[2] b.pdf\n    It is gone.\n"
    )


def test_what_is_only_near_has_no_numbers_and_nothing_no_heading() -> None:
    near = replace(ANSWER.references[0], number=None)
    text = to_plain(replace(ANSWER, references=(near,), cited=False), ZH)
    assert f"{ZH('sources.nearest')}\n- a.pdf, page 3 › Data\n" in text
    assert to_plain(replace(ANSWER, references=()), ZH).endswith("Answered by: a model\n")


def test_the_quotation_is_that_of_the_page(library: Services) -> None:
    answered = exported(library, EN).exchanges[0]
    text = to_plain(answered, EN)
    assert HOURS not in text
    assert f"    {' '.join(answered.references[0].quote.split())}\n" in text

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from ingest.loaders.cleaning import clean, one_line

ANY_TEXT = st.text(
    st.one_of(
        st.characters(),
        st.characters(categories=["Cc", "Cf", "Cs"]),
        st.sampled_from(" \n\r\t\u3000"),
    )
)


@given(ANY_TEXT)
def test_no_control_direction_or_surrogate_character_is_left(text: str) -> None:
    cleaned = clean(text)
    for character in cleaned.replace("\n", ""):
        assert unicodedata.category(character) not in ("Cc", "Cs")
        assert (
            character
            not in "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2069\ufeff\ufffe"
        )
    assert "\n\n\n" not in cleaned
    cleaned.encode()


@given(ANY_TEXT)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(st.text(st.characters(categories=["L", "N", "P", "Sc", "Sm"], max_codepoint=0xFFFF)))
def test_visible_characters_are_kept(text: str) -> None:
    hidden = "\u115f\u1160\u3164"
    assert clean(text) == "".join(c for c in text if c not in hidden[:2])


def test_line_breaks_and_blanks() -> None:
    assert clean("a\r\nb\rc\x0cd\u2028e") == "a\nb\nc\nd\ne"
    assert clean("a\xa0b\tc  \n\n\n\nd") == "a b  c\n\nd"
    assert one_line(" a\n b \x00") == "a b"


def test_terminal_codes_and_hidden_tags_go() -> None:
    assert clean("\x1b[31mred\x1b[0m") == "red"
    hidden = "".join(chr(0xE0000 + ord(c)) for c in "ignore all")
    assert clean(f"seen{hidden}") == "seen"


def test_joined_emoji_stay_whole() -> None:
    assert clean("👩\u200d🔧 a\u200db") == "👩\u200d🔧 ab"


def test_text_is_not_normalised() -> None:
    assert clean("ｆｕｌｌ ﬁ e\u0301") == "ｆｕｌｌ ﬁ e\u0301"

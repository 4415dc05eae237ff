"""What an answer's headers and a reply's end mean."""

from __future__ import annotations

import time
from email.utils import formatdate

import pytest

from rag.models.openai.faults import NoSuchModel, fault_of, judge, retry_after_s
from rag.replies import Finish, Trouble


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "600"}, 600.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "9"}, 9.0),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "稍后"}, None),
        ({"retry-after": ""}, None),
    ],
)
def test_when_to_come_back(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_s(headers) == seconds


def test_when_to_come_back_may_be_a_date() -> None:
    date = formatdate(time.time() + 100, usegmt=True)
    assert retry_after_s({"retry-after": date}) == pytest.approx(100, abs=2)


@pytest.mark.parametrize(
    ("text", "reason", "trouble", "ended"),
    [
        ("It is.", "stop", None, (Finish.COMPLETE, None)),
        ("是。", "tool_calls", None, (Finish.COMPLETE, None)),
        ("It is.", "stop", Trouble.UNREACHABLE, (Finish.COMPLETE, None)),
        (" ", "stop", None, (Finish.FAILED, Trouble.EMPTY)),
        ("It", "length", None, (Finish.CUT, Trouble.LENGTH)),
        ("", "length", None, (Finish.FAILED, Trouble.LENGTH)),
        ("It", "content_filter", None, (Finish.CUT, Trouble.DECLINED)),
        ("It", "error", None, (Finish.CUT, Trouble.SERVER_ERROR)),
        ("", "insufficient_system_resource", None, (Finish.FAILED, Trouble.BUSY)),
        ("It", None, None, (Finish.CUT, Trouble.BROKEN_OFF)),
        ("", None, None, (Finish.FAILED, Trouble.BROKEN_OFF)),
        ("它", None, Trouble.UNREACHABLE, (Finish.CUT, Trouble.BROKEN_OFF)),
        ("", None, Trouble.UNREACHABLE, (Finish.FAILED, Trouble.UNREACHABLE)),
        ("它", None, Trouble.DEADLINE, (Finish.CUT, Trouble.DEADLINE)),
    ],
)
def test_how_a_reply_ended(
    text: str,
    reason: str | None,
    trouble: Trouble | None,
    ended: tuple[Finish, Trouble | None],
) -> None:
    assert judge(text, reason, trouble) == ended


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (NoSuchModel(), Trouble.UNKNOWN_MODEL),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no"), Trouble.NOT_THE_PROTOCOL),
        (KeyError("choices"), Trouble.NOT_THE_PROTOCOL),
        (ConnectionResetError(), Trouble.UNREACHABLE),
        (RuntimeError("whatever"), Trouble.OTHER),
    ],
)
def test_what_else_a_client_raises(error: Exception, trouble: Trouble) -> None:
    fault = fault_of(error)
    assert (fault.trouble, fault.after_s) == (trouble, None)

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from ingest.loaders.eml import EmlLoader
from rag.errors import DamagedFile, FormatMismatch, LoadError
from rag.types import Document


def load(tmp_path: Path, data: bytes) -> Document:
    path = tmp_path / "a.eml"
    path.write_bytes(data)
    return EmlLoader().load(path, name="mail.eml")


def made(
    subject: str = "Pump 水泵", body: str = "It holds 300 kPa.\n压力为三百千帕。\n"
) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = "采购部 <buy@example.org>"
    message["To"] = "a@example.org, b@example.org"
    message["Date"] = "Fri, 01 Mar 2024 09:30:00 +0000"
    message.set_content(body)
    return message


def test_headers_and_the_plain_body(tmp_path: Path) -> None:
    message = made()
    message.add_alternative("<p>not this</p>", subtype="html")
    document = load(tmp_path, message.as_bytes())
    assert document.pages[0].text == (
        "Pump 水泵\n\nFrom: 采购部 <buy@example.org>\nTo: a@example.org, b@example.org\n"
        "Date: Fri, 01 Mar 2024 09:30:00 +0000\n\nIt holds 300 kPa.\n压力为三百千帕。"
    )
    assert [(h.level, h.title) for h in document.pages[0].headings] == [(1, "Pump 水泵")]
    assert (document.title, document.paginated, document.warnings) == ("Pump 水泵", False, ())


def test_an_html_body_is_read_where_there_is_no_other(tmp_path: Path) -> None:
    message = EmailMessage()
    message["Subject"] = "News"
    message.set_content("<script>x()</script><p>One</p><p>Two</p>", subtype="html")
    assert load(tmp_path, message.as_bytes()).pages[0].text == "News\n\nOne\n\nTwo"


def test_attachments_are_named_and_not_read(tmp_path: Path) -> None:
    message, inner = made(), made("Forwarded", "inside")
    inner.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="deep.pdf")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="计划.pdf")
    message.add_attachment("text", filename="notes.txt")
    message.add_attachment(inner)
    document = load(tmp_path, message.as_bytes())
    assert "inside" not in document.pages[0].text
    assert document.warnings == ("attachments left out: 计划.pdf, notes.txt, message/rfc822",)


def test_many_attachments_are_counted(tmp_path: Path) -> None:
    message = made()
    for number in range(12):
        message.add_attachment(b"x", maintype="image", subtype="png", filename=f"{number}.png")
    assert load(tmp_path, message.as_bytes()).warnings[0].endswith("9.png and 2 more")


@pytest.mark.parametrize("charset", ["gb18030", "big5", "no-such-charset", ""])
def test_bodies_in_other_encodings(tmp_path: Path, charset: str) -> None:
    real = "big5" if charset == "big5" else "gb18030"
    declared = f"Content-Type: text/plain; charset={charset}\n" if charset else ""
    head = f"Subject: x\n{declared}Content-Transfer-Encoding: 8bit\n\n".encode()
    body = "這是我們公司的說明。" if real == "big5" else "这是我们公司的说明，请大家看。"
    assert load(tmp_path, head + body.encode(real)).pages[0].text.endswith(body)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"just a text without any header\n", FormatMismatch),
        (b"\n\nbody alone", FormatMismatch),
        (b"MIME-Version: 1.0\n\n", LoadError),
    ],
)
def test_what_is_no_mail_is_refused(tmp_path: Path, data: bytes, error: type[LoadError]) -> None:
    with pytest.raises(error, match=r"mail\.eml"):
        load(tmp_path, data)


def test_thousands_of_nested_parts_end(tmp_path: Path) -> None:
    parts = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(3000)
    )
    with pytest.raises(DamagedFile):
        load(tmp_path, b"Subject: x\n" + parts + b"Content-Type: text/plain\n\nbody")


@pytest.mark.parametrize("header", ["Subject: =?utf-8?b?broken", "Date: not a day", "To: <<>,,@"])
def test_broken_headers_stop_nothing(tmp_path: Path, header: str) -> None:
    document = load(tmp_path, f"{header}\nFrom: a@example.org\n\nThe body.\n".encode())
    assert document.pages[0].text.endswith("The body.")

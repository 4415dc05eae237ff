from __future__ import annotations

from ingest.loaders.running_lines import without_running_lines


def report(pages: int) -> list[list[str]]:
    return [
        [
            "Arvendal Fluidics   Manual P-200",
            *(f"Body line {line} of part {chr(97 + page)}." for line in range(9)),
            f"Page {page + 5} of {pages}",
            "12 May 2024",
        ]
        for page in range(pages)
    ]


def test_running_titles_and_page_numbers_go_but_a_title_stays_once() -> None:
    result = without_running_lines(report(4))
    assert result[0][0] == "Arvendal Fluidics   Manual P-200"
    assert result[0][-1] == "12 May 2024"
    assert not any("Page" in line for page in result for line in page)
    for page in result[1:]:
        assert [line[:9] for line in page] == ["Body line"] * 9


def test_two_pages_are_too_few() -> None:
    assert without_running_lines(report(2)) == report(2)


def test_bare_page_numbers_go_wherever_the_count_begins() -> None:
    numbers = ("i", "ii", "1", "2", "F-1", "- 7 -")
    pages = [[f"Text that stands above {number}.", number] for number in numbers]
    assert without_running_lines(pages) == [page[:1] for page in pages]


def test_numbers_that_do_not_count_pages_stay() -> None:
    pages = [
        [f"Revenue of year {year} was {amount}."] for year, amount in ((1, 70), (5, 12), (9, 4))
    ]
    assert without_running_lines(pages) == pages


def test_what_repeats_in_the_middle_stays() -> None:
    pages = [[*(f"{p}{n}" for n in "abcd"), "Caution", *(f"{p}{n}" for n in "efgh")] for p in "xyz"]
    assert without_running_lines(pages) == pages


def test_no_page_loses_everything() -> None:
    pages = [["Confidential"] for _ in range(5)]
    assert without_running_lines(pages) == pages


def test_empty_pages_do_not_count() -> None:
    pages = [["Title", "one", "1"], [], ["Title", "two", "3"], ["", " "], ["Title", "three", "5"]]
    kept = without_running_lines(pages)
    assert [[line for line in page if line.strip()] for page in kept] == [
        ["Title", "one"], [], ["two"], [], ["three"]
    ]  # fmt: skip

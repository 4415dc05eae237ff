from __future__ import annotations

import pytest

from benchmarks.retrieval.stopwatch import Part, Stopwatch, Times, ask


class Clock:
    """Stands still until somebody works."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def work(self, ms: float) -> None:
        self.now += ms / 1000


class Shelf:
    height = 3

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def take(self) -> str:
        self._clock.work(4)
        return "book"

    def take_two(self) -> list[str]:
        return [self.take(), self.take()]


class Reader:
    def __init__(self, shelf: Shelf, clock: Clock) -> None:
        self._shelf = shelf
        self._clock = clock

    def read(self) -> str:
        self._clock.work(1)
        return self._shelf.take()


def test_times_are_percentiles_of_all_questions() -> None:
    times = Times.of([float(one) for one in range(101)])
    assert times == Times(asked=101, p50_ms=50.0, p95_ms=95.0, mean_ms=50.0)
    assert Times.of([2.0]) == Times(asked=1, p50_ms=2.0, p95_ms=2.0, mean_ms=2.0)


def test_parts_and_rest_make_up_the_whole() -> None:
    clock = Clock()
    watch = Stopwatch(clock)
    shelf = watch.watch(Shelf(clock), "shelf")
    reader = watch.watch(Reader(shelf, clock), "reader")
    for number in (0, 1):
        with watch.question():
            assert shelf.take() == "book"
            assert shelf.take_two() == ["book", "book"]
            assert reader.read() == "book"
            assert shelf.height == 3
            clock.work(2 * number)
    assert watch.parts() == [
        Part(name="shelf.take_two", calls=1.0, times=Times.of([8.0, 8.0])),
        Part(name="reader.read", calls=1.0, times=Times.of([5.0, 5.0])),
        Part(name="shelf.take", calls=1.0, times=Times.of([4.0, 4.0])),
        Part(name="rest", calls=1.0, times=Times.of([0.0, 2.0])),
    ]
    assert watch.times() == Times.of([17.0, 19.0])
    watch.forget()
    with watch.question():
        shelf.take()
    assert watch.times() == Times.of([4.0])


def test_a_method_that_raises_is_left_again() -> None:
    clock = Clock()
    watch = Stopwatch(clock)
    shelf = watch.watch(Shelf(clock), "shelf")
    with watch.question():
        with pytest.raises(TypeError):
            shelf.take("too much")
        shelf.take()
    assert {part.name: part.calls for part in watch.parts()} == {"shelf.take": 2.0, "rest": 1.0}


def test_asking_stops_at_the_limit_but_not_before_one() -> None:
    times, found = ask(str.upper, ["a", "b", "问"], limit_s=10)
    assert (times.asked, found) == (3, ["A", "B", "问"])
    times, found = ask(str.upper, ["a", "b"], limit_s=0)
    assert (times.asked, found) == (1, ["A"])

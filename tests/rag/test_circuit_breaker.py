"""Five failures in a row, a rest, one trial; by a clock of the test's own."""

from __future__ import annotations

import threading

import pytest

from rag.circuit_breaker import FAILURES, LONGEST_REST_S, REST_S, CircuitBreaker


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> CircuitBreaker:
    return CircuitBreaker(clock=clock)


def fail(breaker: CircuitBreaker, times: int) -> None:
    for _ in range(times):
        assert breaker.admit()
        breaker.failed()


def test_one_failure_fewer_than_the_limit_lets_in(breaker: CircuitBreaker) -> None:
    fail(breaker, FAILURES - 1)
    assert breaker.admit()


def test_the_last_failure_in_a_row_shuts_out_for_the_rest(
    breaker: CircuitBreaker, clock: Clock
) -> None:
    fail(breaker, FAILURES)
    assert not breaker.admit()
    clock.now_s += REST_S - 0.001
    assert not breaker.admit()
    clock.now_s += 0.001
    assert breaker.admit()


def test_a_success_between_failures_begins_the_count_anew(breaker: CircuitBreaker) -> None:
    fail(breaker, FAILURES - 1)
    breaker.succeeded()
    fail(breaker, FAILURES - 1)
    assert breaker.admit()


def test_after_the_rest_one_request_tries_and_no_other(
    breaker: CircuitBreaker, clock: Clock
) -> None:
    fail(breaker, FAILURES)
    clock.now_s += REST_S
    assert [breaker.admit() for _ in range(3)] == [True, False, False]
    breaker.succeeded()
    assert [breaker.admit() for _ in range(3)] == [True, True, True]
    fail(breaker, FAILURES - 1)
    assert breaker.admit()


def test_a_trial_that_fails_shuts_out_for_another_rest(
    breaker: CircuitBreaker, clock: Clock
) -> None:
    fail(breaker, FAILURES)
    clock.now_s += REST_S
    fail(breaker, 1)
    clock.now_s += REST_S - 1
    assert not breaker.admit()
    clock.now_s += 1
    assert breaker.admit()


def test_a_trial_that_is_abandoned_leaves_the_next_one_in(
    breaker: CircuitBreaker, clock: Clock
) -> None:
    fail(breaker, FAILURES)
    clock.now_s += REST_S
    assert breaker.admit()
    breaker.abandoned()
    assert [breaker.admit(), breaker.admit()] == [True, False]


def test_abandoned_requests_are_no_failures(breaker: CircuitBreaker) -> None:
    fail(breaker, FAILURES - 1)
    for _ in range(FAILURES):
        assert breaker.admit()
        breaker.abandoned()
    assert breaker.admit()


def test_a_service_that_asks_for_a_rest_gets_it_at_once(
    breaker: CircuitBreaker, clock: Clock
) -> None:
    assert breaker.admit()
    breaker.failed(rest_s=600.0)
    clock.now_s += 599
    assert not breaker.admit()
    clock.now_s += 1
    assert breaker.admit()


def test_nobody_is_left_alone_for_days(breaker: CircuitBreaker, clock: Clock) -> None:
    breaker.failed(rest_s=86_400.0)
    clock.now_s += LONGEST_REST_S
    assert breaker.admit()


def test_a_later_shorter_rest_does_not_end_a_longer_one(
    breaker: CircuitBreaker, clock: Clock
) -> None:
    breaker.failed(rest_s=600.0)
    breaker.failed(rest_s=20.0)
    clock.now_s += 60
    assert not breaker.admit()


@pytest.mark.parametrize("failures", [1, 2, 7])
def test_the_limit_and_the_rest_can_be_chosen(clock: Clock, failures: int) -> None:
    breaker = CircuitBreaker(failures=failures, rest_s=3.0, clock=clock)
    fail(breaker, failures)
    assert not breaker.admit()
    clock.now_s += 3
    assert breaker.admit()


def test_of_many_threads_at_the_end_of_a_rest_exactly_one_is_let_in(
    breaker: CircuitBreaker, clock: Clock
) -> None:
    fail(breaker, FAILURES)
    clock.now_s += REST_S
    together = threading.Barrier(16)
    admitted: list[bool] = []

    def ask() -> None:
        together.wait()
        admitted.append(breaker.admit())

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(admitted) == [False] * 15 + [True]

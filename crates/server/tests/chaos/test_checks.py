"""The checks themselves: each sees the fault it is there for, and nothing in a round without."""
import pytest

from rig import checks, plans
from rig.crowd import Message
from rig.ledger import Ack, Arrival, Key, Ledger
from rig.stages import Scenario
from rig.strikes import Kind, Strike

ONE, TWO = Key("f00", 1), Key("f00", 2)


@pytest.fixture
def ledger():
    """Two messages, delivered in order by a1; the second was under way at 10 s."""
    found = Ledger(acks={ONE: Ack(101, 1, 8.9, 9.0, 1), TWO: Ack(102, 2, 9.9, 10.0, 1)})
    found.note(Arrival(9.0, ONE, "101", "a1", answered=9.1))
    found.note(Arrival(9.95, TWO, "102", "a1", answered=10.4))
    return found


def struck(ledger, kind=Kind.NODE, delay=0.0, at=10.0):
    strike = Strike(kind, "a1", at, delay, at + delay + 0.2)
    return checks.judge(ledger, strike, ledger.acks, ledger.arrivals)


def sorts(verdict):
    return [finding.what for finding in verdict.findings]


def test_a_good_round_has_no_finding(ledger):
    ledger.note(Arrival(11.0, TWO, "102", "a2", answered=11.1))
    verdict = struck(ledger)
    assert sorts(verdict) == []
    assert (verdict.duplicates, verdict.bound, verdict.open) == (1, 1, 1)
    assert verdict.redelivered == [1.0]


def test_what_never_arrives_is_lost(ledger):
    ledger.acks[Key("f00", 3)] = Ack(103, 3, 10.5, 10.6, 2)
    assert "lost" in sorts(struck(ledger, Kind.REDIS))


def test_another_message_id_is_another_message(ledger):
    ledger.note(Arrival(11.0, TWO, "999", "a2", answered=11.1))
    assert "odd" in sorts(struck(ledger))


def test_a_later_message_that_comes_first_is_out_of_order(ledger):
    ledger.by_key[ONE][0].at = 9.99
    assert sorts(struck(ledger, Kind.REDIS)) == ["order"]


def test_a_duplicate_of_what_was_done_is_a_stray(ledger):
    ledger.note(Arrival(11.0, ONE, "101", "a2", answered=11.1))
    assert "stray" in sorts(struck(ledger))


def test_a_node_that_joins_makes_nothing_arrive_again(ledger):
    ledger.note(Arrival(11.0, TWO, "102", "n1", answered=11.1))
    assert sorts(struck(ledger, Kind.JOIN)) == ["stray", "unbounded"]


def test_of_two_nodes_only_the_dead_one_has_deliveries_in_flight(ledger):
    ledger.by_key[TWO][0].source = "b1"
    ledger.note(Arrival(11.0, TWO, "102", "b1", answered=11.1))
    assert sorts(struck(ledger)) == ["stray", "unbounded"]


def test_more_duplicates_than_were_in_flight_are_unbounded(ledger):
    for at in (11.0, 11.5):
        ledger.note(Arrival(at, TWO, "102", "a2", answered=at + 0.1))
    assert sorts(struck(ledger)) == ["unbounded"]


def test_two_seconds_count_from_the_restart(ledger):
    ledger.note(Arrival(12.5, TWO, "102", "a2", answered=12.6))
    assert sorts(struck(ledger, delay=0.6)) == []
    assert sorts(struck(ledger)) == ["late"]


def test_what_had_no_answer_must_come_again(ledger):
    assert sorts(struck(ledger)) == ["late"]


def test_what_a_dead_node_sent_last_was_in_flight(ledger):
    ledger.by_key[TWO][0].at = 10.01
    ledger.note(Arrival(11.0, TWO, "102", "a2", answered=11.1))
    assert sorts(struck(ledger)) == []


@pytest.mark.parametrize(("number", "at", "expected"), [
    (3, 14.01, []),
    (3, 14.5, ["stray"]),
    (4, 14.01, ["stray"]),
])
def test_a_sleeper_sends_what_was_next_when_it_wakes(ledger, number, at, expected):
    for later in (3, 4):
        ledger.acks[Key("f00", later)] = Ack(100 + later, later, 9.9, 9.95, 1)
        ledger.note(Arrival(13.0 + later / 10, Key("f00", later), f"10{later}", "b2", answered=13.9))
    ledger.note(Arrival(at, Key("f00", number), f"10{number}", "a1", answered=at + 0.1))
    assert sorts(struck(ledger, Kind.PAUSE, delay=4.0)) == expected


def history(*texts):
    return [Message(100 + seq, seq, "account" if text.startswith("re ") else "follower", text)
            for seq, text in enumerate(texts, 1)]


ACKS = {ONE: Ack(101, 1, 0, 0, 1), TWO: Ack(102, 2, 0, 0, 1)}


@pytest.mark.parametrize(("texts", "expected"), [
    (["f00 1", "f00 2"], []),
    (["f00 1"], ["lost"]),
    (["f00 1", "f00 2", "f00 2"], ["lost"]),
    (["f00 2", "f00 1"], ["gap"]),
    (["f00 1", "f00 2", "f00 3"], ["gap"]),
])
def test_a_history_has_each_message_once_in_order(texts, expected):
    found = checks.stored("f00", 0, history(*texts), ACKS)
    assert [finding.what for finding in found] == expected


def test_a_hole_in_a_history_is_a_gap():
    messages = history("f00 1", "f00 2")
    messages[1].seq = 3
    found = checks.stored("f00", 0, messages, {**ACKS, TWO: Ack(102, 3, 0, 0, 1)})
    assert [finding.what for finding in found] == ["gap"]


@pytest.mark.parametrize("replies", [[], ["re f00 5"] * 2])
def test_a_reply_is_in_the_history_once(replies):
    acks = {Key("f00", 5): Ack(101, 1, 0, 0, 1)}
    found = checks.stored("f00", 0, history("f00 5", *replies), acks)
    assert [finding.what for finding in found] == ["lost"]
    assert checks.stored("f00", 0, history("f00 5", "re f00 5"), acks) == []


def test_a_plan_is_drawn_again_by_its_seed():
    plan = plans.draw(100, list(Scenario), list(Kind), 7)
    assert plan == plans.draw(100, list(Scenario), list(Kind), 7)
    assert sum(len(kinds) for _scenario, kinds in plan) == 100
    assert {kind for _scenario, kinds in plan for kind in kinds} == set(Kind)
    assert plans.draw(3, list(Scenario), [Kind.REDIS], 7) == [(Scenario.CLUSTER, [Kind.REDIS] * 3)]

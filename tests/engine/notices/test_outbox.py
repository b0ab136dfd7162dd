"""Deliveries: few at once, tried again with growing pauses, given up after a while, and none lost on the way."""

from typing import Any

import pytest

from sexton.core.turns import AT_ONCE, IN_ALL, SLOW
from sexton.engine.answers.health import health_of
from sexton.engine.notices.sink_entry import FRESH, MOST_HURRIED, Posted
from sexton.model.outbox import Delivered, Outbox, Outgoing
from sexton.model.units import DAY, HOUR, MILLISECOND, MINUTE, SECOND, Duration
from tests.engine.stage import Stage, job
from tests.engine.told import orders, rule, stage_with, told

AGAIN = 75
REFUSED = 1
MISCONFIGURED = 78


def rows(stage: Stage, *states: str) -> list[Outgoing]:
    """The outbox, oldest first."""
    found: Any = stage.store.ledger.look(Outbox(states, 10_000))
    return list(reversed(found))


def failing(number: int, *sinks: str, **keys: Any) -> Stage:
    """A stage on which so many jobs fail at the full hour, and each sink is told."""
    stage = stage_with(
        *(job(f"j{n}", "0 * * * *") for n in range(number)),
        rules=tuple(rule(sink) for sink in sinks or ("ops",)),
        **keys,
    )
    for n in range(number):
        stage.live(f"j{n}", lasts=0, code=1)
    stage.start()
    return stage


def test_a_sink_that_does_not_answer_is_tried_with_growing_pauses_one_notice_at_a_time() -> None:
    stage = failing(100)
    stage.live("ops", lasts=0, code=AGAIN, complains=b"451 greylisted\n")
    stage.pass_time(HOUR + 10 * MINUTE)
    assert len(orders(stage)) < 20
    assert {row.state for row in rows(stage)} == {"pending"}
    assert "451 greylisted" in {row.error for row in rows(stage)}


def test_everything_is_delivered_once_the_sink_answers_again() -> None:
    stage = failing(100)
    stage.live("ops", lasts=0, code=AGAIN)
    stage.pass_time(2 * HOUR)
    tried = len(orders(stage))
    stage.live("ops", lasts=0)
    stage.pass_time(10 * MINUTE)
    assert {row.state for row in rows(stage)} == {"delivered"}
    assert len(orders(stage)) - tried == 100


def test_what_waits_goes_at_once_and_oldest_first_when_the_sink_answers_again() -> None:
    stage = failing(20)
    stage.live("ops", lasts=0, code=AGAIN)
    stage.pass_time(HOUR + MINUTE)
    tried = len(orders(stage))
    stage.live("ops", lasts=0)
    stage.pass_time(MINUTE)
    numbers = [order["id"].split("-")[1] for order in orders(stage)[tried:]]
    assert numbers == [str(number) for number in range(1, 21)]
    ended = [row.ended or 0 for row in rows(stage)]
    assert max(ended) - min(ended) <= SECOND


@pytest.mark.parametrize("outage", [5 * SECOND, 40 * SECOND, 5 * MINUTE, HOUR - SECOND])
def test_a_recovery_does_not_overtake_its_failure(outage: Duration) -> None:
    stage = stage_with(job("ingest", "0 0 * * *"), job("other", "0 0 * * *"), rules=(rule(),))
    stage.start()
    stage.live("ingest", lasts=0, code=1)
    stage.live("other", lasts=0, code=1)
    stage.live("ops", lasts=0, code=AGAIN)
    for name in ("ingest", "other"):
        stage.trigger(name)
    stage.pass_time(SECOND)
    stage.live("ingest", lasts=0)
    stage.trigger("ingest")
    stage.pass_time(outage)
    tried = len(orders(stage))
    stage.live("ops", lasts=0)
    stage.pass_time(2 * MINUTE)
    words = [order["notice"]["outcome"] for order in orders(stage)[tried:] if order["notice"]["job"] == "ingest"]
    assert words == ["failed", "recovered"]


def test_a_sink_that_does_not_answer_is_tried_after_1_2_4_seconds_and_so_on_up_to_a_minute() -> None:
    stage = failing(2)
    stage.live("ops", lasts=0, code=AGAIN)
    stage.pass_time(HOUR)
    tries = [0]
    for second in range(1, 200):
        stage.pass_time(SECOND)
        tries += [second] * (len(orders(stage)) - len(tries))
    assert tries == [0, 1, 3, 7, 15, 31, 63, 123, 183]


def test_a_notice_that_a_sink_never_takes_keeps_those_of_others_waiting_for_a_while_only() -> None:
    stage = failing(4)
    stage.live("ops", lasts=0, judges=lambda order: AGAIN if '"state-1-' in order else 0)
    stage.pass_time(HOUR + 3 * MINUTE)
    assert [row.state for row in rows(stage)] == ["pending", *["delivered"] * 3]


def test_the_id_of_a_notice_stays_the_same_and_its_attempts_are_counted() -> None:
    stage = failing(1)
    stage.live("ops", lasts=0, code=AGAIN)
    stage.pass_time(HOUR + MINUTE)
    assert {order["id"] for order in orders(stage)} == {f"state-1-{rows(stage)[0].created}"}
    assert [order["attempt"] for order in orders(stage)] == list(range(1, len(orders(stage)) + 1))


def test_a_notice_that_is_refused_for_good_is_given_up_and_the_next_is_tried() -> None:
    stage = failing(3)
    stage.live("ops", lasts=0, code=1, complains=b"Traceback\nno such user hunter2\n")
    stage.pass_time(HOUR + SECOND)
    assert [(row.state, row.error) for row in rows(stage)] == [("given_up", "no such user ***")] * 3
    assert len(orders(stage)) == 3
    assert stage.logs.said.count(("error", "sink ops: a notice was given up: no such user ***")) == 3


def test_what_a_person_here_can_mend_is_tried_with_long_pauses_until_it_is_too_old() -> None:
    stage = failing(1, give_up_after=HOUR)
    stage.live("ops", lasts=0, code=MISCONFIGURED, complains=b"cannot start './tell.sh': No such file or directory\n")
    stage.pass_time(HOUR + 29 * MINUTE)
    assert [row.state for row in rows(stage)] == ["pending"]
    assert len(orders(stage)) == 6
    stage.pass_time(HOUR)
    assert [row.state for row in rows(stage)] == ["given_up"]


def test_a_notice_that_cannot_be_told_as_things_stand_holds_up_no_other() -> None:
    stage = failing(5)
    stage.live("ops", lasts=0, code=MISCONFIGURED)
    stage.pass_time(HOUR + 2 * MINUTE)
    assert len({order["id"] for order in orders(stage)}) == 5


def test_a_reload_has_what_was_not_taken_tried_at_once() -> None:
    stage = failing(1)
    stage.live("ops", lasts=0, code=MISCONFIGURED)
    stage.pass_time(HOUR + SECOND)
    stage.live("ops", lasts=0)
    sink = stage.plan.sinks["ops"]
    stage.read = stage.plan._replace(sinks={"ops": sink._replace(options={"argv": ("./mended",)})})
    stage.control.reload(lambda answer: None)
    stage.pass_time(SECOND)
    assert [order["options"]["argv"] for order in orders(stage)] == [["./tell"], ["./mended"]]
    assert [row.state for row in rows(stage)] == ["delivered"]


def test_a_child_that_breaks_down_has_refused_nothing() -> None:
    stage = failing(1)
    stage.live("ops", lasts=0, code=1, complains=b"Traceback (most recent call last):\nImportError: half an upgrade\n")
    stage.pass_time(HOUR + SECOND)
    assert [(row.state, row.error) for row in rows(stage)] == [("pending", "ImportError: half an upgrade")]


def test_a_notice_is_given_up_when_it_has_grown_too_old() -> None:
    stage = failing(1, give_up_after=HOUR)
    stage.live("ops", lasts=0, code=AGAIN)
    stage.pass_time(HOUR + HOUR // 2)
    assert [row.state for row in rows(stage)] == ["pending"]
    stage.pass_time(DAY)
    assert [row.state for row in rows(stage)] == ["given_up"]
    assert stage.world.notices is not None
    assert stage.world.notices.outbox.sinks["ops"].failing_since is not None


def test_one_child_delivers_to_each_sink_and_few_in_all() -> None:
    sinks = [f"s{n}" for n in range(AT_ONCE + 2)]
    stage = failing(3, *sinks)
    for sink in sinks:
        stage.live(sink, lasts=SECOND)
    stage.pass_time(HOUR)
    most = 0
    for _ in range(20):
        going = {sink: len(stage.spawner.pids(sink)) for sink in sinks}
        assert max(going.values()) <= 1
        most = max(most, sum(going.values()))
        stage.pass_time(SECOND)
    assert most == AT_ONCE
    assert len(told(stage)) == 3 * len(sinks)
    assert {row.state for row in rows(stage)} == {"delivered"}


def test_a_tarpit_is_killed_when_its_time_is_over_and_delays_no_other_sink() -> None:
    stage = failing(2, "tarpit", "ops")
    stage.live("tarpit", stubborn=True)
    stage.pass_time(HOUR + SECOND)
    assert [sink for sink, _ in told(stage)].count("ops") == 2
    stage.pass_time(2 * MINUTE)
    assert ("tarpit", 9) in stage.spawner.signals
    assert "no answer before the deadline" in {row.error for row in rows(stage)}


def test_sinks_that_hang_keep_others_waiting_for_a_moment_only() -> None:
    tarpits = [f"t{n}" for n in range(AT_ONCE)]
    stage = failing(3, *tarpits, "well")
    for sink in tarpits:
        stage.live(sink, stubborn=True)
    stage.pass_time(HOUR + SLOW - SECOND)
    assert "well" not in {sink for sink, _ in told(stage)}
    stage.pass_time(2 * SECOND)
    assert [sink for sink, _ in told(stage)].count("well") == 3
    assert [len(stage.spawner.pids(sink)) for sink in tarpits] == [1] * AT_ONCE


def test_no_more_than_so_many_sinks_hang_at_once() -> None:
    tarpits = [f"t{n:02}" for n in range(IN_ALL + 3)]
    stage = failing(1, *tarpits, deadline=HOUR)
    for sink in tarpits:
        stage.live(sink, stubborn=True)
    stage.pass_time(HOUR + 10 * SLOW)
    assert sum(len(stage.spawner.pids(sink)) for sink in tarpits) == IN_ALL


def test_a_test_waits_for_no_other_sink() -> None:
    tarpits = [f"t{n}" for n in range(AT_ONCE)]
    stage = failing(1, *tarpits, "well")
    for sink in tarpits:
        stage.live(sink, stubborn=True)
    stage.pass_time(HOUR + SECOND)
    assert stage.world.notices is not None
    assert stage.world.notices.test("well", Posted)
    stage.pass_time(SECOND)
    assert [order["notice"]["kind"] for order in orders(stage) if order["sink"] == "well"] == ["test"]


def pinged(*names: str) -> Stage:
    """A stage whose jobs begin at the full hour; each start and end is told to a sink that takes two seconds."""
    each = (rule("hc", "started", "succeeded", "failed", each=True),)
    stage = stage_with(*(job(name, "0 * * * *") for name in names), rules=each)
    stage.live("hc", lasts=2 * SECOND)
    return stage


def test_the_start_of_a_run_that_has_ended_is_dropped_and_its_end_is_told() -> None:
    stage = pinged(*(f"j{n}" for n in range(10)))
    for n in range(10):
        stage.live(f"j{n}", lasts=SECOND)
    stage.start()
    stage.pass_time(HOUR + MINUTE)
    assert [order["notice"]["outcome"] for order in orders(stage)] == ["started", *["succeeded"] * 10]
    assert stage.world.notices is not None
    assert stage.world.notices.outbox.sinks["hc"].dropped == 9


def test_ends_and_starts_are_told_by_turns_and_a_start_only_while_it_is_fresh() -> None:
    stage = pinged(*(f"{kind}{n}" for kind in ("long", "short") for n in range(20)))
    for n in range(20):
        stage.live(f"short{n}", lasts=0)
        stage.live(f"long{n}", lasts=10 * MINUTE)
    stage.start()
    stage.pass_time(HOUR + 2 * FRESH)
    words = [order["notice"]["outcome"] for order in orders(stage)]
    assert words[:10] == ["started", "succeeded"] * 5
    assert set(words[FRESH // (2 * SECOND) + 1 :]) == {"succeeded"}
    assert words.count("succeeded") == 20


def test_what_a_command_has_started_goes_with_it_whatever_group_it_is_in() -> None:
    stage = failing(1)
    stage.live("ops", lasts=0, strays=True)
    stage.pass_time(HOUR + SECOND)
    assert (len(orders(stage)), stage.spawner.pids("ops")) == (1, [])


def test_what_a_command_has_started_goes_when_its_time_is_over() -> None:
    stage = failing(1)
    stage.live("ops", stubborn=True, strays=True)
    stage.pass_time(HOUR + SECOND)
    assert len(stage.spawner.pids("ops")) == 2
    stage.live("ops", lasts=0)
    stage.pass_time(2 * MINUTE)
    assert (stage.spawner.pids("ops"), [row.state for row in rows(stage)]) == ([], ["delivered"])


def test_a_sink_may_say_when_it_wants_to_be_asked_again() -> None:
    stage = failing(1)
    stage.live("ops", lasts=0, code=AGAIN, says=b'{"retry_after": 1800}\n')
    stage.pass_time(HOUR + 29 * MINUTE)
    assert len(orders(stage)) == 1
    stage.pass_time(2 * MINUTE)
    assert len(orders(stage)) == 2


def test_what_was_accepted_is_not_told_again_while_the_disk_is_full() -> None:
    stage = failing(1)
    stage.store.failing = lambda change: isinstance(change, Delivered)
    stage.pass_time(HOUR + MINUTE)
    assert (len(orders(stage)), stage.store.failures > 1) == (1, True)
    stage.store.failing = lambda change: False
    stage.pass_time(MINUTE)
    assert (len(orders(stage)), rows(stage)[0].state) == (1, "delivered")


def test_a_crash_while_a_notice_is_on_its_way_makes_it_go_again_by_the_same_id() -> None:
    stage = failing(1)
    stage.live("ops")
    stage.pass_time(HOUR)
    stage.live("ops", lasts=0)
    stage.start()
    stage.pass_time(MINUTE)
    assert [order["id"] for order in orders(stage)] == [f"state-1-{rows(stage)[0].created}"] * 2
    assert rows(stage)[0].state == "delivered"


def test_a_notice_that_was_given_up_keeps_its_id_when_it_is_tried_again() -> None:
    stage = failing(1)
    stage.live("ops", lasts=0, code=REFUSED)
    stage.pass_time(HOUR)
    stage.live("ops", lasts=0)
    stage.world.loop.post(lambda: stage.control.desk.again(None, lambda answer: None))
    stage.pass_time(MINUTE)
    assert len({order["id"] for order in orders(stage)}) == 1
    assert [row.state for row in rows(stage)] == ["delivered"]


def test_a_row_of_another_time_has_another_id_though_its_number_came_again() -> None:
    stage, restored = failing(1), failing(1)
    restored.live("j0", lasts=0)
    restored.pass_time(HOUR)
    restored.live("j0", lasts=0, code=1)
    for each in (stage, restored):
        each.live("ops", lasts=0)
        each.pass_time(HOUR)
    assert rows(stage)[0].id == rows(restored)[0].id
    assert orders(stage)[0]["id"] != orders(restored)[0]["id"]


def test_another_image_goes_on_with_what_is_on_its_way() -> None:
    stage = failing(1)
    stage.live("ops")
    stage.pass_time(HOUR)
    stage.reexec()
    stage.end("ops")
    stage.pass_time(MINUTE)
    assert (len(orders(stage)), rows(stage)[0].state) == (1, "delivered")


def test_a_delivery_that_ends_between_two_images_counts() -> None:
    stage = failing(1)
    stage.live("ops")
    stage.pass_time(HOUR)
    stage.reexec(lambda: stage.spawner.end(stage.spawner.pids("ops")[0], AGAIN))
    assert rows(stage)[0].attempts == 1


def test_the_notice_of_the_last_end_is_delivered_before_sexton_goes() -> None:
    stage = stage_with(job("ingest", "0 * * * *"), rules=(rule("ops", "cancelled"),))
    stage.live("ops", lasts=SECOND)
    stage.start()
    stage.pass_time(HOUR)
    stage.stop()
    stage.pass_time(MINUTE)
    assert (stage.finished, [row.state for row in rows(stage)]) == (1, ["delivered"])


def test_stopping_waits_for_no_sink_longer_than_a_moment_and_loses_nothing() -> None:
    stage = stage_with(job("ingest", "0 * * * *"), rules=(rule("ops", "cancelled"),))
    stage.live("ops", stubborn=True)
    stage.start()
    stage.pass_time(HOUR)
    before = stage.clock.elapsed
    stage.stop()
    stage.pass_time(MINUTE)
    assert stage.finished == 1
    assert stage.clock.elapsed - before <= 4 * SECOND
    assert stage.spawner.pids("ops") == []
    stage.live("ops", lasts=0)
    stage.start()
    stage.pass_time(MINUTE)
    assert [row.state for row in rows(stage)] == ["delivered"]


def test_a_second_signal_waits_for_no_sink_at_all() -> None:
    stage = stage_with(job("ingest", "0 * * * *"), rules=(rule("ops", "cancelled"),))
    stage.live("ops", stubborn=True)
    stage.start()
    stage.pass_time(HOUR)
    before = stage.clock.elapsed
    stage.stop()
    stage.pass_time(SECOND)
    assert stage.finished == 0
    stage.stop()
    assert (stage.finished, stage.clock.elapsed - before) == (1, SECOND)


def test_stopping_does_not_wait_when_there_is_nothing_to_tell() -> None:
    stage = failing(1)
    before = stage.clock.elapsed
    stage.stop()
    assert (stage.finished, stage.clock.elapsed - before) == (1, 0)


def test_what_is_in_no_ledger_is_bounded_and_dropped_when_the_sink_does_not_answer() -> None:
    stage = failing(1)
    stage.live("ops", lasts=0, code=AGAIN)
    stage.pass_time(HOUR + 6 * SECOND)
    assert stage.world.notices is not None
    outbox = stage.world.notices.outbox
    posted = Posted({"kind": "start", "title": "t"})
    taken = [outbox.hurry("ops", posted) for _ in range(MOST_HURRIED + 5)]
    assert taken.count(True) == MOST_HURRIED
    before = len(orders(stage))
    stage.loop.advance(0)
    assert len(orders(stage)) == before
    assert outbox.sinks["ops"].dropped >= MOST_HURRIED


def test_a_child_that_cannot_be_started_is_tried_again() -> None:
    stage = failing(1)
    stage.live("ops", cannot_start="cannot fork")
    stage.pass_time(HOUR + SECOND)
    assert [(row.state, row.error) for row in rows(stage)] == [("pending", "cannot fork")]
    stage.live("ops", lasts=0)
    stage.pass_time(MINUTE)
    assert [row.state for row in rows(stage)] == ["delivered"]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("sqlite:////x", "4 notices wait for the next start: hc, ops"),
        (":memory:", "4 notices are lost, for the history is in memory alone: hc, ops"),
    ],
)
def test_what_was_not_told_before_the_end_is_said(state: str, said: str) -> None:
    stage = failing(2, "ops", "hc", "well")
    stage.plan = stage.plan._replace(settings=stage.plan.settings._replace(state=state))
    stage.start()
    stage.live("ops")
    stage.live("hc", lasts=0, code=AGAIN)
    stage.pass_time(HOUR + SECOND)
    stage.stop()
    stage.pass_time(MINUTE)
    assert stage.finished
    assert [text for level, text in stage.logs.said if "notices" in text] == [said]


def test_nothing_is_said_at_the_end_when_all_was_told() -> None:
    stage = failing(2)
    stage.pass_time(HOUR + SECOND)
    stage.stop()
    stage.pass_time(MINUTE)
    assert stage.finished
    assert not any("notice" in text for _, text in stage.logs.said)


PARTLY = b'{"refused": {"bad@x": "550 hunter2"}, "later": {"grey@x": "451 greylisted"}}\n'


def partly() -> Stage:
    """A stage with a mail that one of three recipients has had, one never gets, and one may have later."""
    stage = stage_with(job("ingest", "0 0 * * *"), rules=(rule(),), give_up_after=HOUR)
    stage.start()
    stage.live("ingest", lasts=0, code=1)
    stage.live("ops", lasts=0, says=PARTLY)
    stage.trigger("ingest")
    stage.pass_time(0)
    return stage


def test_a_mail_that_some_may_have_later_is_tried_again_for_them_alone() -> None:
    stage = partly()
    (row,) = rows(stage)
    assert (row.state, row.attempts, row.error) == ("pending", 1, "grey@x: 451 greylisted; bad@x: 550 ***")
    stage.live("ops", lasts=0)
    stage.pass_time(2 * SECOND)
    first, second = orders(stage)
    assert ("only" in first["options"], second["options"]["only"]) == (False, ["grey@x"])
    assert first["id"] == second["id"]
    (row,) = rows(stage)
    assert (row.state, row.error) == ("delivered", "bad@x: 550 ***")


def test_who_was_refused_is_said_and_stays_in_health_until_a_notice_is_accepted_for_all() -> None:
    stage = partly()
    said = "sink ops: not accepted for grey@x: 451 greylisted; bad@x: 550 ***; trying again"
    assert stage.logs.said.count(("warning", said)) == 1
    assert _health(stage) == "grey@x: 451 greylisted; bad@x: 550 ***"
    stage.live("ops", lasts=0)
    stage.pass_time(2 * SECOND)
    assert _health(stage) == "bad@x: 550 ***"
    stage.live("ingest", lasts=0)
    stage.trigger("ingest")
    stage.pass_time(SECOND)
    assert (rows(stage)[-1].notice["outcome"], _health(stage)) == ("recovered", "")


def _health(stage: Stage) -> str:
    (found,) = [check for check in health_of(stage.engine).checks if check.name == "sink:ops"]
    return found.output


def test_a_mail_that_some_never_take_is_given_up_for_them_in_the_end_and_delays_no_other() -> None:
    stage = partly()
    stage.live("ingest", lasts=0)
    stage.trigger("ingest")
    stage.pass_time(500 * MILLISECOND)
    assert [order["notice"]["outcome"] for order in orders(stage)] == ["failed", "recovered"]
    stage.pass_time(2 * HOUR)
    assert [row.state for row in rows(stage)] == ["given_up"] * 2
    assert "grey@x: 451 greylisted" in rows(stage)[0].error

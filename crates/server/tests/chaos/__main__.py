"""Strikes at Crier under load and checks that it keeps its promises: `make chaos ARGS="..."`."""
import argparse
import asyncio
import secrets
import signal
import sys
import time
from collections.abc import Coroutine

from rig import plans, runs
from rig.report import Report
from rig.stages import Scenario
from rig.strikes import Kind


LEGEND = """columns of the table:
  acked         messages answered 201 (or 200 when sent again)
  lost          acknowledged, but not once in the history, or never delivered, or its reply is not
                once in the history
  gaps          holes and wrong order in a history
  out of order  first deliveries after their successor's
  duplicates    deliveries beyond the first
  bound         in flight at the strikes: without an answer, or answered in the last 500 ms (their
                outcome may not be committed); of one node's strike, only what that node sent, and
                what a paused one was about to send
  open          of these, without an answer
  stray         duplicates of what was not in flight
  unbounded     rounds with more duplicates than were in flight
  late          not delivered again within 2 s of a killed node's restart
  odd           anything else
  again         seconds from the strike until what was in flight was delivered again
  first         seconds from an acknowledgement to the first delivery
  settled       seconds from the end of the load until no delivery waits"""


def main() -> int:
    given = arguments()
    seed = given.seed if given.seed is not None else secrets.randbelow(1_000_000)
    scenarios = given.stage or list(Scenario)
    plan = plans.draw(given.rounds, scenarios, given.strike or list(Kind), seed)
    if not plan:
        sys.exit("no stage that was asked for has a strike that was asked for")
    print(f"seed {seed}: {given.rounds} strikes", flush=True)
    options = runs.Options(seed, given.followers, keep=given.keep)
    try:
        report = asyncio.run(leaving_well(runs.run(plan, options, stamped)))
    except (KeyboardInterrupt, asyncio.CancelledError):
        sys.exit("ended before its time")
    print(report.summary())
    return 1 if report.failed else 0


async def leaving_well(work: Coroutine[None, None, Report]) -> Report:
    """SIGTERM ends it as Ctrl-C does: through every `finally`."""
    task = asyncio.current_task()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await work


def stamped(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {line}", flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make chaos", description=__doc__, epilog=LEGEND,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=100, help="strikes in all (100)")
    parser.add_argument("--seed", type=int,
                        help="draws the same strikes again, though no run interleaves like another")
    parser.add_argument("--followers", type=int, default=30, help="who write at once (30)")
    parser.add_argument("--stage", type=Scenario, action="append", choices=list(Scenario),
                        help="only this; may be given again")
    parser.add_argument("--strike", type=Kind, action="append", choices=list(Kind),
                        help="only this; may be given again")
    parser.add_argument("--keep", action="store_true", help="keep logs and databases in any case")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

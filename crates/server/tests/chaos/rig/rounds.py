"""A round: load, one strike, the end of the load, everything delivered, and the checks."""
import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass

from rig import checks, strikes
from rig.checks import Finding, Verdict
from rig.crowd import Follower
from rig.ledger import Ack, Arrival, Key, Ledger
from rig.processes import Trouble
from rig.stages import Stage
from rig.strikes import Kind, Strike

BEFORE, AFTER = (0.4, 1.5), (0.4, 1.2)
# A lost wake-up or a forgotten delivery is found by a clock after a minute and a half.
SETTLE_SECONDS = 120.0
# How long nothing may arrive before what comes later counts as the next round's.
QUIET_SECONDS = 0.3


@dataclass
class Played:
    stage: str
    number: int
    verdict: Verdict
    # Seconds from the end of the load until all was delivered; None if it never was.
    settled: float | None
    acks: dict[Key, Ack]
    arrivals: list[Arrival]


async def play(stage: Stage, number: int, kind: Kind, rng: random.Random,
               settle: float = SETTLE_SECONDS) -> Played:
    ledger = stage.ledger
    old_acks = len(ledger.acks)
    stage.crowd.start()
    await asyncio.sleep(rng.uniform(*BEFORE))
    strike = await strikes.perform(kind, stage, rng)
    await asyncio.sleep(rng.uniform(*AFTER))
    await _revive(stage, strike)
    await stage.crowd.stop()
    settled = await _settle(stage, strike, settle)

    acks = dict(list(ledger.acks.items())[old_acks:])
    arrivals = ledger.arrivals[stage.judged:]
    stage.judged = len(ledger.arrivals)
    verdict = checks.judge(ledger, strike, acks, arrivals)
    verdict.findings += await _history(stage, rng.choice(stage.nodes).url, acks)
    verdict.findings += [Finding("odd", "", fault) for fault in strike.faults]
    verdict.findings += [Finding("odd", "", f"wrongly signed: {query}") for query in ledger.wrong]
    ledger.wrong.clear()
    if settled is None:
        verdict.findings.append(Finding("lost", "", (
            f"{await stage.pending()} deliveries still wait {settle:.0f} s after the load ended")))
    return Played(stage.scenario.value, number, verdict, settled, acks, arrivals)


async def _settle(stage: Stage, strike: Strike, within: float) -> float | None:
    began = strikes.now()
    quiet_since = None
    while strikes.now() < began + within:
        await _revive(stage, strike)
        if stage.receiver.open or await stage.pending() != 0:
            quiet_since = None
        elif quiet_since is None:
            quiet_since = strikes.now()
        elif strikes.now() - quiet_since > QUIET_SECONDS:
            return quiet_since - began
        await asyncio.sleep(0.05)
    return None


async def _revive(stage: Stage, strike: Strike) -> None:
    """As a supervisor does: a node that finds its place taken after a pause may well end itself."""
    for node in stage.nodes:
        if node.lives():
            continue
        said = f"{node.run} ended by itself with {node.child.returncode} after {strike.kind}"
        if strike.kind is not Kind.PAUSE:
            raise Trouble(f"{said}; its log ends:\n{node.tail(2000)}")
        stage.notes.append(said)
        await node.launch()


async def _history(stage: Stage, base: str, acks: dict[Key, Ack]) -> list[Finding]:
    """What is new in every follower's history since the last round."""
    async def check(follower: Follower) -> list[Finding]:
        messages = await follower.history(base, follower.seen_seq)
        mine = {key: ack for key, ack in acks.items() if key.follower == follower.name}
        found = checks.stored(follower.name, follower.seen_seq, messages, mine)
        follower.seen_seq = messages[-1].seq if messages else follower.seen_seq
        return found
    found = await asyncio.gather(*(check(follower) for follower in stage.crowd.followers))
    return [finding for findings in found for finding in findings]


async def close(stage: Stage) -> list[Finding]:
    """The whole history from its beginning, at every node and again after a clean restart, which
    makes nothing arrive again."""
    findings = await _everywhere(stage)
    for node in stage.nodes:
        code = await node.leave()
        if code != 0:
            findings.append(Finding("odd", "", f"{node.run} left with {code}\n{node.tail(2000)}"))
        await node.launch()
    findings += await _everywhere(stage)
    findings += [Finding("stray", arrival.key.follower, (
        f"number {arrival.key.number} arrived from {arrival.source} when all was over"))
        for arrival in stage.ledger.arrivals[stage.judged:]]
    return findings


async def _everywhere(stage: Stage) -> list[Finding]:
    findings = []
    for node in stage.nodes:
        for follower in stage.crowd.followers:
            follower.seen_seq = 0
        findings += await _history(stage, node.url, stage.ledger.acks)
    return findings


def timeline(ledger: Ledger, played: Played, follower: str, say: Callable[[str], None]) -> None:
    """Everything recorded of one follower in the round, by its time after the strike."""
    at = played.verdict.strike.at
    events = []
    for arrival in played.arrivals:
        if arrival.key.follower == follower:
            answered = f"{arrival.answered - at:+.3f}" if arrival.answered else "never"
            again = "" if ledger.is_first(arrival) else " again"
            events.append((arrival.at, f"number {arrival.key.number} arrives{again} from "
                                       f"{arrival.source}, answered {answered}"))
    for key, ack in played.acks.items():
        if key.follower == follower:
            events.append((ack.at, f"number {key.number} acknowledged as seq {ack.seq}, sent "
                                   f"{ack.sent - at:+.3f}, tries {ack.tries}"))
    for moment, text in sorted(events):
        say(f"      {moment - at:+8.3f} s  {text}")

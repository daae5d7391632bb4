"""What must hold after a round, as functions of what was recorded: no I/O happens here."""
from collections import Counter
from dataclasses import dataclass, field

from rig.crowd import Message
from rig.ledger import Ack, Arrival, Key, Ledger
from rig.strikes import Kind, Strike

# What was answered so shortly before a strike may not have been committed yet.
UNCOMMITTED_SECONDS = 0.5
# What a node was about to send when it was paused is sent within this, counted from its waking.
WAKING_SECONDS = 0.1
# A killed node's deliveries are made again within this, counted from its restart.
REDELIVERED_SECONDS = 2.0


@dataclass(frozen=True)
class Finding:
    """A check that failed: `what` is the column of the table it counts in."""
    what: str
    follower: str
    text: str


@dataclass
class Verdict:
    strike: Strike
    acknowledged: int = 0
    duplicates: int = 0
    # Requests in flight at the strike: as many may arrive again.
    bound: int = 0
    # Those of them that had no answer yet: surely not recorded.
    open: int = 0
    # Seconds from the strike until what was in flight arrived again.
    redelivered: list[float] = field(default_factory=list)
    # The longest that an acknowledged message waited for its first delivery.
    slowest_first: float = 0.0
    findings: list[Finding] = field(default_factory=list)

    def count(self, what: str) -> int:
        return sum(finding.what == what for finding in self.findings)


def judge(ledger: Ledger, strike: Strike, acks: dict[Key, Ack], arrivals: list[Arrival]) -> Verdict:
    """`acks` and `arrivals` are those of the round; the ledger has what came before as well."""
    verdict = Verdict(strike, acknowledged=len(acks))
    _delivered(ledger, acks, verdict)
    _in_order(ledger, acks, verdict)
    _duplicates(ledger, arrivals, verdict)
    return verdict


def _delivered(ledger: Ledger, acks: dict[Key, Ack], verdict: Verdict) -> None:
    at = verdict.strike.at
    for key, ack in acks.items():
        first = ledger.first(key)
        if first is None:
            verdict.findings.append(Finding("lost", key.follower, (
                f"number {key.number} (seq {ack.seq}, acknowledged {ack.at - at:+.3f} s) "
                f"never reached the endpoint")))
            continue
        verdict.slowest_first = max(verdict.slowest_first, first.at - ack.at)
        ids = {arrival.message_id for arrival in ledger.by_key[key]}
        if ids != {str(ack.id)}:
            verdict.findings.append(Finding("odd", key.follower, (
                f"number {key.number} was acknowledged as {ack.id} and delivered as {ids}")))


def _in_order(ledger: Ledger, acks: dict[Key, Ack], verdict: Verdict) -> None:
    """The first arrival of a message is before that of its successor."""
    at = verdict.strike.at
    for key in sorted(acks):
        before, after = ledger.first(Key(key.follower, key.number - 1)), ledger.first(key)
        if before and after and before.at > after.at:
            verdict.findings.append(Finding("order", key.follower, (
                f"number {key.number - 1} first arrived at {before.at - at:+.3f} s from "
                f"{before.source}, after number {key.number} at {after.at - at:+.3f} s from "
                f"{after.source}")))


def in_flight(strike: Strike, arrival: Arrival) -> bool:
    """Whether a delivery may rightly be made again because of the strike."""
    if strike.kind is Kind.JOIN:
        return False
    ours = strike.kind in (Kind.REDIS, Kind.POSTGRES) or arrival.source in (strike.victim, "?")
    if not ours:
        return False
    if arrival.open_at(strike.at, UNCOMMITTED_SECONDS):
        return True
    # Sent before the strike and read after it: what a dead node sent was under way.
    if strike.kind is Kind.NODE:
        return arrival.at > strike.at and (
            arrival.source == strike.victim or arrival.at < strike.at + UNCOMMITTED_SECONDS)
    # While the node sleeps, or while nothing can be committed.
    if strike.kind is Kind.PAUSE:
        return strike.at < arrival.at < strike.at + strike.delay
    return strike.kind is Kind.POSTGRES and strike.at < arrival.at < strike.back


def about_to_be_sent(ledger: Ledger, strike: Strike, arrival: Arrival) -> bool:
    """Whether a paused node had seen that its lease holds, and not yet written the request: that is
    next in its conversation, and goes out when the node wakes, whoever has it by then."""
    if strike.kind is not Kind.PAUSE or arrival.source != strike.victim:
        return False
    woke = strike.at + strike.delay
    before = ledger.first(Key(arrival.key.follower, arrival.key.number - 1))
    return (woke <= arrival.at < woke + WAKING_SECONDS and before is not None
            and before.source == strike.victim
            and before.open_at(strike.at, UNCOMMITTED_SECONDS))


def _duplicates(ledger: Ledger, arrivals: list[Arrival], verdict: Verdict) -> None:
    strike = verdict.strike
    flying: dict[Key, Arrival] = {}
    for arrival in arrivals:
        if in_flight(strike, arrival):
            flying.setdefault(arrival.key, arrival)
    begun = [arrival for arrival in arrivals if about_to_be_sent(ledger, strike, arrival)]
    verdict.bound = len(flying) + len(begun)
    verdict.open = sum(arrival.open_at(strike.at) for arrival in flying.values())
    again: dict[Key, Arrival] = {}
    for arrival in arrivals:
        if ledger.is_first(arrival):
            continue
        verdict.duplicates += 1
        original = flying.get(arrival.key)
        if arrival in begun:
            continue
        if original is None or original is arrival:
            verdict.findings.append(_stray(ledger, strike, arrival))
        else:
            again.setdefault(arrival.key, arrival)
    verdict.redelivered = [arrival.at - strike.at for arrival in again.values()]
    if verdict.duplicates > verdict.bound:
        verdict.findings.append(Finding("unbounded", "", (
            f"{verdict.duplicates} duplicates, {verdict.bound} were in flight")))
    if strike.kills_node:
        _redelivered(flying, again, verdict)


def _stray(ledger: Ledger, strike: Strike, arrival: Arrival) -> Finding:
    first = ledger.by_key[arrival.key][0]
    answered = f"{first.answered - strike.at:+.3f} s" if first.answered else "never"
    return Finding("stray", arrival.key.follower, (
        f"number {arrival.key.number} arrived again at {arrival.at - strike.at:+.3f} s from "
        f"{arrival.source}; it was not in flight at the strike: first at "
        f"{first.at - strike.at:+.3f} s from {first.source}, answered {answered}"))


def _redelivered(flying: dict[Key, Arrival], again: dict[Key, Arrival], verdict: Verdict) -> None:
    """What the dead node had no answer to cannot have been recorded: it has to come again, soon."""
    strike = verdict.strike
    limit = strike.delay + REDELIVERED_SECONDS
    for key, arrival in flying.items():
        had_answer = arrival.answered is not None and arrival.answered <= strike.at
        known = arrival.source == strike.victim and arrival.at <= strike.at
        if key not in again:
            if known and not had_answer:
                verdict.findings.append(Finding("late", key.follower, (
                    f"number {key.number} had no answer when {strike.victim} died, and was not "
                    f"delivered again")))
        elif again[key].at - strike.at > limit:
            verdict.findings.append(Finding("late", key.follower, (
                f"number {key.number} was delivered again {again[key].at - strike.at:.3f} s after "
                f"the strike by {again[key].source}; {strike.victim} was restarted after "
                f"{strike.delay:.3f} s, so {limit:.3f} s is the limit")))


def stored(follower: str, after: int, messages: list[Message],
           acks: dict[Key, Ack]) -> list[Finding]:
    """A piece of one follower's history, from `after` on, against what was acknowledged in it."""
    findings = []
    seqs = [message.seq for message in messages]
    if seqs != list(range(after + 1, after + 1 + len(seqs))):
        odd = next((have, want) for want, have in enumerate(seqs, after + 1) if have != want)
        findings.append(Finding("gap", follower, f"seq {odd[0]} stands where {odd[1]} should"))
    mine = [message for message in messages if message.sender == "follower"]
    counts = Counter(message.text for message in mine)
    replies = Counter(message.text for message in messages if message.sender == "account")
    for key, ack in acks.items():
        if counts[key.text] != 1:
            findings.append(Finding("lost", follower, (
                f"number {key.number} (acknowledged as seq {ack.seq}, id {ack.id}) is in the "
                f"history {counts[key.text]} times")))
        if key.is_answered and replies[key.reply] != 1:
            findings.append(Finding("lost", follower, (
                f"the reply to number {key.number} is in the history {replies[key.reply]} times")))
    expected = [(key.text, ack.id, ack.seq) for key, ack in sorted(acks.items())]
    found = [(message.text, message.id, message.seq) for message in mine]
    if found != expected and not any(finding.what == "lost" for finding in findings):
        odd = next((pair for pair in zip(found, expected) if pair[0] != pair[1]),
                   (found[len(expected):], expected[len(found):]))
        findings.append(Finding("gap", follower, f"the history has {odd[0]}, sent was {odd[1]}"))
    return findings

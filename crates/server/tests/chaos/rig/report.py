"""What happened, by kind of strike, and the particulars of what failed."""
import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from rig.checks import Finding, Verdict
from rig.processes import Trouble
from rig.rounds import Played, timeline
from rig.stages import Stage

Say = Callable[[str], None]

# Findings shown of one sort and round.
SHOWN = 4

COLUMNS = ["stage", "strike", "strikes", "acked", "lost", "gaps", "out of order", "duplicates",
           "bound", "open", "stray", "unbounded", "late", "odd", "again p50", "again max",
           "first max", "settled max"]


@dataclass
class Report:
    seed: int
    say: Say
    played: list[Played] = field(default_factory=list)
    # Of the reading of everything at the end of a stage.
    closing: list[tuple[str, Finding]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    # Of which sorts of findings an example was told.
    told: set[tuple[str, str, str]] = field(default_factory=set)

    @property
    def failed(self) -> bool:
        return bool(self.closing) or any(one.verdict.findings for one in self.played)

    def add(self, stage: Stage, played: Played) -> None:
        self.played.append(played)
        verdict, strike = played.verdict, played.verdict.strike
        settled = "never" if played.settled is None else f"{played.settled:.1f} s"
        self.say(f"{played.stage} {played.number}: {strike.kind} {strike.victim}, back after "
                 f"{strike.back - strike.at:.2f} s; {verdict.acknowledged} acknowledged, "
                 f"{verdict.duplicates} again of {verdict.bound} in flight ({verdict.open} open)"
                 f"{_slowest(verdict)}, settled after {settled}"
                 f"{'' if not verdict.findings else '  FAILED'}")
        self._particulars(stage, played)

    def _particulars(self, stage: Stage, played: Played) -> None:
        """Some of each sort, and once for each sort all that was recorded of one follower: what
        fails together mostly has one cause."""
        sorts: dict[str, list[Finding]] = {}
        for finding in played.verdict.findings:
            sorts.setdefault(finding.what, []).append(finding)
        for what, findings in sorts.items():
            for finding in findings[:SHOWN]:
                self.say(f"    {what}: {finding.follower} {finding.text}")
            if len(findings) > SHOWN:
                self.say(f"    {what}: and {len(findings) - SHOWN} more")
            sort = (played.stage, played.verdict.strike.kind, what)
            follower = next((finding.follower for finding in findings if finding.follower), None)
            if follower and sort not in self.told:
                self.told.add(sort)
                self.say(f"    {follower} in this round, seconds after the strike:")
                timeline(stage.ledger, played, follower, self.say)

    def close(self, stage: Stage, findings: list[Finding]) -> None:
        name = stage.scenario.value
        self.closing += [(name, finding) for finding in findings]
        self.notes += [(name, note) for note in stage.notes]
        self.notes += [(name, f"{count} answers {status}")
                       for status, count in stage.ledger.odd_answers.items()]
        for finding in findings[:SHOWN]:
            self.say(f"    at the end, {finding.what}: {finding.follower} {finding.text}")

    def broken(self, stage: str, trouble: Trouble) -> None:
        """A stage that could not be played to its end."""
        self.say(f"{stage} could not go on: {trouble}")
        self.closing.append((stage, Finding("broken", "", str(trouble))))

    def table(self) -> str:
        groups: dict[tuple[str, str], list[Verdict]] = {}
        settled: dict[tuple[str, str], list[float | None]] = {}
        for one in self.played:
            key = (one.stage, one.verdict.strike.kind.value)
            groups.setdefault(key, []).append(one.verdict)
            settled.setdefault(key, []).append(one.settled)
        rows = [[*key, *_cells(verdicts), _longest(settled[key])]
                for key, verdicts in groups.items()]
        every = [one.verdict for one in self.played]
        rows.append(["all", "", *_cells(every), ""])
        return _aligned([COLUMNS, *rows])

    def summary(self) -> str:
        lines = [self.table()]
        lines += [f"note, {stage}: {note}" for stage, note in self.notes]
        lines += [f"at the end of {stage}, {finding.what}: {finding.follower} {finding.text}"
                  for stage, finding in self.closing[:SHOWN]]
        lines.append(f"seed {self.seed}: {'FAILED' if self.failed else 'all checks hold'}")
        return "\n".join(lines)


def _slowest(verdict: Verdict) -> str:
    return f", the last after {max(verdict.redelivered):.2f} s" if verdict.redelivered else ""


def _longest(times: list[float | None]) -> str:
    return "never" if None in times else f"{max(times):.1f} s"


def _cells(verdicts: Iterable[Verdict]) -> list[str]:
    verdicts = list(verdicts)
    again = [seconds for verdict in verdicts for seconds in verdict.redelivered]

    def count(what: str) -> str:
        return str(sum(verdict.count(what) for verdict in verdicts))
    return [
        str(len(verdicts)), str(sum(verdict.acknowledged for verdict in verdicts)),
        count("lost"), count("gap"), count("order"),
        str(sum(verdict.duplicates for verdict in verdicts)),
        str(sum(verdict.bound for verdict in verdicts)),
        str(sum(verdict.open for verdict in verdicts)),
        count("stray"), count("unbounded"), count("late"), count("odd"),
        f"{statistics.median(again):.2f} s" if again else "-",
        f"{max(again):.2f} s" if again else "-",
        f"{max((verdict.slowest_first for verdict in verdicts), default=0):.2f} s",
    ]


def _aligned(rows: list[list[str]]) -> str:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) if place < 2 else cell.rjust(width)
                  for place, (cell, width) in enumerate(zip(row, widths, strict=True))).rstrip()
        for row in rows)

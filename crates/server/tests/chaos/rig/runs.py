"""A whole run: services up, one stage after the other, the report."""
import random
import shutil
import tempfile
from contextlib import asynccontextmanager
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from rig import rounds
from rig.plans import Plan
from rig.processes import Trouble
from rig.report import Report, Say
from rig.services import Postgres, Redis
from rig.stages import Scenario, Services, set_up
from rig.strikes import Kind


@dataclass
class Options:
    seed: int
    followers: int = 30
    settle: float = rounds.SETTLE_SECONDS
    keep: bool = False


async def run(plan: Plan, options: Options, say: Say) -> Report:
    """Plays the plan. The temporary folder, with all logs, stays when a check failed."""
    folder = Path(tempfile.mkdtemp(prefix="crier-chaos-"))
    # PostgreSQL runs as another user when this runs as root, and must get through.
    folder.chmod(0o711)
    report = Report(options.seed, say)
    whole = False
    try:
        async with _services(folder) as services:
            for scenario, kinds in plan:
                try:
                    await _play(scenario, kinds, services, options, report)
                except Trouble as trouble:
                    # The table of what was played until then must still come.
                    report.broken(scenario, trouble)
        whole = not report.failed
    finally:
        if whole and not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            say(f"logs and databases are kept in {folder}")
    return report


async def _play(scenario: Scenario, kinds: list[Kind], services: Services, options: Options,
                report: Report) -> None:
    rng = random.Random(f"{options.seed}/{scenario}/strikes")
    crowd_rng = random.Random(f"{options.seed}/{scenario}/crowd")
    async with set_up(scenario, services, options.followers, crowd_rng) as stage:
        for number, kind in enumerate(kinds, 1):
            played = await rounds.play(stage, number, kind, rng, options.settle)
            report.add(stage, played)
            if played.settled is None:
                stage.notes.append("ended early: what waits would blur the following rounds")
                break
        report.close(stage, await rounds.close(stage))


@asynccontextmanager
async def _services(folder: Path) -> AsyncIterator[Services]:
    services = Services(folder, Postgres(folder), Redis(folder))
    services.postgres.create()
    try:
        await services.postgres.start()
        await services.redis.start()
        yield services
    finally:
        await services.redis.stop()
        await services.postgres.stop()

"""The kinds of strike, and what each does to a stage under load."""
import asyncio
import random
import signal
from dataclasses import dataclass, field
from enum import StrEnum

from rig.processes import READY_SECONDS, until
from rig.services import Service
from rig.stages import Stage

# A node's lease lasts 3 s: whoever sleeps longer has lost what it held.
PAUSE = (4.2, 5.5)
RESTART_SECONDS = 1.0


class Kind(StrEnum):
    NODE = "node"
    REDIS = "redis"
    POSTGRES = "postgres"
    PAUSE = "pause"
    JOIN = "join"


@dataclass
class Strike:
    kind: Kind
    # The run of the node ("a2") or the service that was struck.
    victim: str
    at: float
    # Seconds until its restart began; of a pause, its length.
    delay: float = 0.0
    # When it was back: ready, resumed, or left again.
    back: float = 0.0
    # What went wrong in striking, though not with the messages.
    faults: list[str] = field(default_factory=list)

    @property
    def kills_node(self) -> bool:
        return self.kind is Kind.NODE


async def perform(kind: Kind, stage: Stage, rng: random.Random) -> Strike:
    strike = await _PERFORMERS[kind](stage, rng)
    strike.back = now()
    return strike


def now() -> float:
    return asyncio.get_running_loop().time()


def _delay(rng: random.Random) -> float:
    """Half of what is killed is restarted at once, as a supervisor would."""
    return 0.0 if rng.random() < 0.5 else rng.uniform(0.0, RESTART_SECONDS)


async def _kill_node(stage: Stage, rng: random.Random) -> Strike:
    node = rng.choice(stage.nodes)
    strike = Strike(Kind.NODE, node.run, now(), _delay(rng))
    node.strike(signal.SIGKILL)
    await node.gone()
    await asyncio.sleep(strike.delay)
    await node.launch()
    return strike


async def _kill_postgres(stage: Stage, rng: random.Random) -> Strike:
    strike = await _kill_service(stage.postgres, Kind.POSTGRES, rng)
    for node in stage.nodes:
        if node.lives():
            await until(node.answers, READY_SECONDS, lambda node=node: (
                f"{node.name} is not ready after PostgreSQL is back"))
    return strike


async def _kill_redis(stage: Stage, rng: random.Random) -> Strike:
    return await _kill_service(stage.redis, Kind.REDIS, rng)


async def _kill_service(service: Service, kind: Kind, rng: random.Random) -> Strike:
    strike = Strike(kind, service.name, now(), _delay(rng))
    await service.kill()
    await asyncio.sleep(strike.delay)
    await service.start()
    return strike


async def _pause(stage: Stage, rng: random.Random) -> Strike:
    node = rng.choice(stage.nodes)
    strike = Strike(Kind.PAUSE, node.run, now(), rng.uniform(*PAUSE))
    node.strike(signal.SIGSTOP)
    await asyncio.sleep(strike.delay)
    node.strike(signal.SIGCONT)
    return strike


async def _join(stage: Stage, rng: random.Random) -> Strike:
    """One more node comes under load, takes its share, and leaves as an operator would stop it."""
    strike = Strike(Kind.JOIN, "", now())
    node = stage.another_node()
    try:
        await node.launch()
        strike.victim = node.run
        stage.crowd.bases.append(node.url)
        await asyncio.sleep(rng.uniform(0.8, 1.6))
        code = await node.leave()
        if code != 0:
            strike.faults.append(f"{node.run} left with {code}, not 0, when told to stop")
    finally:
        if node.url in stage.crowd.bases:
            stage.crowd.bases.remove(node.url)
    return strike


_PERFORMERS = {Kind.NODE: _kill_node, Kind.REDIS: _kill_redis, Kind.POSTGRES: _kill_postgres,
               Kind.PAUSE: _pause, Kind.JOIN: _join}

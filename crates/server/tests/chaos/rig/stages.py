"""What a scenario plays on: nodes on one database, an endpoint, and followers."""
import asyncio
import random
import secrets
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import aiohttp

from harness import accounts
from rig.crowd import SEND_SECONDS, Crowd, Follower
from rig.ledger import Ledger
from rig.nodes import Node
from rig.receiver import Receiver
from rig.services import Postgres, Redis

# The one place that knows a table of Crier's: that all is done can't be seen from outside.
PENDING = "SELECT count(*) FROM deliveries WHERE state = 'pending'"


class Scenario(StrEnum):
    SQLITE = "sqlite"
    POSTGRES = "postgres"
    CLUSTER = "cluster"


@dataclass
class Services:
    """Started once and shared by the scenarios that follow each other."""
    folder: Path
    postgres: Postgres
    redis: Redis


@dataclass
class Stage:
    scenario: Scenario
    folder: Path
    postgres: Postgres
    redis: Redis
    database: str
    settings: dict[str, str]
    ledger: Ledger = field(default_factory=Ledger)
    nodes: list[Node] = field(default_factory=list)
    joined: list[Node] = field(default_factory=list)
    # Arrivals that a round has answered for: what comes between two rounds is the next one's.
    judged: int = 0
    # What happened besides the strikes, in words.
    notes: list[str] = field(default_factory=list)
    receiver: Receiver = field(init=False)
    crowd: Crowd = field(init=False)

    def another_node(self) -> Node:
        node = self._node("n" + "".join("x" for _ in self.joined))
        self.joined.append(node)
        return node

    def _node(self, name: str) -> Node:
        url = None
        if self.scenario is not Scenario.SQLITE:
            url = self.postgres.url(self.database)
        return Node(name, self.folder / name, url, **self.settings)

    def add_nodes(self) -> None:
        names = "ab" if self.scenario is Scenario.CLUSTER else "a"
        self.nodes = [self._node(name) for name in names]

    def runs(self) -> dict[int, str]:
        return {node.child.pid: node.run for node in self.nodes + self.joined if node.lives()}

    async def pending(self) -> int | None:
        """Deliveries not ended yet; None while the database is away or busy."""
        if self.scenario is not Scenario.SQLITE:
            answer = await self.postgres.ask(self.database, PENDING)
            return None if answer is None else int(answer)
        file = self.nodes[0].data_dir / "crier.db"
        connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=2)
        try:
            return connection.execute(PENDING).fetchone()[0]
        except sqlite3.OperationalError:
            return None
        finally:
            connection.close()


@asynccontextmanager
async def set_up(scenario: Scenario, services: Services, size: int,
                 rng: random.Random) -> AsyncIterator[Stage]:
    """A stage with its nodes running and everybody following; all of it is gone afterwards."""
    folder = services.folder / scenario.value
    stage = Stage(scenario, folder, services.postgres, services.redis,
                  "" if scenario is Scenario.SQLITE else services.postgres.fresh(),
                  _settings(scenario, services))
    stage.add_nodes()
    stage.receiver = Receiver(stage.ledger, rng, stage.runs)
    limit = aiohttp.ClientTimeout(total=SEND_SECONDS)
    async with aiohttp.ClientSession(
            timeout=limit, connector=aiohttp.TCPConnector(limit=0)) as http:
        try:
            await stage.receiver.start()
            for node in stage.nodes:
                await node.launch()
            stage.crowd = await _crowd(stage, size, http, rng)
            yield stage
        finally:
            if hasattr(stage, "crowd"):
                stage.crowd.cancel()
            for node in stage.nodes + stage.joined:
                await node.end()
            await stage.receiver.stop()


def _settings(scenario: Scenario, services: Services) -> dict[str, str]:
    # Paced by the followers themselves; a refusal for speed would only be noise.
    settings = {"CRIER_MESSAGES_PER_SECOND": "1000", "CRIER_MESSAGES_BURST": "10000"}
    if scenario is Scenario.CLUSTER:
        settings |= {"CRIER_REDIS_URL": services.redis.url(1),
                     "CRIER_SECRET_KEY": secrets.token_hex(32)}
    return settings


async def _crowd(stage: Stage, size: int, http: aiohttp.ClientSession,
                 rng: random.Random) -> Crowd:
    first = stage.nodes[0]
    account = await asyncio.to_thread(accounts.create, first, stage.receiver.url)
    stage.receiver.token = account.token
    followers = []
    for number in range(size):
        name = f"f{number:02}"
        made = await asyncio.to_thread(first.cli, "follower", "token", "--user", name)
        followers.append(Follower(name, made["token"], account.handle, http))
    await asyncio.gather(*(one.follow(first.url) for one in followers))
    return Crowd(followers, stage.ledger, rng, [node.url for node in stage.nodes])

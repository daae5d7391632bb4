"""A node of Crier that may be killed, paused and started again."""
import os
import signal
from pathlib import Path

import aiohttp

from harness.server import Server, binary
from rig.processes import READY_SECONDS, Trouble, ended, spawn, tail, until


class Node(Server):
    """Each start is another run: what a dead run has sent must not count as its successor's."""

    def __init__(self, name: str, data_dir: Path, database_url: str | None,
                 **settings: str) -> None:
        super().__init__(data_dir, database_url, **settings)
        self.name = name
        self.runs = 0

    @property
    def run(self) -> str:
        return f"{self.name}{self.runs}"

    def lives(self) -> bool:
        return self.child is not None and self.child.poll() is None

    async def launch(self) -> None:
        self.runs += 1
        self.child = spawn(["--", binary(), "serve"], self.log, signal.SIGKILL, env=self.env)
        await until(self.answers, READY_SECONDS,
                    lambda: f"/readyz of {self.name}\n{tail(self.log)}")

    async def answers(self) -> bool:
        if not self.lives():
            raise Trouble(f"{self.name} left with {self.child.returncode}\n{tail(self.log)}")
        limit = aiohttp.ClientTimeout(total=2)
        try:
            async with aiohttp.ClientSession(timeout=limit) as http:
                async with http.get(f"{self.url}/readyz") as answer:
                    return answer.status == 200
        except (aiohttp.ClientError, OSError, TimeoutError):
            return False

    def strike(self, number: signal.Signals) -> None:
        self.child.send_signal(number)

    async def gone(self) -> None:
        await ended(self.child)

    async def leave(self) -> int:
        """As an operator stops it. Answers its exit code."""
        if not self.lives():
            return self.child.returncode if self.child else 0
        # One that is paused would not hear it.
        os.kill(self.child.pid, signal.SIGCONT)
        self.child.send_signal(signal.SIGTERM)
        return await ended(self.child)

    async def end(self) -> None:
        """On the way out, whatever state it is in."""
        if self.lives():
            self.child.send_signal(signal.SIGKILL)
            await ended(self.child)

"""Followers who write without pause: the next message goes out when the last is acknowledged, and
one that fails goes out again under the same client_id."""
import asyncio
import random
from dataclasses import dataclass

import aiohttp

from rig.ledger import Ack, Key, Ledger
from rig.processes import Trouble

# A paused node answers nobody: whoever waits longer would send nothing during the pause.
SEND_SECONDS = 2.0
STORED_SECONDS = 90.0
# Refusals below 500 that ask for another try; 408 is what a node says that slept over a request.
PASSING = (408, 429)
READ_SECONDS = 30.0
THINK = (0.02, 0.15)


@dataclass
class Message:
    """One item of a history, as the message API shows it."""
    id: int
    seq: int
    sender: str
    text: str


class Follower:
    def __init__(self, name: str, token: str, handle: str, http: aiohttp.ClientSession) -> None:
        self.name = name
        self.path = f"/v1/accounts/{handle}"
        self.http = http
        self.headers = {"Authorization": f"Bearer {token}"}
        self.written = 0
        # How far the checks have read the history.
        self.seen_seq = 0

    async def follow(self, base: str) -> None:
        async with self.http.put(f"{base}{self.path}/follow", headers=self.headers,
                                 json={}) as answer:
            if answer.status != 200:
                raise Trouble(f"follow: {answer.status} {await answer.text()}")

    async def write(self, ledger: Ledger, bases: list[str]) -> None:
        """`bases` may change meanwhile, as nodes come and go."""
        loop = asyncio.get_running_loop()
        self.written += 1
        key = Key(self.name, self.written)
        body = {"client_id": f"{self.name}-{key.number}", "type": "text", "text": key.text}
        sent, tries = loop.time(), 0
        while True:
            # Starting at another node each time: all have to be good for every follower.
            base = bases[(key.number + tries) % len(bases)]
            tries += 1
            answer = await self._send(ledger, base, body)
            if answer is not None:
                break
            if loop.time() > sent + STORED_SECONDS:
                raise Trouble(f"{key.text} was not stored in {STORED_SECONDS:.0f} s")
            await asyncio.sleep(0.05)
        ledger.acks[key] = Ack(answer["id"], answer["seq"], sent, loop.time(), tries)

    async def _send(self, ledger: Ledger, base: str, body: dict[str, str]) -> dict | None:
        try:
            async with self.http.post(f"{base}{self.path}/messages", json=body,
                                      headers=self.headers) as answer:
                if answer.status in (200, 201):
                    return await answer.json()
                if answer.status < 500 and answer.status not in PASSING:
                    raise Trouble(f"{body['text']}: {answer.status} {await answer.text()}")
                if answer.status != 503:
                    ledger.odd_answers.setdefault(answer.status, 0)
                    ledger.odd_answers[answer.status] += 1
        except (aiohttp.ClientError, OSError, TimeoutError):
            # Refused, reset, cut off or silent: only sending it again can tell.
            pass
        return None

    async def history(self, base: str, after: int) -> list[Message]:
        found: list[Message] = []
        while page := await self._page(base, after):
            found += [Message(item["id"], item["seq"], item["from"], item.get("text", ""))
                      for item in page]
            if found[-1].seq <= after:
                raise Trouble("a page must move its cursor")
            after = found[-1].seq
        return found

    async def _page(self, base: str, after: int) -> list[dict]:
        limit = aiohttp.ClientTimeout(total=READ_SECONDS)
        try:
            async with self.http.get(f"{base}{self.path}/messages", headers=self.headers,
                                     params={"after": str(after), "limit": "200"},
                                     timeout=limit) as answer:
                if answer.status != 200:
                    raise Trouble(f"history: {answer.status} {await answer.text()}")
                return (await answer.json())["messages"]
        except (aiohttp.ClientError, OSError, TimeoutError) as broken:
            raise Trouble(f"the history of {self.name} cannot be read: {broken!r}") from broken


class Crowd:
    """`bases` are the nodes that are written to; stages add and remove them."""

    def __init__(self, followers: list[Follower], ledger: Ledger, rng: random.Random,
                 bases: list[str]) -> None:
        self.followers = followers
        self.ledger = ledger
        self.rng = rng
        self.bases = bases
        self.stopping = asyncio.Event()
        self.tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self.stopping.clear()
        self.tasks = [asyncio.create_task(self._write(one)) for one in self.followers]

    async def _write(self, follower: Follower) -> None:
        while not self.stopping.is_set():
            await follower.write(self.ledger, self.bases)
            await asyncio.sleep(self.rng.uniform(*THINK))

    async def stop(self) -> None:
        """Everybody finishes the message under way: then all that was sent is acknowledged."""
        self.stopping.set()
        tasks, self.tasks = self.tasks, []
        await asyncio.gather(*tasks)

    def cancel(self) -> None:
        for task in self.tasks:
            task.cancel()

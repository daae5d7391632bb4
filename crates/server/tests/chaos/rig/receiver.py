"""The endpoint: an operator backend of the WeChat dialect that notes every arrival, is sometimes
slow, and sometimes answers with a message."""
import asyncio
import hashlib
import os
import random
import weakref
from collections.abc import Callable
from pathlib import Path

import xmltodict
from aiohttp import web

from rig.ledger import Arrival, Key, Ledger

# Most backends answer in milliseconds; one in eight messages here takes up to a second.
QUICK, SLOW, SLOW_SHARE = (0.001, 0.02), (0.05, 1.0), 1 / 8

Runs = Callable[[], dict[int, str]]


class Receiver:
    """`token` is set once the account is made, which needs the address first; `runs` names the
    nodes that live now, by pid."""

    def __init__(self, ledger: Ledger, rng: random.Random, runs: Runs) -> None:
        self.ledger = ledger
        self.rng = rng
        self.runs = runs
        self.token = ""
        self.url = ""
        self.port = 0
        self.open = 0
        self.sources: weakref.WeakKeyDictionary[asyncio.BaseTransport, str] = (
            weakref.WeakKeyDictionary())
        self.runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/push", self._push)
        self.runner = web.AppRunner(app, access_log=None)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", 0, backlog=512)
        await site.start()
        self.port = self.runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self.port}/push"

    async def stop(self) -> None:
        if self.runner:
            await self.runner.cleanup()

    async def _push(self, request: web.Request) -> web.Response:
        body = await request.read()
        push = xmltodict.parse(body)["xml"]
        self._check_signature(request, push)
        if push["MsgType"] != "text":
            return web.Response(text="success")
        key = Key.read(push["Content"])
        now = asyncio.get_running_loop().time()
        arrival = Arrival(now, key, push["MsgId"], self._source(request))
        self.ledger.note(arrival)
        self.open += 1
        try:
            slow = self.rng.random() < SLOW_SHARE
            await asyncio.sleep(self.rng.uniform(*(SLOW if slow else QUICK)))
        finally:
            self.open -= 1
        arrival.answered = asyncio.get_running_loop().time()
        if key.is_answered:
            return web.Response(text=_reply(push, key), content_type="text/xml")
        return web.Response(text="success")

    def _check_signature(self, request: web.Request, push: dict[str, str]) -> None:
        query = request.query
        parts = sorted([self.token, query.get("timestamp", ""), query.get("nonce", "")])
        signed = hashlib.sha1("".join(parts).encode()).hexdigest() == query.get("signature")
        if not signed or query.get("openid") != push["FromUserName"]:
            self.ledger.wrong.append(request.query_string)

    def _source(self, request: web.Request) -> str:
        """Which run of which node holds the other end: asked once a connection."""
        transport = request.transport
        if transport is None:
            return "?"
        if transport not in self.sources:
            peer = transport.get_extra_info("peername")
            self.sources[transport] = owner(peer[1], self.port, self.runs()) if peer else "?"
        return self.sources[transport]


def owner(port: int, to_port: int, runs: dict[int, str]) -> str:
    """The run whose process owns the connection from `port` to `to_port` on the loopback."""
    ends = [f"0100007F:{port:04X}", f"0100007F:{to_port:04X}"]
    for line in Path("/proc/net/tcp").read_text().splitlines():
        fields = line.split()
        if fields[1:3] == ends:
            wanted = f"socket:[{fields[9]}]"
            return next((run for pid, run in runs.items() if wanted in _files(pid)), "?")
    return "?"


def _files(pid: int) -> set[str]:
    found = set()
    try:
        for entry in os.scandir(f"/proc/{pid}/fd"):
            found.add(os.readlink(entry.path))
    except OSError:
        # Closed, or dead, while it was looked at.
        pass
    return found


def _reply(push: dict[str, str], key: Key) -> str:
    return (f"<xml><ToUserName><![CDATA[{push['FromUserName']}]]></ToUserName>"
            f"<FromUserName><![CDATA[{push['ToUserName']}]]></FromUserName>"
            f"<CreateTime>1700000000</CreateTime><MsgType><![CDATA[text]]></MsgType>"
            f"<Content><![CDATA[{key.reply}]]></Content></xml>")

"""Starts a bot of bots/ as a process of its own and waits until it passes the URL check."""
import hashlib
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import requests

from harness import accounts
from harness.waiting import free_port, until

BOTS = Path(__file__).resolve().parent.parent / "bots"
PROGRAMS = {
    "werobot": [sys.executable, str(BOTS / "werobot_bot.py")],
    "wechatpy": [sys.executable, str(BOTS / "wechatpy_bot.py")],
    "co-wechat": ["node", str(BOTS / "cowechat_bot.js")],
}
KINDS = [("werobot", "plain"), ("werobot", "compatible"), ("werobot", "safe"),
         ("wechatpy", "plain"), ("wechatpy", "compatible"), ("wechatpy", "safe"),
         ("co-wechat", "plain"), ("co-wechat", "compatible"), ("co-wechat", "safe")]


@contextmanager
def running(server, package, mode, log):
    """Yields the account that the bot answers for."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/wechat"
    account = accounts.create(server, url, mode)
    command = [*PROGRAMS[package], f"--port={port}", f"--token={account.token}",
               f"--app-id={account.app_id}", f"--app-secret={account.app_secret}",
               f"--aes-key={account.aes_key}", f"--mode={mode}"]
    with open(log, "ab") as output:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    try:
        until(lambda: _echoes(child, url, account.token), 20,
              lambda: f"{package} does not answer the URL check: {Path(log).read_text()}")
        yield account
    finally:
        child.terminate()
        child.wait(10)


def _echoes(child, url, token):
    assert child.poll() is None, "the bot ended by itself"
    signature = hashlib.sha1("".join(sorted([token, "1", "2"])).encode()).hexdigest()
    query = {"signature": signature, "timestamp": "1", "nonce": "2", "echostr": "again"}
    try:
        return requests.get(url, params=query, timeout=5).text == "again"
    except requests.ConnectionError:
        return False

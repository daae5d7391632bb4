"""Starts an operator backend of bots/ that verifies by a Standard Webhooks library."""
import json
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import requests

from harness import accounts
from harness.waiting import free_port, until

BOTS = Path(__file__).resolve().parent.parent / "bots"
PROGRAMS = {
    "python": [sys.executable, str(BOTS / "standard_bot.py")],
    "javascript": ["node", str(BOTS / "standard_bot.js")],
}


class Backend:
    def __init__(self, account, port):
        self.account = account
        self.control = f"http://127.0.0.1:{port}"

    def seen(self, **fields):
        """Requests so far, each with `said`, `headers`, `body` and `event`, whose event is so."""
        found = requests.get(f"{self.control}/seen", timeout=5).json()
        for request in found:
            request["event"] = json.loads(request["body"])
        return [request for request in found
                if all(request["event"].get(key) == value for key, value in fields.items())]

    def of_text(self, text):
        """Requests that told this text."""
        return [request for request in self.seen(type="message.received")
                if request["event"]["data"].get("text") == text]

    def verify_with(self, *secrets):
        requests.put(f"{self.control}/secrets", json=secrets, timeout=5).raise_for_status()


@contextmanager
def running(server, language, log, *options):
    """Yields the backend of a new account."""
    port = free_port()
    account = accounts.create_native(server, f"http://127.0.0.1:{port}/events", *options)
    with started(language, account, port, account.secret, log) as backend:
        yield backend


@contextmanager
def started(language, account, port, secret, log):
    """Yields the backend that listens on this port, with this secret."""
    command = [*PROGRAMS[language], f"--port={port}", f"--secret={secret}"]
    with open(log, "ab") as output:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    backend = Backend(account, port)
    try:
        until(lambda: _listens(child, backend), 20,
              lambda: f"{language} does not listen: {Path(log).read_text()}")
        yield backend
    finally:
        child.terminate()
        child.wait(10)


def _listens(child, backend):
    assert child.poll() is None, "the backend ended by itself"
    try:
        return backend.seen() == []
    except requests.ConnectionError:
        return False

"""The real `crier` binary as a child process, and its commands."""
import json
import os
import signal
import subprocess
from pathlib import Path

import requests

from harness.waiting import free_port, until

START_SECONDS = 60


class Server:
    """`crier serve` on its own data folder; its commands run in the same environment."""

    def __init__(self, data_dir, database_url=None, **settings):
        self.data_dir = Path(data_dir)
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = self.data_dir / "serve.log"
        self.child = None
        # A developer's own settings must not reach the server under test.
        self.env = {key: value for key, value in os.environ.items()
                    if not key.startswith("CRIER_")}
        self.env |= {
            "CRIER_LISTEN": f"127.0.0.1:{self.port}",
            "CRIER_DATA_DIR": str(self.data_dir),
            "CRIER_WEBHOOK_ALLOW": "127.0.0.0/8",
        }
        if database_url:
            self.env["CRIER_DATABASE_URL"] = database_url
        self.env |= settings

    def start(self):
        """Also after a `kill`: same address, same data."""
        with open(self.log, "ab") as log:
            self.child = subprocess.Popen(
                [binary(), "serve"], env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            until(self.ready, START_SECONDS, lambda: f"/readyz; the log ends:\n{self.tail()}")
        except BaseException:
            # No fixture stops what never came up.
            self.kill()
            raise
        return self

    def ready(self):
        assert self.child.poll() is None, f"crier ended by itself:\n{self.tail()}"
        try:
            return requests.get(f"{self.url}/readyz", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def kill(self):
        """As a power cut would: nothing is flushed, nobody is told."""
        self.child.send_signal(signal.SIGKILL)
        self.child.wait()

    def stop(self):
        if not self.child or self.child.poll() is not None:
            return
        self.child.send_signal(signal.SIGTERM)
        try:
            code = self.child.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"SIGTERM was not enough:\n{self.tail()}") from None
        assert code == 0, f"crier left with {code}:\n{self.tail()}"

    def cli(self, *args, stdin=None):
        """Runs `crier ARGS --json` and returns the one object it prints."""
        done = subprocess.run([binary(), *args, "--json"], env=self.env, input=stdin,
                              capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, f"crier {' '.join(args)}: {done.stderr}"
        return json.loads(done.stdout)

    def tail(self, size=6000):
        return self.log.read_text(errors="replace")[-size:] if self.log.exists() else ""


def binary():
    path = os.environ.get("CRIER_BIN")
    assert path and os.access(path, os.X_OK), f"CRIER_BIN names no program: {path}"
    return path

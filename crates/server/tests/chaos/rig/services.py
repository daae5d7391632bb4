"""PostgreSQL and Redis of the harness's own. PostgreSQL keeps fsync on: it is killed with -9 here,
and what it has confirmed must be there afterwards."""
import asyncio
import glob
import os
import pwd
import shutil
import signal
import subprocess
import uuid
from pathlib import Path
from typing import Protocol

from harness.waiting import free_port
from rig.processes import READY_SECONDS, Trouble, ended, spawn, tail, until


class Service(Protocol):
    name: str

    async def start(self) -> None: ...
    async def kill(self) -> None: ...
    async def stop(self) -> None: ...


class Postgres:
    name = "postgres"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "postgres"
        self.log = folder / "postgres.log"
        self.programs = _programs()
        self.port = free_port()
        self.as_user = _as_postgres()
        self.child: subprocess.Popen[bytes] | None = None

    def url(self, database: str = "postgres") -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}"

    def create(self) -> None:
        """Makes the data folder, once."""
        self.data.mkdir(mode=0o700)
        if self.as_user:
            user = pwd.getpwnam("postgres")
            os.chown(self.data, user.pw_uid, user.pw_gid)
        subprocess.run(
            ["setpriv", *self.as_user, "--", str(self.programs / "initdb"), "--locale=C",
             f"--pgdata={self.data}", "--encoding=UTF8", "--username=postgres", "--auth=trust"],
            check=True, stdout=subprocess.DEVNULL, cwd=self.folder)

    async def start(self) -> None:
        self._spawn()
        await until(self._answers, READY_SECONDS, lambda: f"PostgreSQL\n{tail(self.log)}")

    def _spawn(self) -> None:
        settings = {"port": self.port, "listen_addresses": "127.0.0.1",
                    "unix_socket_directories": "", "max_connections": 300, "fsync": "on",
                    "synchronous_commit": "on"}
        self.child = spawn(
            [*self.as_user, "--", str(self.programs / "postgres"), "-D", str(self.data),
             *(f"--{key}={value}" for key, value in settings.items())],
            self.log, signal.SIGINT, cwd=self.folder)

    async def _answers(self) -> bool:
        if self.child is None or self.child.poll() is not None:
            # It refuses to start while a worker of the killed one lives, so it is asked again.
            self._spawn()
        ready = await asyncio.create_subprocess_exec(
            self.programs / "pg_isready", "-q", "-d", self.url())
        return await ready.wait() == 0

    async def kill(self) -> None:
        """The postmaster first, so that it cannot see its workers die, then all of them."""
        pid = self.child.pid
        workers = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        self.child.send_signal(signal.SIGKILL)
        for worker in workers:
            try:
                os.kill(int(worker), signal.SIGKILL)
            except ProcessLookupError:
                continue
        await ended(self.child)

    async def stop(self) -> None:
        if self.child and self.child.poll() is None:
            self.child.send_signal(signal.SIGINT)
            await ended(self.child)

    def fresh(self) -> str:
        """The name of a new database."""
        name = f"chaos_{uuid.uuid4().hex[:12]}"
        subprocess.run([self.programs / "psql", self.url(), "-qX", "-v", "ON_ERROR_STOP=1",
                        "-c", f"CREATE DATABASE {name}"], check=True)
        return name

    async def ask(self, database: str, query: str) -> str | None:
        """The one value a query answers, or None while the database is away."""
        asked = await asyncio.create_subprocess_exec(
            self.programs / "psql", self.url(database), "-qtAX", "-v", "ON_ERROR_STOP=1",
            "-c", query, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL)
        answer, _nothing = await asked.communicate()
        return answer.decode().strip() if asked.returncode == 0 else None


class Redis:
    """Keeps nothing: whatever it carries may be lost."""
    name = "redis"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "redis.log"
        self.port = free_port()
        self.child: subprocess.Popen[bytes] | None = None

    def url(self, number: int) -> str:
        return f"redis://127.0.0.1:{self.port}/{number}"

    async def start(self) -> None:
        self.child = spawn(
            ["--", "redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "",
             "--appendonly", "no", "--dir", str(self.folder), "--databases", "64"],
            self.log, signal.SIGKILL)
        await until(self._answers, READY_SECONDS, lambda: f"Redis\n{tail(self.log)}")

    async def _answers(self) -> bool:
        if self.child.poll() is not None:
            raise Trouble(f"Redis ended by itself\n{tail(self.log)}")
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(b"PING\r\n")
            answer = await asyncio.wait_for(reader.read(16), 1)
            writer.close()
        except (OSError, asyncio.TimeoutError):
            return False
        return answer.startswith(b"+PONG")

    async def kill(self) -> None:
        self.child.send_signal(signal.SIGKILL)
        await ended(self.child)

    async def stop(self) -> None:
        if self.child and self.child.poll() is None:
            await self.kill()


def _programs() -> Path:
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=_version)
    if found:
        return Path(found[-1])
    initdb = shutil.which("initdb")
    if not initdb:
        raise Trouble("PostgreSQL is missing: run .ci/install")
    return Path(initdb).parent


def _version(path: str) -> float:
    number = Path(path).parent.name
    return float(number) if number.replace(".", "", 1).isdigit() else 0.0


def _as_postgres() -> list[str]:
    """PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return []
    user = pwd.getpwnam("postgres")
    return [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--init-groups"]

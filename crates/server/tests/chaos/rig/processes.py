"""Children that may be killed and started again on the same port and data."""
import asyncio
import signal
import subprocess
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

READY_SECONDS = 60


class Trouble(AssertionError):
    """The harness itself cannot go on: something does not start, or answers what nobody expects."""


def spawn(command: Sequence[str], log: Path, stopped_by: signal.Signals,
          **options: object) -> subprocess.Popen[bytes]:
    """Dies with this process, also when that is killed with -9 and no handler runs."""
    # setpriv replaces itself by the program, so the pid is the program's own.
    prefix = ["setpriv", "--pdeathsig", stopped_by.name.removeprefix("SIG")]
    with open(log, "ab") as output:
        # A group of its own keeps a Ctrl-C away: this process ends the others in order.
        return subprocess.Popen([*prefix, *command], stdin=subprocess.DEVNULL, stdout=output,
                                stderr=output, start_new_session=True, **options)


async def until(holds: Callable[[], Awaitable[bool]], within: float,
                what: Callable[[], str]) -> None:
    """Asks again and again; raises [Trouble] with `what` when it never holds."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within
    while not await holds():
        if loop.time() > deadline:
            raise Trouble(f"not within {within:.0f} s: {what()}")
        await asyncio.sleep(0.02)


async def ended(child: subprocess.Popen[bytes], within: float = 30) -> int:
    return await asyncio.to_thread(child.wait, within)


def tail(log: Path, size: int = 3000) -> str:
    return log.read_text(errors="replace")[-size:] if log.exists() else ""

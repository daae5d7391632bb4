"""Waiting for what another process does: asked again until it holds, never slept through."""
import socket
import time


def until(holds, within, what):
    """The first true answer of `holds`; fails with `what` when none comes in `within` seconds."""
    deadline = time.monotonic() + within
    while True:
        answer = holds()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within} s: {what() if callable(what) else what}")
        time.sleep(0.02)


def free_port():
    """Below the range that outgoing connections take, so that none gets it before its server."""
    for port in _candidates():
        with socket.socket() as probe:
            # A restart must not trip over a port in TIME_WAIT, so servers and this probe reuse.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise AssertionError("no free port")


def _candidates():
    while _NEXT[0] < 32000:
        _NEXT[0] += 1
        yield _NEXT[0]


_NEXT = [20000 + time.time_ns() // 1_000_000 % 8000]

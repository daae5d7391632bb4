"""The follower's live stream: server-sent events read by a thread that resumes where it broke."""
import json
import socket
import threading
import time
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit


class Stream:
    """`items` holds what came, each as (seconds, event, data); times are `time.monotonic()`."""

    def __init__(self, base, token):
        self.host = urlsplit(base).netloc
        self.token = token
        self.items = []
        self.last_id = None
        self.opened = threading.Event()
        self.arrived = threading.Condition()
        self.closing = False
        self.refused = None
        self.socket = None
        self.thread = threading.Thread(target=self._run, daemon=True)

    def open(self):
        self.thread.start()
        assert self.opened.wait(10), f"the stream did not open: {self.refused}"
        return self

    def close(self):
        self.closing = True
        if self.socket:
            try:
                # Only a shutdown wakes the thread that waits in a read.
                self.socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.thread.join(10)

    def messages(self, **fields):
        """Messages so far whose fields are as given; `sender` stands for `from`."""
        if "sender" in fields:
            fields["from"] = fields.pop("sender")
        return [data for _at, event, data in list(self.items) if event == "message"
                and all(data.get(key) == value for key, value in fields.items())]

    def wait(self, within=2.0, count=1, **fields):
        """The first message like this, once `count` of them have come."""
        deadline = time.monotonic() + within
        with self.arrived:
            while True:
                found = self.messages(**fields)
                if len(found) >= count:
                    return found[0]
                left = deadline - time.monotonic()
                assert left > 0, (f"no {fields} on the stream within {within} s; it has "
                                  f"{[item[1:] for item in self.items][-8:]} {self.refused or ''}")
                self.arrived.wait(left)

    def _run(self):
        while not self.closing:
            try:
                self._read()
            except (OSError, HTTPException, ValueError, AttributeError) as broken:
                # A server killed in mid-answer shows as any of these; then it is asked again.
                self.refused = repr(broken)
            if not self.closing:
                time.sleep(0.05)

    def _read(self):
        connection = HTTPConnection(self.host, timeout=90)
        connection.connect()
        self.socket = connection.sock
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "text/event-stream"}
        if self.last_id is not None:
            headers["Last-Event-ID"] = self.last_id
        connection.request("GET", "/v1/stream", headers=headers)
        answer = connection.getresponse()
        if answer.status != 200:
            self.refused = f"{answer.status} {answer.read(500)!r}"
            return
        self.refused = None
        self.opened.set()
        event, data = "message", []
        while not self.closing:
            line = answer.readline()
            if not line:
                return
            line = line.decode().rstrip("\r\n")
            if not line:
                self._dispatch(event, data)
                event, data = "message", []
                continue
            field, _colon, value = line.partition(":")
            value = value.removeprefix(" ")
            if field == "event":
                event = value
            elif field == "data":
                data.append(value)
            elif field == "id":
                self.last_id = value

    def _dispatch(self, event, data):
        if not data:
            return
        text = "\n".join(data)
        try:
            parsed = json.loads(text)
        except ValueError:
            parsed = text
        with self.arrived:
            self.items.append((time.monotonic(), event, parsed))
            self.arrived.notify_all()

"""A recording endpoint: notes every push with its time, and answers as it is told to."""
import hashlib
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import xmltodict

from harness.waiting import until


def success(_push):
    return b"success"


class Sink:
    """`token` is set once the account is made, which needs the sink's address first."""

    def __init__(self, answer=success):
        self.pushes = []
        self.wrong = []
        self.headers = []
        self.token = None
        self.answer = answer
        self.lock = threading.Lock()
        self.stopping = threading.Event()
        self.http = _Server(("127.0.0.1", 0), _Push)
        self.http.sink = self
        self.url = f"http://127.0.0.1:{self.http.server_port}/push"
        self.thread = threading.Thread(target=self.http.serve_forever, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.http.shutdown()
        self.http.server_close()

    def texts(self):
        """Text messages in the order of their first arrival, retries left out."""
        with self.lock:
            return list(dict.fromkeys(
                push["Content"] for _at, push in self.pushes if push["MsgType"] == "text"))

    def event(self, name, within=10, **fields):
        """The first event of this name, spelt so, whose fields are as given."""
        def found():
            with self.lock:
                return next((push for _at, push in self.pushes if push.get("Event") == name
                             and all(push.get(key) == value for key, value in fields.items())), None)
        return until(found, within, lambda: f"the event {name} {fields} among "
                     f"{[push for _at, push in self.pushes][-6:]}")

    def first_arrivals(self):
        with self.lock:
            found = {}
            for at, push in self.pushes:
                if push["MsgType"] == "text":
                    found.setdefault(push["Content"], at)
            return found

    def header_of(self, text, name):
        """A header of the first push of this text."""
        with self.lock:
            return next(headers.get(name) for (_at, push), headers in zip(self.pushes, self.headers)
                        if push.get("Content") == text)

    def note(self, query, body, headers):
        now = time.monotonic()
        push = xmltodict.parse(body)["xml"]
        parts = sorted([self.token or "", query.get("timestamp", ""), query.get("nonce", "")])
        signed = hashlib.sha1("".join(parts).encode()).hexdigest() == query.get("signature")
        with self.lock:
            self.pushes.append((now, push))
            self.headers.append(headers)
            if not signed or query.get("openid") != push["FromUserName"]:
                self.wrong.append(query)
        return push


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Hundreds of pushes connect at once when an endpoint comes back; the default queue is 5.
    request_queue_size = 512


class _Push(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        sink = self.server.sink
        body = self.rfile.read(int(self.headers["Content-Length"]))
        push = sink.note(dict(parse_qsl(urlsplit(self.path).query)), body, self.headers)
        answer = sink.answer(push)
        try:
            self.send_response(200)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)
        except OSError:
            # A platform may hang up on an answer that is too late or too long.
            self.close_connection = True

    def log_message(self, *_ignored):
        pass

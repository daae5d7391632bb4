"""A collector of traces: takes OTLP over HTTP as JSON and keeps every span."""
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Collector:
    def __init__(self):
        self.spans = []
        self.wrong = []
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), _Export)
        self.http.daemon_threads = True
        self.http.collector = self
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        self.thread = threading.Thread(target=self.http.serve_forever, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.http.shutdown()
        self.http.server_close()

    def of_trace(self, trace_id):
        return [span for span in list(self.spans) if span["traceId"] == trace_id]

    def take(self, path, kind, body):
        if path != "/v1/traces" or not kind.startswith("application/json"):
            self.wrong.append((path, kind))
            return
        for resource in json.loads(body)["resourceSpans"]:
            for scope in resource["scopeSpans"]:
                self.spans += scope["spans"]


def attributes(span):
    """The attributes as a plain dictionary; OTLP writes 64-bit numbers as text."""
    found = {}
    for one in span["attributes"]:
        (kind, value), = one["value"].items()
        found[one["key"]] = int(value) if kind == "intValue" else value
    return found


class _Export(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.collector.take(self.path, self.headers.get("Content-Type", ""), body)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_ignored):
        pass

"""A follower: one user of the host app, speaking the message API."""
import itertools
import mimetypes
import time
import uuid
from contextlib import contextmanager
from urllib.parse import urljoin

import requests

from harness.streams import Stream


class Follower:
    def __init__(self, server, user=None):
        self.user = user or f"user-{uuid.uuid4().hex[:12]}"
        self.url = server.url
        self.token = server.cli("follower", "token", "--user", self.user)["token"]
        self.http = requests.Session()
        self.http.headers["Authorization"] = f"Bearer {self.token}"
        self.openid = None

    def call(self, method, path, expect, base=None, **options):
        answer = self.http.request(method, urljoin(base or self.url, path), timeout=15, **options)
        assert answer.status_code in expect, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer

    def follow(self, account, **body):
        answer = self.call("PUT", f"/v1/accounts/{account.handle}/follow", [200], json=body).json()
        self.openid = answer["openid"]
        return answer

    def unfollow(self, account):
        self.call("DELETE", f"/v1/accounts/{account.handle}/follow", [204])

    def send(self, account, client_id=None, base=None, **fields):
        """Answers `{"id","seq","created_at"}`; `send(account, text="hi")` sends text."""
        if "text" in fields:
            fields.setdefault("type", "text")
        body = {"client_id": client_id or uuid.uuid4().hex, **fields}
        return self.call("POST", f"/v1/accounts/{account.handle}/messages", [200, 201],
                         base=base, json=body).json()

    def send_until_stored(self, account, client_id, bases, within=60, **fields):
        """Sends again, with the same client_id, until one of the nodes acknowledges it."""
        deadline = time.monotonic() + within
        path = f"/v1/accounts/{account.handle}/messages"
        body = {"client_id": client_id, "type": "text", **fields}
        for base in itertools.cycle(bases):
            wait, seen = 0.05, "no answer"
            try:
                answer = self.http.post(urljoin(base, path), json=body, timeout=10)
                if answer.status_code in (200, 201):
                    return answer.json()
                seen = f"{answer.status_code} {answer.text}"
                assert answer.status_code in (429, 503), seen
                wait = min(float(answer.headers.get("Retry-After", wait)), 5)
            except requests.RequestException as broken:
                # Refused, reset or cut off in mid-answer: only sending it again can tell.
                seen = repr(broken)
            assert time.monotonic() < deadline, f"{client_id} was never stored: {seen}"
            time.sleep(wait)

    def timeline(self):
        """The broadcasts addressed to this follower: read where they stand, not copied."""
        return self.call("GET", "/v1/timeline", [200]).json()["items"]

    def messages(self, account, after=0, base=None):
        """The whole conversation after a sequence number, page by page."""
        found = []
        while True:
            page = self.call("GET", f"/v1/accounts/{account.handle}/messages", [200], base=base,
                             params={"after": after, "limit": 100}).json()
            if not page["messages"]:
                return found
            found += page["messages"]
            assert found[-1]["seq"] > after, "a page must move its cursor"
            after = found[-1]["seq"]

    def menu(self, account):
        return self.call("GET", f"/v1/accounts/{account.handle}/menu", [200]).json()["buttons"]

    def tap(self, account, button):
        self.call("POST", f"/v1/accounts/{account.handle}/menu/tap", [202],
                  json={"button": button["id"]})

    def upload(self, name, content):
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return self.call("POST", "/v1/media", [201], files={"file": (name, content, kind)}).json()

    def download(self, url):
        return self.call("GET", url, [200]).content

    @contextmanager
    def stream(self, base=None):
        stream = Stream(base or self.url, self.token)
        try:
            yield stream.open()
        finally:
            stream.close()

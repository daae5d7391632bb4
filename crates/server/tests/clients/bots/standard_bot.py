"""An operator backend as a user of the Standard Webhooks library writes one. It notes what the
library says of each request: `GET /seen` shows that, `PUT /secrets` sets what it verifies with."""
import argparse
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

import answers

args = argparse.ArgumentParser()
args.add_argument("--port")
args.add_argument("--secret")
args = args.parse_args()
secrets = [args.secret]
seen = []


def reply(event):
    data = event["data"]
    if event["type"] == "follower.followed":
        return {"type": "text", "text": answers.GREETING}
    if event["type"] == "menu.tapped":
        return {"type": "text", "text": answers.tap(data["key"])}
    if event["type"] != "message.received" or data.get("text") == "nothing":
        return None
    if data["type"] == "image":
        return {"type": "image", "media_id": data["media_id"]}
    if data.get("text") == "news":
        return {"type": "news", "articles": [{
            "title": answers.NEWS["title"], "description": answers.NEWS["description"],
            "picture_url": answers.NEWS["image"], "url": answers.NEWS["url"]}]}
    return {"type": "text", "text": data["text"]}


class Events(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        event, said = None, []
        for secret in secrets:
            try:
                event = Webhook(secret).verify(body, dict(self.headers))
                said.append("verified")
            except WebhookVerificationError as refused:
                said.append(str(refused))
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen.append({"said": said, "headers": headers, "body": body.decode()})
        if event is None:
            self.respond(401, {})
        else:
            self.respond(200, {"reply": reply(event)})

    def do_PUT(self):
        secrets[:] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.respond(200, secrets)

    def do_GET(self):
        self.respond(200, seen)

    def respond(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_ignored):
        pass


ThreadingHTTPServer(("127.0.0.1", int(args.port)), Events).serve_forever()

"""A webhook as a wechatpy user writes one: the package checks, decrypts, parses and renders; the
HTTP around it is the user's own. In compatible mode it stays with the plain half."""
import argparse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from wechatpy import create_reply, parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidSignatureException
from wechatpy.replies import ImageReply
from wechatpy.utils import check_signature

import answers

args = argparse.ArgumentParser()
for option in ("port", "token", "app-id", "app-secret", "aes-key", "mode"):
    args.add_argument(f"--{option}", default="")
args = args.parse_args()
crypto = WeChatCrypto(args.token, args.aes_key, args.app_id) if args.mode == "safe" else None


def answer(message):
    if message.type == "event":
        if message.event == "subscribe":
            return create_reply(answers.GREETING, message)
        if message.event == "click":
            return create_reply(answers.tap(message.key), message)
        return create_reply(None)
    if message.type == "image":
        return ImageReply(message=message, media_id=message.media_id)
    if message.type == "location":
        return create_reply(answers.place(message.label, *message.location), message)
    if message.type != "text" or message.content == "nothing":
        return create_reply(None)
    if message.content == "news":
        return create_reply([answers.NEWS], message)
    return create_reply(answers.in_cdata(message.content), message)


class Webhook(BaseHTTPRequestHandler):
    def do_GET(self):
        query = self.checked()
        if query:
            self.respond(200, query.get("echostr", ""))

    def do_POST(self):
        query = self.checked()
        if not query:
            return
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if crypto:
            body = crypto.decrypt_message(
                body, query["msg_signature"], query["timestamp"], query["nonce"])
        xml = answer(parse_message(body)).render()
        if crypto and xml:
            xml = crypto.encrypt_message(xml, query["nonce"], query["timestamp"])
        self.respond(200, xml)

    def checked(self):
        query = dict(parse_qsl(urlsplit(self.path).query))
        try:
            check_signature(args.token, query.get("signature", ""), query.get("timestamp", ""),
                            query.get("nonce", ""))
        except InvalidSignatureException:
            self.respond(403, "")
            return None
        return query

    def respond(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_ignored):
        pass


ThreadingHTTPServer(("127.0.0.1", int(args.port)), Webhook).serve_forever()

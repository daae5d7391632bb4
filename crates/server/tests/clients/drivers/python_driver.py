"""Drives an unmodified Python client: a JSON request on each line in, a JSON answer on each line
out. It takes from the environment it runs in whichever version of the client is there.

The clients have Tencent's hosts as literals, so what they send is turned to the server under test
where it leaves for the network, as a proxy or a hosts file would."""
import base64
import importlib
import json
import operator
import sys
import traceback
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

PACKAGE, BASE = sys.argv[1:]


def aim():
    send, base = HTTPAdapter.send, urlsplit(BASE)

    def aimed(self, request, **options):
        parts = urlsplit(request.url)
        if parts.hostname.endswith(".weixin.qq.com"):
            request.url = parts._replace(scheme=base.scheme, netloc=base.netloc).geturl()
        return send(self, request, **options)
    HTTPAdapter.send = aimed


def client(app_id, secret):
    if PACKAGE == "werobot":
        from werobot.client import Client
        return Client({"APP_ID": app_id, "APP_SECRET": secret})
    from wechatpy import WeChatClient
    # Retrying has no limit in this package; a refused token must show instead.
    return WeChatClient(app_id, secret, timeout=15, auto_retry=False)


def number(refused):
    """WeRoBot's own exception carries the number as text alone."""
    code = getattr(refused, "errcode", None)
    if code is None and type(refused).__name__ == "ClientException":
        code = int(str(refused).split(":")[0])
    return code


def given(value, files):
    """An argument; a file is named by its path and opened here."""
    if isinstance(value, dict) and "$file" in value:
        return files.enter_context(open(value["$file"], "rb"))
    return value


def shown(value):
    if isinstance(value, requests.Response):
        value.raise_for_status()
        return {"$bytes": base64.b64encode(value.content).decode()}
    return value


def answer(request):
    if request["call"] == "$folder":
        return {"ok": str(Path(importlib.import_module(PACKAGE).__file__).parent)}
    app_id, secret = request["account"]
    if app_id not in CLIENTS:
        CLIENTS[app_id] = client(app_id, secret)
    call = operator.attrgetter(request["call"])(CLIENTS[app_id])
    with ExitStack() as files:
        args = [given(value, files) for value in request["args"]]
        named = {key: given(value, files) for key, value in request["named"].items()}
        try:
            return {"ok": shown(call(*args, **named))}
        except Exception as refused:
            code = number(refused)
            if code is None:
                raise
            return {"refused": code, "words": str(refused)}


CLIENTS = {}
aim()
for line in sys.stdin:
    try:
        said = answer(json.loads(line))
    except Exception:
        said = {"broken": traceback.format_exc()}
    print(json.dumps(said), flush=True)

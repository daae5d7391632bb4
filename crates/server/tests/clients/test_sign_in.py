"""Followers sign in on an account's web page, whose backend uses an unmodified Node package."""
import json
import re
import subprocess
import uuid
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from harness import accounts
from harness.followers import Follower

SCRIPT = Path(__file__).parent / "bots" / "oauth_client.js"
REDIRECT = "https://shop.example/back?from=crier"


@pytest.fixture(scope="module")
def account(server):
    # Nobody listens there: the web page's backend is what is tried.
    return accounts.create(server, "http://127.0.0.1:9/hook")


@pytest.fixture(params=["co-wechat-oauth", "wechat-oauth"])
def backend(request, server, account):
    def run(*args):
        done = subprocess.run(
            ["node", SCRIPT, request.param, str(server.port), account.app_id, account.app_secret,
             *args], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)
    return run


def browser(server, follower):
    session = requests.Session()
    session.cookies.set("crier_follower", follower.token, domain="127.0.0.1")
    session.base = server.url
    return session


def agree(session, url, choice="allow"):
    """Opens the consent page and presses a button; where it then leads to, as parameters."""
    parts = urlsplit(url)
    asked = f"{session.base}{parts.path}?{parts.query}"
    page = session.get(asked, timeout=15)
    assert page.status_code == 200 and "shop.example" in page.text
    seal = unescape(re.search(r'name="seal" value="([^"]+)"', page.text).group(1))
    done = session.post(asked, data={"seal": seal, "choice": choice}, allow_redirects=False,
                        timeout=15)
    assert done.status_code == 302, done.text
    assert done.headers["Location"].startswith("https://shop.example/back?from=crier&")
    return {name: value for name, [value] in parse_qs(urlsplit(done.headers["Location"]).query).items()}


def named(server, name, picture):
    """The same follower, who now has this name and picture."""
    user = f"user-{uuid.uuid4().hex[:12]}"
    someone = Follower(server, user)
    someone.token = server.cli("follower", "token", "--user", user, "--name", name,
                               "--picture", picture)["token"]
    someone.http.headers["Authorization"] = f"Bearer {someone.token}"
    return someone


def test_a_page_learns_who_agrees_and_forgets_who_withdraws(server, account, backend):
    ada = named(server, "艾达 & Co", "https://pictures.example/ada.png")
    ada.follow(account)
    url = backend("url", REDIRECT, "a state", "snsapi_userinfo")["url"]
    assert url.startswith("https://open.weixin.qq.com/connect/oauth2/authorize?")
    assert url.endswith("#wechat_redirect")
    session = browser(server, ada)
    assert "code" not in agree(session, url, choice="refuse")
    back = agree(session, url)
    assert back["state"] == "a state"

    got = backend("flow", back["code"])
    assert got["token"]["openid"] == ada.openid
    assert (got["token"]["expires_in"], got["token"]["scope"]) == (7200, "snsapi_userinfo")
    user = got["user"]
    assert (user["openid"], user["nickname"]) == (ada.openid, "艾达 & Co")
    assert user["headimgurl"] == "https://pictures.example/ada.png" and user["privilege"] == []
    assert got["verified"]["errcode"] == 0
    assert got["renewed"]["access_token"] != got["token"]["access_token"]
    assert (got["again"], got["stranger"]) == (40163, 40003)

    path = f"/v1/accounts/{account.handle}/consents"
    held = ada.call("GET", path, [200]).json()["consents"]
    assert [consent["scope"] for consent in held] == ["profile"]
    ada.call("DELETE", path, [204])
    assert ada.call("GET", path, [200]).json() == {"consents": []}
    asked = {"access_token": got["renewed"]["access_token"], "openid": ada.openid}
    ended = requests.get(f"{server.url}/sns/userinfo", params=asked, timeout=15).json()
    assert ended["errcode"] == 42001


def test_who_agrees_to_less_gives_no_name(server, account, backend):
    bob = Follower(server)
    bob.follow(account)
    url = backend("url", REDIRECT, "s", "snsapi_base")["url"]
    code = agree(browser(server, bob), url)["code"]
    asked = {"appid": account.app_id, "secret": account.app_secret, "code": code,
             "grant_type": "authorization_code"}
    token = requests.get(f"{server.url}//sns/oauth2/access_token", params=asked, timeout=15).json()
    assert (token["openid"], token["scope"]) == (bob.openid, "snsapi_base")
    asked = {"access_token": token["access_token"], "openid": bob.openid, "lang": "en"}
    assert requests.get(f"{server.url}/sns/userinfo", params=asked, timeout=15).json()[
        "errcode"] == 48001

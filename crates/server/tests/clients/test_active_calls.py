"""What an operator's backend calls by itself, through the SDKs' own clients, on both engines."""
import io

import pytest
import requests
from PIL import Image

import answers
from harness import bots, samples, sdks
from harness.followers import Follower
from harness.waiting import until

MENU = {"button": [
    {"type": "click", "name": "今日", "key": "TODAY"},
    {"name": "More", "sub_button": [
        {"type": "view", "name": "Site", "url": "https://example.com/?a=1&b=2"},
        {"type": "click", "name": "Help", "key": "HELP_<1>"}]}]}


@pytest.fixture(scope="module", params=sdks.ALL, ids=lambda sdk: sdk.name)
def sdk_and_account(request, server, tmp_path_factory):
    """An account of its own for each client: quotas and menus must not meet."""
    log = tmp_path_factory.mktemp("active") / "bot.log"
    with bots.running(server, "wechatpy", "safe", log) as account:
        yield request.param(server.url, account), account


@pytest.fixture
def sdk(sdk_and_account):
    return sdk_and_account[0]


@pytest.fixture
def account(sdk_and_account):
    return sdk_and_account[1]


@pytest.fixture
def reader(server, account):
    someone = Follower(server)
    with someone.stream() as stream:
        someone.live = stream
        someone.follow(account)
        stream.wait(sender="account", text=answers.GREETING)
        # Writing opens the window in which an account may speak first.
        someone.send(account, text="nothing")
        yield someone


def test_a_token_is_fetched_and_a_new_one_does_not_end_it(sdk, reader):
    first = sdk.fetch_token()
    assert 0 < first["expires_in"] <= 7200 and first["access_token"]
    second = sdk.fetch_token()
    assert second["access_token"]
    sdk.send_text(reader.openid, "still speaking")
    reader.live.wait(sender="account", text="still speaking")


def test_text_out_of_band_reaches_the_follower(sdk, account, reader):
    answer = sdk.send_text(reader.openid, "您的订单 <已> & 发货 😀")
    assert answer["errcode"] == 0
    live = reader.live.wait(sender="account", text="您的订单 <已> & 发货 😀")
    assert reader.messages(account)[-1] == live


def test_a_strangers_openid_is_refused_by_number(sdk):
    assert sdk.refusal("oNobodyNobodyNobodyNobody000", "hello") == 40003


def test_a_picture_out_of_band_reaches_the_follower(sdk, reader, tmp_path):
    path = tmp_path / "图 1.png"
    path.write_bytes(samples.picture())
    uploaded = sdk.upload("image", path)
    assert uploaded["type"] == "image" and isinstance(uploaded["created_at"], int)
    sdk.send_image(reader.openid, uploaded["media_id"])
    shown = reader.live.wait(sender="account", type="image")
    assert samples.same_picture(reader.download(shown["url"]), path.read_bytes())


def test_media_comes_back_as_it_was(sdk, tmp_path):
    voice, picture = tmp_path / "voice.amr", tmp_path / "picture.png"
    voice.write_bytes(samples.voice())
    picture.write_bytes(samples.picture())
    got = sdk.download(sdk.upload("voice", voice)["media_id"])
    assert got.content == voice.read_bytes()
    assert got.headers["Content-Disposition"].startswith("attachment; filename=")
    got = sdk.download(sdk.upload("image", picture)["media_id"])
    assert got.headers["Content-Type"].startswith("image/")
    assert samples.same_picture(got.content, picture.read_bytes())


def test_what_a_follower_uploads_the_operator_downloads(sdk, server, account, reader):
    # The bot on this account echoes pictures, so the follower sees what the operator could fetch.
    original = samples.picture(40, 30)
    media = reader.upload("mine.png", original)
    reader.send(account, type="image", media_id=media["media_id"])
    answered = reader.live.wait(sender="account", type="image")
    got = sdk.download(answered["media_id"])
    assert samples.same_picture(got.content, original)


def test_permanent_material_is_kept(sdk, tmp_path):
    path = tmp_path / "logo.png"
    path.write_bytes(samples.picture(80, 80))
    before = sdk.material_count()["image_count"]
    added = sdk.add_material("image", path)
    assert added["media_id"] and added["url"].startswith("http")
    assert sdk.material_count()["image_count"] == before + 1
    assert samples.same_picture(sdk.get_material(added["media_id"]), path.read_bytes())


def test_a_menu_is_made_shown_tapped_and_removed(sdk, account, reader):
    assert sdk.create_menu(MENU)["errcode"] == 0
    today, more = sdk.get_menu()["menu"]["button"]
    assert (today["name"], today["key"]) == ("今日", "TODAY")
    assert [button["name"] for button in more["sub_button"]] == ["Site", "Help"]

    shown_today, shown_more = until(lambda: reader.menu(account), 5, "the follower's menu")
    assert (shown_today["type"], shown_today["key"]) == ("click", "TODAY")
    site, help_button = shown_more["buttons"]
    assert (site["type"], site["url"]) == ("view", "https://example.com/?a=1&b=2")
    reader.tap(account, shown_today)
    reader.live.wait(sender="account", text=answers.tap("TODAY"))
    reader.tap(account, help_button)
    reader.live.wait(sender="account", text=answers.tap("HELP_<1>"))

    assert sdk.delete_menu()["errcode"] == 0
    assert sdk.has_no_menu()
    until(lambda: not reader.menu(account), 5, "the menu to be gone")


def test_followers_are_listed_and_known(sdk, reader):
    assert reader.openid in sdk.followers()
    one = sdk.user(reader.openid)
    assert (one["subscribe"], one["openid"]) == (1, reader.openid)
    assert isinstance(one["subscribe_time"], int) and isinstance(one["tagid_list"], list)
    [again] = sdk.users([reader.openid])
    assert again["openid"] == reader.openid


def test_a_scene_code_is_made_and_shown(sdk, server):
    made = sdk.create_qrcode({"expire_seconds": 600, "action_name": "QR_STR_SCENE",
                              "action_info": {"scene": {"scene_str": "till-7"}}})
    assert made["ticket"] and made["url"] and made["expire_seconds"] <= 600
    assert not made.get("errmsg")
    # Both SDKs have the picture's host as a literal; it takes no token.
    shown = requests.get(f"{server.url}/cgi-bin/showqrcode", params={"ticket": made["ticket"]},
                         timeout=15)
    assert shown.status_code == 200 and shown.headers["Content-Type"].startswith("image/")
    Image.open(io.BytesIO(shown.content)).load()
    wrong = requests.get(f"{server.url}/cgi-bin/showqrcode", params={"ticket": "x"}, timeout=15)
    assert wrong.status_code == 404


def test_a_js_ticket_is_given(sdk):
    assert sdk.jsapi_ticket()


def test_a_mass_message_reaches_every_follower(sdk, server, account, reader):
    other = Follower(server)
    other.follow(account)
    text = f"致所有人 from {sdk.name}"
    assert sdk.send_to_all(text)["msg_id"]
    for someone in (reader, other):
        until(lambda who=someone: any(message.get("text") == text
                                      for message in who.timeline()),
              10, f"the mass message for {someone.user}")

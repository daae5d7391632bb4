"""Unmodified bots answer followers: every SDK and mode, on both engines, read from the follower's
side. An answer has to be on the live stream within two seconds of what caused it."""
import io

from PIL import Image

import answers
from harness import samples, sdks
from harness.followers import Follower
from harness.waiting import until

TRICKY = "你好 <&> ]]> 😀"


def test_a_follow_is_greeted(server, bot):
    someone = Follower(server)
    with someone.stream() as stream:
        someone.follow(bot)
        stream.wait(sender="account", type="text", text=answers.GREETING)
    stored = someone.messages(bot)
    assert [(message["from"], message["text"]) for message in stored] == [
        ("account", answers.GREETING)]


def test_text_comes_back_exactly(bot, follower):
    sent = follower.send(bot, text=TRICKY)
    echoed = follower.live.wait(sender="account", text=TRICKY)
    assert echoed["seq"] > sent["seq"]
    greeting, mine, theirs = follower.messages(bot)
    assert greeting["text"] == answers.GREETING
    assert (mine["id"], mine["from"], mine["text"]) == (sent["id"], "follower", TRICKY)
    assert theirs == echoed, "the stream and the conversation show the same object"
    assert theirs["account"] in (bot.handle, bot.app_id)


def test_sequence_numbers_have_no_gap(bot, follower):
    for number in range(5):
        follower.send(bot, text=f"message {number}")
    follower.live.wait(sender="account", text="message 4")
    stored = until(lambda: _all_of(follower, bot, 11), 5, "five messages, five echoes, a greeting")
    assert [message["seq"] for message in stored] == list(range(1, 12))
    echoes = [message["text"] for message in stored if message["from"] == "account"][1:]
    assert echoes == [f"message {number}" for number in range(5)], "one lane keeps the order"


def _all_of(follower, bot, count):
    stored = follower.messages(bot)
    return stored if len(stored) >= count else None


def test_a_picture_is_answered_with_the_same_picture(bot, follower):
    original = samples.picture()
    media = follower.upload("harbour.png", original)
    follower.send(bot, type="image", media_id=media["media_id"])
    answered = follower.live.wait(sender="account", type="image")
    assert samples.same_picture(follower.download(answered["url"]), original)
    assert (answered["width"], answered["height"]) == (96, 64)
    thumbnail = Image.open(io.BytesIO(follower.download(answered["thumbnail_url"])))
    thumbnail.load()


def test_a_location_is_answered_with_its_label_and_place(bot, follower):
    follower.send(bot, type="location", latitude=30.2741, longitude=120.1551, scale=16,
                  label="西湖 & West Lake")
    follower.live.wait(sender="account", text="西湖 & West Lake at 30.2741,120.1551")


def test_the_word_news_is_answered_with_an_article(bot, follower):
    follower.send(bot, text="news")
    [article] = follower.live.wait(sender="account", type="news")["articles"]
    assert article["title"] == answers.NEWS["title"]
    assert article["description"] == answers.NEWS["description"]
    assert article["url"] == answers.NEWS["url"]
    assert article["picture_url"]


def test_no_reply_leaves_the_conversation_as_it_is(bot, follower):
    follower.send(bot, text="nothing")
    # The lane keeps order: once the next message is answered, this one will not be any more.
    follower.send(bot, text="after nothing")
    follower.live.wait(sender="account", text="after nothing")
    said = [message.get("text") for message in follower.messages(bot)
            if message["from"] == "account"]
    assert said == [answers.GREETING, "after nothing"]


def test_a_follower_who_left_may_come_back(bot, follower):
    for greetings in (2, 3):
        follower.unfollow(bot)
        follower.follow(bot)
        # Waited for each time: a greeting for somebody who has left again would go nowhere.
        follower.live.wait(sender="account", text=answers.GREETING, count=greetings)


def test_a_tap_is_answered_with_its_key(server, bot, follower):
    sdks.Wechatpy(server.url, bot).create_menu(
        {"button": [{"type": "click", "name": "Today", "key": "TODAY_1"}]})
    [button] = until(lambda: follower.menu(bot), 5, "the menu")
    follower.tap(bot, button)
    follower.live.wait(sender="account", text=answers.tap("TODAY_1"))


def test_a_message_out_of_band_follows_the_answer(server, bot, follower):
    follower.send(bot, text="one")
    follower.live.wait(sender="account", text="one")
    sdks.Wechatpy(server.url, bot).send_text(follower.openid, "and another thing")
    follower.live.wait(sender="account", text="and another thing")
    said = [message["text"] for message in follower.messages(bot)]
    assert said == [answers.GREETING, "one", "one", "and another thing"]

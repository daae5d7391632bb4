"""Articles through each public client: written, kept, published, read by people, commented on."""
import html
import time

import pytest
import requests

from harness.drivers import Refused
from harness.waiting import until

BODY = "<p>Boats come home. <b>今晚</b></p>"


@pytest.fixture(scope="module")
def cover(desk, files):
    return desk.add_material("image", files / "cover.jpg")["media_id"]


def article(cover, title, **more):
    return {"title": title, "author": "Ada", "digest": "of boats", "content": BODY,
            "content_source_url": "https://example.com/boats", "thumb_media_id": cover,
            "show_cover_pic": 1, **more}


@pytest.mark.calls_for("news")
def test_flows_of_articles_kept_as_material(desk, cover):
    before = desk.material_count()["news_count"]
    kept = desk.add_news([article(cover, "Boats & <fog>"), article(cover, "Second")])
    first, second = desk.news(kept)
    assert (first["title"], first["author"], second["title"]) == ("Boats & <fog>", "Ada", "Second")
    assert first["thumb_media_id"] == cover and "今晚" in first["content"]
    desk.update_news(kept, 1, article(cover, "Second, better"))
    assert [item["title"] for item in desk.news(kept)] == ["Boats & <fog>", "Second, better"]
    [item] = [item for item in desk.materials("news")["item"] if item["media_id"] == kept]
    assert item["content"]["news_item"][1]["title"] == "Second, better"
    assert desk.material_count()["news_count"] == before + 1
    desk.delete_material(kept)
    assert desk.material_count()["news_count"] == before


@pytest.mark.calls_for("drafts")
def test_flows_of_drafts(desk, cover):
    first = desk.add_draft([article(cover, "Boats & <fog>"), article(cover, "Second")])
    kept = desk.add_draft([article(cover, "Another")])
    assert desk.draft_count()["total_count"] == 2
    desk.update_draft(first, 1, article(cover, "Second, better"))
    titles = [item["title"] for item in desk.draft(first)["news_item"]]
    assert titles == ["Boats & <fog>", "Second, better"]
    page = desk.drafts()
    assert (page["total_count"], page["item_count"]) == (2, 2)
    assert {item["media_id"] for item in page["item"]} == {first, kept}
    desk.delete_draft(first)
    with pytest.raises(Refused) as refused:
        desk.draft(first)
    assert refused.value.code == 40007
    desk.delete_draft(kept)
    assert desk.draft_count()["total_count"] == 0


@pytest.mark.calls_for("drafts")
def test_flows_of_publishing(desk, cover):
    submitted = desk.publish(desk.add_draft([article(cover, "Out & <about>")]))
    assert isinstance(submitted["publish_id"], int)
    told = until(lambda: _published(desk, submitted["publish_id"]), 20, "the publication")
    [item] = told["article_detail"]["item"]
    assert (told["publish_status"], item["idx"], told["fail_idx"]) == (0, 1, [])
    page = requests.get(item["article_url"], timeout=15)
    assert page.status_code == 200 and "<about>" not in page.text
    assert "Out & <about>" in html.unescape(page.text) and "Boats come home." in page.text

    info = desk.sink.event("PUBLISHJOBFINISH")["PublishEventInfo"]
    assert (info["publish_id"], info["publish_status"]) == (str(submitted["publish_id"]), "0")
    assert info["article_id"] == told["article_id"]
    assert info["article_detail"]["item"]["article_url"] == item["article_url"]

    [read] = desk.article(told["article_id"])["news_item"]
    assert (read["title"], read["url"]) == ("Out & <about>", item["article_url"])
    assert told["article_id"] in [one["article_id"] for one in desk.articles()["item"]]
    desk.delete_article(told["article_id"])
    assert told["article_id"] not in [one["article_id"] for one in desk.articles()["item"]]
    gone = requests.get(item["article_url"], timeout=15)
    assert "Boats come home." not in gone.text


def _published(desk, publish_id):
    told = desk.publication(publish_id)
    return told if told["publish_status"] != 1 else None


@pytest.fixture(scope="module")
def broadcast(desk, reader, cover):
    """Articles that were sent to everybody; the answer to sending them."""
    uploaded = desk.upload_news([article(cover, "Harbour lights"), article(cover, "Second")])
    assert uploaded["type"] == "news" and isinstance(uploaded["created_at"], int)
    return desk.send_news_to_all(uploaded["media_id"])


def test_flows_of_articles_sent_to_all(desk, reader, broadcast):
    shown = until(lambda: _sent(reader), 10, "the articles in the timeline")
    assert [one["title"] for one in shown["articles"]] == ["Harbour lights", "Second"]
    page = requests.get(shown["articles"][0]["url"], timeout=15)
    assert page.status_code == 200 and "Boats come home." in page.text

    push = desk.sink.event("MASSSENDJOBFINISH", MsgID=str(broadcast["msg_id"]))
    assert (push["TotalCount"], push["SentCount"], push["ErrorCount"]) == ("1", "1", "0")
    urls = [item["ArticleUrl"] for item in push["ArticleUrlResult"]["ResultList"]["item"]]
    assert urls == [one["url"].split("?")[0] for one in shown["articles"]]


def _sent(reader):
    return next((item for item in reader.timeline() if item.get("articles")), None)


@pytest.mark.calls_for("comments")
def test_flows_of_comments(desk, reader, broadcast):
    sent = until(lambda: _sent(reader), 10, "the articles in the timeline")
    of_article = f"/v1/articles/{sent['articles'][0]['url'].rsplit('/', 1)[-1].split('?')[0]}"
    number = broadcast["msg_data_id"]
    desk.open_comments(number)
    reader.call("POST", f"{of_article}/comments", [200, 201], json={"text": "写得好 <b>"})
    [comment] = desk.comments(number)["comment"]
    assert (comment["content"], comment["openid"]) == ("写得好 <b>", reader.openid)
    assert comment["create_time"] <= time.time() + 60

    one = comment["user_comment_id"]
    desk.elect_comment(number, one)
    assert desk.comments(number, kind=2)["total"] == 1
    desk.reply_to_comment(number, one, "谢谢")
    assert desk.comments(number)["comment"][0]["reply"]["content"] == "谢谢"
    [seen] = reader.call("GET", f"{of_article}/comments", [200]).json()["comments"]
    assert (seen["text"], seen["elected"], seen["reply"]) == ("写得好 <b>", True, "谢谢")

    desk.delete_comment_reply(number, one)
    desk.unelect_comment(number, one)
    assert desk.comments(number, kind=2)["total"] == 0
    desk.delete_comment(number, one)
    assert desk.comments(number)["total"] == 0
    desk.close_comments(number)
    reader.call("POST", f"{of_article}/comments", [403, 409], json={"text": "too late"})


def test_flows_of_withdrawing_articles(desk, reader, broadcast):
    shown = until(lambda: _sent(reader), 10, "the articles in the timeline")
    desk.withdraw(broadcast["msg_id"])
    until(lambda: not _sent(reader), 10, "the articles to be gone")
    told = desk.broadcast(broadcast["msg_id"])
    assert "DELETE" in told["msg_status"]
    page = requests.get(shown["articles"][0]["url"], timeout=15)
    assert "Boats come home." not in page.text

"""Media through each public client: uploaded, kept, listed and fetched again."""
import requests

from harness import samples


def test_flows_of_temporary_media(desk, files):
    picture, voice = files / "图 1.png", files / "voice.amr"
    uploaded = desk.upload("image", picture)
    assert uploaded["type"] == "image" and isinstance(uploaded["created_at"], int)
    assert samples.same_picture(desk.download(uploaded["media_id"]), picture.read_bytes())
    uploaded = desk.upload("voice", voice)
    assert desk.download(uploaded["media_id"]) == voice.read_bytes()


def test_flows_of_permanent_media(desk, files):
    picture = files / "图 1.png"
    before = desk.material_count()["image_count"]
    added = desk.add_material("image", picture)
    assert added["url"].startswith("http")
    assert desk.material_count()["image_count"] == before + 1
    assert samples.same_picture(desk.material(added["media_id"]), picture.read_bytes())
    listed = desk.materials("image")
    assert listed["total_count"] == before + 1
    assert added["media_id"] in [item["media_id"] for item in listed["item"]]
    desk.delete_material(added["media_id"])
    assert desk.material_count()["image_count"] == before


def test_flows_of_a_picture_for_articles(desk, files):
    address = desk.upload_article_picture(files / "cover.jpg")
    shown = requests.get(address, timeout=15).content
    assert samples.same_picture(shown, (files / "cover.jpg").read_bytes())

"""Scene codes through each public client: shown, followed by and scanned."""
import io

import pytest
from PIL import Image

from harness.followers import Follower


@pytest.mark.parametrize("kind", ["a number for a while", "a text for a while",
                                  "a number for good", "a text for good"])
def test_flows_of_a_code(kind, server, desk, reader):
    scene = "till-7 & <door>" if "text" in kind else 4711
    for_good = "for good" in kind
    made = desk.permanent_code(scene) if for_good else desk.temporary_code(scene, 600)
    assert made["ticket"] and made["url"] and not made.get("errmsg")
    assert for_good or 0 < made["expire_seconds"] <= 600
    picture = Image.open(io.BytesIO(desk.picture_of_code(made["ticket"])))
    assert min(picture.size) > 100

    comer = Follower(server)
    comer.follow(desk.account, scene=made["ticket"])
    came = desk.sink.event("subscribe", FromUserName=comer.openid)
    assert (came["EventKey"], came["Ticket"]) == (f"qrscene_{scene}", made["ticket"])
    known = desk.user(comer.openid)
    assert known["subscribe_scene"] == "ADD_SCENE_QR_CODE"
    assert (known["qr_scene_str"] if "text" in kind else known["qr_scene"]) == scene

    reader.follow(desk.account, scene=made["ticket"])
    scanned = desk.sink.event("SCAN", FromUserName=reader.openid, Ticket=made["ticket"])
    assert scanned["EventKey"] == str(scene)

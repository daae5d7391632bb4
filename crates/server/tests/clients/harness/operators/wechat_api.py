"""The npm package wechat-api."""
import requests

from harness.drivers import Refused
from harness.operators.base import Operator, read


class WechatApi(Operator):
    name = "wechat-api"
    LACKS = {"blocking": "blacklist", "drafts": "draft/add", "comments": "comment/list",
             "speed": "mass/speed", "auto-replies": "get_current_autoreply_info"}

    # Audience.
    def create_tag(self, name):
        return self.call("createTag", name)["tag"]["id"]

    def tags(self):
        return self.call("getTags")["tags"]

    def rename_tag(self, tag, name):
        return self.call("editTag", tag, name)

    def delete_tag(self, tag):
        return self.call("deleteTag", tag)

    def tag(self, tag, openids):
        return self.call("membersBatchtagging", tag, openids)

    def untag(self, tag, openids):
        return self.call("membersBatchuntagging", tag, openids)

    def tagged(self, tag):
        return self.call("getTagUsers", tag, "")

    def tags_of(self, openid):
        return self.call("getUserTags", openid)["tagid_list"]

    def remark(self, openid, text):
        return self.call("updateRemark", openid, text)

    def followers(self, after=""):
        return self.call("getFollowers", after)

    def user(self, openid):
        return self.call("getUser", openid)

    def users(self, openids):
        return self.call("batchGetUsers", openids)["user_info_list"]

    # Media and articles.
    def upload(self, kind, path):
        return self.call("uploadMedia", path, kind)

    def download(self, media_id):
        return self.call("getMedia", media_id)

    def upload_article_picture(self, path):
        return self.call("uploadImage", path)["url"]

    def upload_news(self, articles):
        return self.call("uploadNews", {"articles": articles})

    def add_material(self, kind, path):
        return self.call("uploadMaterial", path, kind)

    def material(self, media_id):
        return self.call("getMaterial", media_id)

    def materials(self, kind):
        return self.call("getMaterials", kind, 0, 20)

    def material_count(self):
        return self.call("getMaterialCount")

    def delete_material(self, media_id):
        return self.call("removeMaterial", media_id)

    def add_news(self, articles):
        return self.call("uploadNewsMaterial", {"articles": articles})["media_id"]

    def update_news(self, media_id, index, article):
        return self.call("updateNewsMaterial",
                         {"media_id": media_id, "index": index, "articles": article})

    def news(self, media_id):
        # It parses JSON of exactly that type, and hands over bytes where a character set is named.
        return read(self.call("getMaterial", media_id))["news_item"]

    # Broadcasts.
    def send_to_all(self, text):
        return self.call("massSendText", text, True)

    def send_to_tag(self, tag, text):
        return self.call("massSendText", text, tag)

    def send_to_list(self, openids, text):
        return self.call("massSendText", text, openids)

    def send_news_to_all(self, media_id):
        return self.call("massSendNews", media_id, True)

    def preview(self, openid, text):
        return self.call("previewText", openid, text)

    def broadcast(self, msg_id):
        return self.call("getMassMessageStatus", msg_id)

    def withdraw(self, msg_id):
        return self.call("deleteMass", msg_id)

    # Menus and codes.
    def create_menu(self, buttons):
        return self.call("createMenu", {"button": buttons})

    def menu(self):
        return self.call("getMenu")

    def add_conditional_menu(self, buttons, rule):
        return self.call("createCustomMenu", {"button": buttons, "matchrule": rule})["menuid"]

    def delete_conditional_menu(self, menu):
        return self.call("removeCustomMenu", menu)

    def match_menu(self, openid):
        return self.call("testCustomMenu", openid)

    def current_menu(self):
        return self.call("getMenuConfig")

    def delete_menu(self):
        return self.call("removeMenu")

    def has_no_menu(self):
        try:
            self.menu()
        except Refused as refused:
            return refused.code == 46003
        return False

    def temporary_code(self, scene, seconds):
        return self.call("createTmpQRCode", scene, seconds)

    def permanent_code(self, scene):
        return self.call("createLimitQRCode", scene)

    def picture_of_code(self, ticket):
        # It makes the address and leaves the rest to a browser.
        return requests.get(self.call("showQRCodeURL", ticket), timeout=15).content

    def shorten(self, url):
        return self.call("shorturl", url)

    # Templates.
    def set_industry(self, first, second):
        return self.call("setIndustry", {"industry_id1": first, "industry_id2": second})

    def industry(self):
        return self.call("getIndustry")

    def add_template(self, short):
        return self.call("addTemplate", short)["template_id"]

    def templates(self):
        return self.call("getAllPrivateTemplate")

    def send_template(self, openid, template, url, data):
        return self.call("sendTemplate", openid, template, url, data)

    def delete_template(self, template):
        return self.call("delPrivateTemplate", template)

    # Agents.
    def add_agent(self, name, nickname):
        return self.call("addKfAccount", name, nickname, "secret")

    def rename_agent(self, name, nickname):
        return self.call("updateKfAccount", name, nickname, "secret")

    def give_agent_a_face(self, name, path):
        return self.call("setKfAccountAvatar", name, path)

    def delete_agent(self, name, _nickname):
        return self.call("deleteKfAccount", name)

    def agents(self):
        return self.call("getCustomServiceList")["kf_list"]

    def online_agents(self):
        return self.call("getOnlineCustomServiceList")["kf_online_list"]

    def open_session(self, openid, agent):
        return self.call("createKfSession", agent, openid)

    def session_of(self, openid):
        return self.call("getKfSession", openid)

    def sessions_of(self, agent):
        return self.call("getKfSessionList", agent)["sessionlist"]

    def close_session(self, openid, agent):
        return self.call("closeKfSession", agent, openid)

    def waiting(self):
        return self.call("getKfSessionWaitCase")

    def records(self, begin, end):
        asked = {"starttime": begin, "endtime": end, "msgid": 1, "number": 10_000}
        return self.call("getRecords", asked)["recordlist"]

    # Figures and the rest.
    def figures(self, name, begin, end):
        words = "".join(word.capitalize() for word in name.split("_"))
        return self.call(f"get{words}", begin, end)["list"]

    def callback_addresses(self):
        return self.call("getIp")["ip_list"]

    def clear_quota(self):
        return self.call("clearQuota", self.account.app_id)

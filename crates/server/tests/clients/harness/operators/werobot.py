"""WeRoBot's client."""
from harness.drivers import Refused
from harness.operators.base import Operator, read
from harness.operators.wechatpy import scene_action

HOST = "https://api.weixin.qq.com"


class Werobot(Operator):
    name = "werobot"
    LACKS = {"blocking": "getblacklist", "drafts": "draft/add", "comments": "comment/list",
             "shortening": "shorturl", "choosing templates": "api_add_template",
             "sessions": "kfsession", "clearing": "clear_quota",
             "auto-replies": "get_current_autoreply_info"}

    # Audience.
    def create_tag(self, name):
        return self.call("create_tag", name)["tag"]["id"]

    def tags(self):
        return self.call("get_tags")["tags"]

    def rename_tag(self, tag, name):
        return self.call("update_tag", tag, name)

    def delete_tag(self, tag):
        return self.call("delete_tag", tag)

    def tag(self, tag, openids):
        return self.call("tag_users", tag, openids)

    def untag(self, tag, openids):
        return self.call("untag_users", tag, openids)

    def tagged(self, tag):
        return self.call("get_users_by_tag", tag)

    def tags_of(self, openid):
        return self.call("get_tags_by_user", openid)["tagid_list"]

    def remark(self, openid, text):
        return self.call("remark_user", openid, text)

    def followers(self, after=None):
        return self.call("get_followers", after)

    def user(self, openid):
        return self.call("get_user_info", openid)

    def users(self, openids):
        return self.call("get_users_info", openids)["user_info_list"]

    # Media and articles.
    def upload(self, kind, path):
        return self.call("upload_media", kind, path)

    def download(self, media_id):
        return self.call("download_media", media_id)

    def upload_article_picture(self, path):
        return self.call("upload_news_picture", path)["url"]

    def upload_news(self, articles):
        return self.call("upload_news", articles)

    def add_material(self, kind, path):
        return self.call("upload_permanent_media", kind, path)

    def material(self, media_id):
        return self.call("download_permanent_media", media_id)

    def materials(self, kind):
        return self.call("get_media_list", kind, 0, 20)

    def material_count(self):
        return self.call("get_media_count")

    def delete_material(self, media_id):
        return self.call("delete_permanent_media", media_id)

    def add_news(self, articles):
        return self.call("add_news", articles)["media_id"]

    def update_news(self, media_id, index, article):
        return self.call("update_news",
                         {"media_id": media_id, "index": index, "articles": article})

    def news(self, media_id):
        return read(self.call("download_permanent_media", media_id))["news_item"]

    # Broadcasts.
    def send_to_all(self, text):
        return self.call("send_mass_msg", "text", text)

    def send_to_tag(self, tag, text):
        return self.call("send_mass_msg", "text", text, tag)

    def send_to_list(self, openids, text):
        return self.call("send_mass_msg", "text", text, openids)

    def send_news_to_all(self, media_id):
        return self.call("send_mass_msg", "mpnews", media_id)

    def preview(self, openid, text):
        return self.call("send_mass_preview_to_user", "text", text, openid)

    def broadcast(self, msg_id):
        return self.call("get_mass_msg_status", msg_id)

    def withdraw(self, msg_id):
        return self.call("delete_mass_msg", msg_id)

    def speed(self):
        return self.call("get_mass_msg_speed")

    def set_speed(self, speed):
        return self.call("set_mass_msg_speed", speed)

    # Menus and codes.
    def create_menu(self, buttons):
        return self.call("create_menu", {"button": buttons})

    def menu(self):
        return self.call("get_menu")

    def add_conditional_menu(self, buttons, rule):
        return self.call("create_custom_menu", buttons, rule)["menuid"]

    def delete_conditional_menu(self, menu):
        return self.call("delete_custom_menu", menu)

    def match_menu(self, openid):
        return self.call("match_custom_menu", openid)

    def current_menu(self):
        return self.call("get_custom_menu_config")

    def delete_menu(self):
        return self.call("delete_menu")

    def has_no_menu(self):
        try:
            self.menu()
        except Refused as refused:
            return refused.code == 46003
        return False

    def temporary_code(self, scene, seconds):
        return self.call("create_qrcode", {"expire_seconds": seconds, **scene_action("", scene)})

    def permanent_code(self, scene):
        return self.call("create_qrcode", scene_action("LIMIT_", scene))

    def picture_of_code(self, ticket):
        return self.call("show_qrcode", ticket)

    # Templates: it sends them, and knows nothing else of them.
    def send_template(self, openid, template, url, data):
        return self.call("send_template_message", openid, template, data, url)

    # Agents.
    def add_agent(self, name, nickname):
        return self.call("add_custom_service_account", name, nickname, "secret")

    def rename_agent(self, name, nickname):
        return self.call("update_custom_service_account", name, nickname, "secret")

    def give_agent_a_face(self, name, path):
        return self.call("upload_custom_service_account_avatar", name, path)

    def delete_agent(self, name, nickname):
        return self.call("delete_custom_service_account", name, nickname, "secret")

    def agents(self):
        return self.call("get_custom_service_account_list")["kf_list"]

    def online_agents(self):
        return self.call("get_online_custom_service_account_list")["kf_online_list"]

    # Figures and the rest.
    def figures(self, name, begin, end):
        # WeRoBot has no calls of its own for them, but its generic one.
        return self.call("post", f"{HOST}/datacube/get{name.replace('_', '')}",
                         data={"begin_date": begin, "end_date": end})["list"]

    def callback_addresses(self):
        return self.call("get_ip_list")["ip_list"]

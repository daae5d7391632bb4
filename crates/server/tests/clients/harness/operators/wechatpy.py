"""wechatpy, the stable line and the second one: nearly the same calls."""
from harness.operators.base import Operator


class _Wechatpy(Operator):
    # Audience.
    def create_tag(self, name):
        return self.call("tag.create", name)["id"]

    def tags(self):
        return self.call("tag.get")

    def rename_tag(self, tag, name):
        return self.call("tag.update", tag, name)

    def delete_tag(self, tag):
        return self.call("tag.delete", tag)

    def tag(self, tag, openids):
        return self.call("tag.tag_user", tag, openids)

    def untag(self, tag, openids):
        return self.call("tag.untag_user", tag, openids)

    def tagged(self, tag):
        return self.call("tag.get_tag_users", tag)

    def tags_of(self, openid):
        return self.call("tag.get_user_tag", openid)

    def remark(self, openid, text):
        return self.call("user.update_remark", openid, text)

    def followers(self, after=None):
        return self.call("user.get_followers", after)

    def user(self, openid):
        return self.call("user.get", openid)

    def users(self, openids):
        return self.call("user.get_batch", openids)

    def block(self, openids):
        return self.call("tag.batch_black_list", openids)

    def unblock(self, openids):
        return self.call("tag.batch_unblack_list", openids)

    def blocked(self):
        return self.call("tag.get_black_list")

    # Media and articles.
    def upload(self, kind, path):
        return self.call("media.upload", kind, path)

    def download(self, media_id):
        return self.call("media.download", media_id)

    def upload_article_picture(self, path):
        return self.call("media.upload_image", path)

    def upload_news(self, articles):
        return self.call("media.upload_articles", articles)

    def add_material(self, kind, path):
        return self.call("material.add", kind, path)

    def material(self, media_id):
        return self.call("material.get", media_id)

    def materials(self, kind):
        return self.call("material.batchget", kind, 0, 20)

    def material_count(self):
        return self.call("material.get_count")

    def delete_material(self, media_id):
        return self.call("material.delete", media_id)

    # Comments.
    def open_comments(self, article):
        return self.call("material.open_comment", article, 0)

    def comments(self, article, kind=0):
        return self.call("material.list_comment", article, 0, 0, 49, kind)

    def elect_comment(self, article, comment):
        return self.call("material.markelect_comment", article, 0, comment)

    def unelect_comment(self, article, comment):
        return self.call("material.unmarkelect_comment", article, 0, comment)

    def reply_to_comment(self, article, comment, text):
        return self.call("material.add_reply_comment", article, 0, comment, text)

    def delete_comment_reply(self, article, comment):
        return self.call("material.delete_reply_comment", article, 0, comment)

    def delete_comment(self, article, comment):
        return self.call("material.delete_comment", article, 0, comment)

    def close_comments(self, article):
        return self.call("material.close_comment", article, 0)

    # Broadcasts.
    def _send(self, kind, content, to, **how):
        return self.call(f"message.send_mass_{kind}", to, content, **how)

    def send_to_all(self, text):
        return self._send("text", text, None, is_to_all=True)

    def send_to_tag(self, tag, text):
        return self._send("text", text, tag)

    def send_to_list(self, openids, text):
        return self._send("text", text, openids)

    def send_news_to_all(self, media_id):
        return self._send("article", media_id, None, is_to_all=True)

    def preview(self, openid, text):
        return self._send("text", text, openid, preview=True)

    def broadcast(self, msg_id):
        return self.call("message.get_mass", msg_id)

    def withdraw(self, msg_id):
        return self.call("message.delete_mass", msg_id)

    # Menus and codes.
    def create_menu(self, buttons):
        return self.call("menu.create", {"button": buttons})

    def menu(self):
        return self.call("menu.get")

    def add_conditional_menu(self, buttons, rule):
        return self.call("menu.add_conditional", {"button": buttons, "matchrule": rule})["menuid"]

    def delete_conditional_menu(self, menu):
        return self.call("menu.del_conditional", menu)

    def match_menu(self, openid):
        return self.call("menu.try_match", openid)

    def current_menu(self):
        return self.call("menu.get_menu_info")

    def delete_menu(self):
        return self.call("menu.delete")

    def has_no_menu(self):
        return self.menu() is None

    def temporary_code(self, scene, seconds):
        return self.call("qrcode.create", {"expire_seconds": seconds, **scene_action("", scene)})

    def permanent_code(self, scene):
        return self.call("qrcode.create", scene_action("LIMIT_", scene))

    def picture_of_code(self, ticket):
        return self.call("qrcode.show", ticket)

    def shorten(self, url):
        return self.call("misc.short_url", url)

    # Templates.
    def set_industry(self, first, second):
        return self.call("template.set_industry", first, second)

    def industry(self):
        return self.call("template.get_industry")

    def add_template(self, short):
        return self.call("template.get", short)

    def templates(self):
        return self.call("template.get_all_private_template")

    def send_template(self, openid, template, url, data):
        return self.call("message.send_template", openid, template, data, url)

    def delete_template(self, template):
        return self.call("template.del_private_template", template)

    # Agents.
    def add_agent(self, name, nickname):
        return self.call("customservice.add_account", name, nickname, "secret")

    def rename_agent(self, name, nickname):
        return self.call("customservice.update_account", name, nickname, "secret")

    def give_agent_a_face(self, name, path):
        return self.call("customservice.upload_headimg", name, path)

    def delete_agent(self, name, _nickname):
        return self.call("customservice.delete_account", name)

    def agents(self):
        return self.call("customservice.get_accounts")

    def online_agents(self):
        return self.call("customservice.get_online_accounts")

    def open_session(self, openid, agent):
        return self.call("customservice.create_session", openid, agent)

    def session_of(self, openid):
        return self.call("customservice.get_session", openid)

    def sessions_of(self, agent):
        return self.call("customservice.get_session_list", agent)

    def close_session(self, openid, agent):
        return self.call("customservice.close_session", openid, agent)

    def waiting(self):
        return self.call("customservice.get_wait_case")

    def records(self, begin, end):
        return self.call("customservice.get_records", begin, end)["recordlist"]

    # Figures and the rest.
    def figures(self, name, begin, end):
        return self.call(f"datacube.get_{name}", begin, end)

    def callback_addresses(self):
        return self.call("misc.get_wechat_ips")

    def auto_replies(self):
        return self.call("message.get_autoreply_info")


class Wechatpy1(_Wechatpy):
    name = "wechatpy 1"
    LACKS = {"drafts": "draft/add", "speed": "mass/speed", "clearing": "clear_quota"}

    def add_news(self, articles):
        return self.call("material.add_articles", articles)["media_id"]

    def update_news(self, media_id, index, article):
        return self.call("material.update_article", media_id, index, article)

    def news(self, media_id):
        return self.call("material.get", media_id)


class Wechatpy2(_Wechatpy):
    name = "wechatpy 2"
    LACKS = {"news": "material/add_news", "speed": "mass/speed", "clearing": "clear_quota"}

    def _send(self, kind, content, to, **how):
        # The other way round than the first line has it.
        return self.call(f"message.send_mass_{kind}", content, to, **how)

    def add_draft(self, articles):
        return self.call("draft.add", articles)["media_id"]

    def draft(self, media_id):
        return self.call("draft.get", media_id)

    def update_draft(self, media_id, index, article):
        return self.call("draft.update", media_id, index, article)

    def drafts(self):
        return self.call("draft.batchget", 0, 20, 0)

    def draft_count(self):
        return self.call("draft.count")

    def delete_draft(self, media_id):
        return self.call("draft.delete", media_id)

    def publish(self, media_id):
        return self.call("freepublish.submit", media_id)

    def publication(self, publish_id):
        return self.call("freepublish.get", publish_id)

    def article(self, article_id):
        return self.call("freepublish.getarticle", article_id)

    def articles(self):
        return self.call("freepublish.batchget", 0, 20)

    def delete_article(self, article_id):
        return self.call("freepublish.delete", article_id)


def scene_action(kind, scene):
    """What qrcode/create is asked for: a number or a text, for a while or `LIMIT_` for good."""
    if isinstance(scene, str):
        return {"action_name": f"QR_{kind}STR_SCENE",
                "action_info": {"scene": {"scene_str": scene}}}
    return {"action_name": f"QR_{kind}SCENE", "action_info": {"scene": {"scene_id": scene}}}

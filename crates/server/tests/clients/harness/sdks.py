"""The SDKs' API clients aimed at a server of ours, without touching their source: a subclass each,
as their users would. Both show the same few methods, so that one test drives both."""
from urllib.parse import urlsplit

import requests
from werobot.client import Client
from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatClientException


class Wechatpy:
    name = "wechatpy"

    def __init__(self, base, account):
        class Rebased(WeChatClient):
            API_BASE_URL = f"{base}/cgi-bin/"

            def fetch_access_token(self):
                # The original's token address is a literal.
                return self._fetch_access_token(
                    url=f"{base}/cgi-bin/token",
                    params={"grant_type": "client_credential", "appid": self.appid,
                            "secret": self.secret})
        # Retrying has no limit in this package; a refused token must show instead.
        self.client = Rebased(account.app_id, account.app_secret, timeout=15, auto_retry=False)

    def fetch_token(self):
        return self.client.fetch_access_token()

    def send_text(self, openid, text):
        return self.client.message.send_text(openid, text)

    def send_image(self, openid, media_id):
        return self.client.message.send_image(openid, media_id)

    def upload(self, kind, path):
        with open(path, "rb") as file:
            return self.client.media.upload(kind, file)

    def download(self, media_id):
        return self.client.media.download(media_id)

    def add_material(self, kind, path):
        with open(path, "rb") as file:
            return self.client.material.add(kind, file)

    def get_material(self, media_id):
        return self.client.material.get(media_id).content

    def material_count(self):
        return self.client.material.get_count()

    def create_menu(self, menu):
        return self.client.menu.create(menu)

    def get_menu(self):
        return self.client.menu.get()

    def delete_menu(self):
        return self.client.menu.delete()

    def has_no_menu(self):
        return self.client.menu.get() is None

    def user(self, openid):
        return self.client.user.get(openid)

    def users(self, openids):
        return self.client.user.get_batch(openids)

    def followers(self):
        return list(self.client.user.iter_followers())

    def create_qrcode(self, body):
        return self.client.qrcode.create(body)

    def send_to_all(self, text):
        return self.client.message.send_mass_text(None, text, is_to_all=True)

    def jsapi_ticket(self):
        return self.client.jsapi.get_ticket()

    def refusal(self, openid, text):
        """The error number of a send that must fail."""
        try:
            self.send_text(openid, text)
        except WeChatClientException as refused:
            return refused.errcode
        return 0


class Werobot:
    name = "werobot"

    def __init__(self, base, account):
        class Rebased(Client):
            def request(self, method, url, **kwargs):
                return super().request(method, base + urlsplit(url).path, **kwargs)
        self.base = base
        self.client = Rebased({"APP_ID": account.app_id, "APP_SECRET": account.app_secret})

    def fetch_token(self):
        return self.client.grant_token()

    def send_text(self, openid, text):
        return self.client.send_text_message(openid, text)

    def send_image(self, openid, media_id):
        return self.client.send_image_message(openid, media_id)

    def upload(self, kind, path):
        with open(path, "rb") as file:
            return self.client.upload_media(kind, file)

    def download(self, media_id):
        # download_media goes past `request`: the same call, at our address.
        return requests.get(f"{self.base}/cgi-bin/media/get", timeout=15, params={
            "access_token": self.client.token, "media_id": media_id})

    def add_material(self, kind, path):
        with open(path, "rb") as file:
            return self.client.upload_permanent_media(kind, file)

    def get_material(self, media_id):
        # download_permanent_media goes past `request` too.
        return requests.post(f"{self.base}/cgi-bin/material/get_material", timeout=15,
                             params={"access_token": self.client.token},
                             json={"media_id": media_id}).content

    def material_count(self):
        return self.client.get_media_count()

    def create_menu(self, menu):
        return self.client.create_menu(menu)

    def get_menu(self):
        return self.client.get_menu()

    def delete_menu(self):
        return self.client.delete_menu()

    def has_no_menu(self):
        try:
            self.client.get_menu()
        except Exception as refused:  # its own class carries the number only as text
            return str(refused).startswith("46003")
        return False

    def user(self, openid):
        return self.client.get_user_info(openid)

    def users(self, openids):
        return self.client.get_users_info(openids)["user_info_list"]

    def followers(self):
        return self.client.get_followers()["data"]["openid"]

    def create_qrcode(self, body):
        return self.client.create_qrcode(body)

    def send_to_all(self, text):
        return self.client.send_mass_msg("text", text)

    def jsapi_ticket(self):
        # WeRoBot has no call of its own for it, but its generic one.
        return self.client.get("https://api.weixin.qq.com/cgi-bin/ticket/getticket", params={
            "access_token": self.client.token, "type": "jsapi"})["ticket"]

    def refusal(self, openid, text):
        try:
            self.send_text(openid, text)
        except Exception as refused:
            return int(str(refused).split(":")[0])
        return 0


ALL = [Wechatpy, Werobot]

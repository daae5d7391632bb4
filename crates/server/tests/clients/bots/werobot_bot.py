"""A bot as a WeRoBot user writes one. WeRoBot decrypts whatever carries <Encrypt>, so its
compatible and safe modes differ only in what it is sent."""
import argparse
from wsgiref.simple_server import WSGIRequestHandler, make_server

from werobot import WeRoBot
from werobot.replies import Article, ArticlesReply, ImageReply, TextReply

import answers

args = argparse.ArgumentParser()
for option in ("port", "token", "app-id", "app-secret", "aes-key", "mode"):
    args.add_argument(f"--{option}", default="")
args = args.parse_args()

robot = WeRoBot(token=args.token, SESSION_STORAGE=False)
robot.config["APP_ID"] = args.app_id
robot.config["APP_SECRET"] = args.app_secret
if args.mode != "plain":
    robot.config["ENCODING_AES_KEY"] = args.aes_key


def text(message, content):
    return TextReply(message=message, content=answers.in_cdata(content))


@robot.subscribe
def greet(message):
    return text(message, answers.GREETING)


@robot.text
def echo(message):
    if message.content == "nothing":
        return None
    if message.content == "news":
        news = answers.NEWS
        reply = ArticlesReply(message=message)
        reply.add_article(Article(title=news["title"], description=news["description"],
                                  img=news["image"], url=news["url"]))
        return reply
    return text(message, message.content)


@robot.image
def picture(message):
    # The typed message knows only PicUrl; the rest of the push are plain attributes.
    return ImageReply(message=message, media_id=message.MediaId)


@robot.location
def place(message):
    return text(message, answers.place(message.label, *message.location))


@robot.click
def tap(message):
    return text(message, answers.tap(message.key))


class Quiet(WSGIRequestHandler):
    def log_message(self, *_ignored):
        pass


make_server("127.0.0.1", int(args.port), robot.wsgi, handler_class=Quiet).serve_forever()

"""An operator's backend, the same few words whichever client says them. What a client has no call
for stands in its LACKS, by area and a piece of the address it would have to know."""
from harness.operators.wechat_api import WechatApi
from harness.operators.wechatpy import Wechatpy1, Wechatpy2
from harness.operators.werobot import Werobot

ALL = [Wechatpy1, Wechatpy2, Werobot, WechatApi]

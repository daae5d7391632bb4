"""Official accounts, made by the command line as an operator's script would."""
import secrets
import string
from dataclasses import dataclass

ALPHANUMERIC = string.ascii_letters + string.digits


@dataclass
class Account:
    handle: str
    app_id: str
    app_secret: str
    original_id: str
    token: str
    aes_key: str
    secret: str = ""


def create(server, webhook_url, mode="plain", kind="service"):
    token = "".join(secrets.choice(ALPHANUMERIC) for _ in range(24))
    # 43 characters are 258 bits for 256: a last character without spare bits suits strict decoders.
    aes_key = "".join(secrets.choice(ALPHANUMERIC) for _ in range(42)) + "A"
    name = f"Bot {secrets.token_hex(4)}"
    made = server.cli(
        "account", "create", "--kind", kind, "--name", name, "--brand", "Client tests",
        "--webhook-url", webhook_url, "--webhook-dialect", "wechat", "--webhook-mode", mode,
        "--webhook-token", token, "--encoding-aes-key", aes_key)
    assert made["webhook_token"] == token
    assert made["encoding_aes_key"] == aes_key
    return Account(made["account"], made["app_id"], made["app_secret"], made["original_id"],
                   token, aes_key)


def create_native(server, webhook_url, *options):
    """An account whose endpoint speaks the native dialect, with a secret that the command made."""
    made = server.cli(
        "account", "create", "--kind", "service", "--name", f"Backend {secrets.token_hex(4)}",
        "--brand", "Client tests", "--webhook-url", webhook_url, "--webhook-dialect", "native",
        *options)
    assert (made["webhook_token"], made["encoding_aes_key"]) == (None, None)
    return Account(made["account"], made["app_id"], made["app_secret"], made["original_id"],
                   "", "", made["webhook_secret"])

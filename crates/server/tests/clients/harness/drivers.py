"""A third-party client in a process of its own (drivers/), called over its standard input."""
import base64
import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
ROOT = HERE.parents[3]
PYTHON = [str(HERE / "drivers" / "python_driver.py")]
PROGRAMS = {
    "wechatpy 1": [sys.executable, *PYTHON, "wechatpy"],
    "wechatpy 2": [str(ROOT / "target/clients-venv-wechatpy2/bin/python"), *PYTHON, "wechatpy"],
    "werobot": [sys.executable, *PYTHON, "werobot"],
    "wechat-api": ["node", str(HERE / "drivers" / "wechat_api_driver.js")],
}


class Refused(Exception):
    """The server said no, and the client told its user so."""

    def __init__(self, code, words):
        super().__init__(f"{code}: {words}")
        self.code = code


class Driver:
    def __init__(self, name, base):
        self.name = name
        self.child = subprocess.Popen([*PROGRAMS[name], base], text=True,
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def call(self, account, name, *args, **named):
        """What the client's call returns; a picture or a file comes back as bytes."""
        request = {"account": account and [account.app_id, account.app_secret],
                   "call": name, "args": args, "named": named}
        self.child.stdin.write(json.dumps(request, default=_file) + "\n")
        self.child.stdin.flush()
        line = self.child.stdout.readline()
        assert line, f"the driver of {self.name} ended by itself: {self.child.wait(10)}"
        said = json.loads(line)
        assert "broken" not in said, f"{self.name}: {name}{args}: {said['broken']}"
        if "refused" in said:
            raise Refused(said["refused"], said["words"])
        answer = said.get("ok")
        if isinstance(answer, dict) and "$bytes" in answer:
            return base64.b64decode(answer["$bytes"])
        return answer

    def sources(self):
        """The text of every file of the client."""
        folder = Path(self.call(None, "$folder"))
        return [path.read_text() for path in folder.rglob("*")
                if path.suffix in (".py", ".js")
                and "node_modules" not in path.relative_to(folder).parts]

    def close(self):
        self.child.stdin.close()
        self.child.wait(10)


def _file(value):
    assert isinstance(value, Path), value
    return {"$file": str(value)}

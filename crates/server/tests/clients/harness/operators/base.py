"""What all the operators share."""
import json


class Operator:
    name = None
    LACKS = {}

    def __init__(self, driver, account):
        self.driver = driver
        self.account = account

    def call(self, name, *args, **named):
        return self.driver.call(self.account, name, *args, **named)


def read(answer):
    """An article where files may come too: some clients hand over what they did not parse."""
    return json.loads(answer) if isinstance(answer, bytes) else answer

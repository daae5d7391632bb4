"""What every bot says, so that one set of tests reads them all (answers.js says the same)."""
GREETING = "欢迎关注! Welcome aboard."
NEWS = {
    "title": "Harbour lights & <fog>",
    "description": "今晚的灯光",
    "image": "https://example.com/harbour.jpg",
    "url": "https://example.com/articles/1?a=1&b=2",
}


def place(label, latitude, longitude):
    return f"{label} at {float(latitude):.4f},{float(longitude):.4f}"


def tap(key):
    return f"tapped {key}"


def in_cdata(text):
    """Every SDK here pastes a reply's text into one CDATA section as it is, so ]]> is the
    caller's to split: otherwise the XML it sends is broken, on any platform."""
    return text.replace("]]>", "]]]]><![CDATA[>")

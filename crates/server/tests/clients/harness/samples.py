"""Small real files: a picture with content to compare, and a voice nobody re-encodes."""
import io

from PIL import Image, ImageChops, ImageStat


def picture(width=96, height=64):
    image = Image.linear_gradient("L").resize((width, height))
    merged = Image.merge("RGB", (image, image.transpose(Image.Transpose.ROTATE_180), image))
    return encoded(merged, "PNG")


def cover():
    """The cover of an article, or somebody's face."""
    return encoded(Image.open(io.BytesIO(picture(300, 200))), "JPEG")


def encoded(image, kind):
    output = io.BytesIO()
    image.save(output, kind)
    return output.getvalue()


def voice(seconds=1):
    """AMR-NB at 4.75 kbit/s: frames of 20 ms, a type byte and 12 bytes of speech each."""
    return b"#!AMR\n" + (b"\x04" + bytes(12)) * (50 * seconds)


def same_picture(one, other):
    """Same size and near enough in colour: a platform may strip and re-encode pictures."""
    one, other = (Image.open(io.BytesIO(data)).convert("RGB") for data in (one, other))
    if one.size != other.size:
        return False
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean) < 8

"""Pictures for people who do not exist."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw

_SIDE = 648


def portrait(number: int) -> bytes:
    """Return a picture of head and shoulders as PNG, in another colour for each number."""
    hue = number * 137 % 360  # the golden angle keeps neighbours apart
    image = Image.new("RGB", (_SIDE, _SIDE), f"hsl({hue}, 45%, 80%)")
    draw = ImageDraw.Draw(image)
    draw.ellipse((204, 110, 444, 350), fill=f"hsl({hue}, 40%, 40%)")
    draw.ellipse((84, 390, 564, 990), fill=f"hsl({hue}, 40%, 40%)")
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()

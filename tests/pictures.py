"""Pictures for tests."""

from __future__ import annotations

from io import BytesIO

from PIL import Image


def picture(width=800, height=600, kind="PNG", *, mode="RGB", colour="red", **more):
    """Return an image file of one colour."""
    file = BytesIO()
    Image.new(mode, (width, height), colour).save(file, kind, **more)
    return file.getvalue()


def opened(body):
    """Return the image in a file."""
    return Image.open(BytesIO(body))

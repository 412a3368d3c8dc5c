"""Reading, cropping and resizing pictures with Pillow, in threads beside the event loop.

Whatever is uploaded is hostile: its length and its number of pixels are bounded before anything
is decoded, and only the pixels of the result are kept, so that no place or time of taking is.
"""

from __future__ import annotations

import asyncio
import warnings
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO

from PIL import ExifTags, Image, UnidentifiedImageError

from openucwa.domain.photos import LARGEST, Photo, side_kept, side_shown
from openucwa.domain.ports import Pictures
from openucwa.domain.refusals import Refusal, Refused
from openucwa.wire import etags

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
LONGEST = 10 * 1024**2
"""Bytes of a picture that is read."""
MOST_PIXELS = 40_000_000
QUALITY = 88
REMEMBERED = 16 * 1024**2
"""Bytes of resized pictures that stay in memory."""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes a picture upright, by the orientation that the camera noted."""


class PillowPictures(Pictures):
    """Two threads: one for what comes in, which may take long, and one for what goes out."""

    def __init__(self) -> None:
        self._incoming = ThreadPoolExecutor(1, thread_name_prefix="pictures-in")
        self._outgoing = ThreadPoolExecutor(1, thread_name_prefix="pictures-out")
        self._made: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._length = 0

    async def prepare(self, picture: bytes) -> Photo:
        """Return what to keep of a picture; refuses as ``prepare_now`` does."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._incoming, prepare_now, picture)

    async def shown(self, photo: Photo, side: int) -> bytes:
        """Return a picture in a size, or in the next smaller one; the latest are remembered."""
        key = (photo.digest, side)
        if key in self._made:
            self._made.move_to_end(key)
            return self._made[key]
        loop = asyncio.get_running_loop()
        made = await loop.run_in_executor(self._outgoing, resized, photo.jpeg, side)
        self._length += len(made) - len(self._made.pop(key, b""))  # others may have made it too
        self._made[key] = made
        while self._length > REMEMBERED:
            self._length -= len(self._made.popitem(last=False)[1])
        return made

    def close(self) -> None:
        """End the threads."""
        for pool in (self._incoming, self._outgoing):
            pool.shutdown(wait=False, cancel_futures=True)


def prepare_now(picture: bytes) -> Photo:
    """Return what to keep of a picture: its square centre, upright, and nothing else of it.

    Raises ``Refused`` with a sentence for whoever sent it: EntityTooLarge,
    UnsupportedMediaType or, if it is damaged, DeserializationFailure.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they tell of odd metadata, which are not kept
            jpeg = _square(picture)
    except UnidentifiedImageError:
        names = f"{', '.join(FORMATS[:-1])} or {FORMATS[-1]}"
        raise Refused(Refusal.UNSUPPORTED_MEDIA_TYPE, f"This is no picture in {names}.") from None
    except Image.DecompressionBombError:
        limits = f"{LONGEST // 1024**2} MB and {MOST_PIXELS // 10**6} megapixels"
        text = f"A picture may have {limits} at most."
        raise Refused(Refusal.ENTITY_TOO_LARGE, text) from None
    except Exception:  # noqa: BLE001  decoders fail in many ways on what is damaged
        raise Refused(Refusal.DESERIALIZATION_FAILURE, "This picture is damaged.") from None
    return Photo(jpeg, etags.digest(jpeg))


def resized(jpeg: bytes, side: int) -> bytes:
    """Return a kept picture in a size, or in the next smaller one that it has."""
    with Image.open(BytesIO(jpeg)) as image:
        side = side_shown(side, image.width)
        if side == image.width:
            return jpeg
        return _jpeg(image.resize((side, side), Image.Resampling.LANCZOS))


def _square(picture: bytes) -> bytes:
    if len(picture) > LONGEST:
        raise Image.DecompressionBombError
    image: Image.Image = Image.open(BytesIO(picture), formats=FORMATS)
    if image.width * image.height > MOST_PIXELS:
        raise Image.DecompressionBombError
    image.draft(None, (LARGEST, LARGEST))  # a JPEG need not be decoded larger than it is kept
    side = side_kept(*image.size)
    if image.mode.startswith("I"):  # grey in 16 bits, which would turn white
        image = image.convert("I").point(lambda level: level / 256).convert("L")
    mode = "RGBA" if image.has_transparency_data else "RGB"
    pixels = image if image.mode == mode else image.convert(mode)
    across = min(image.size)
    left, top = ((length - across) / 2 for length in image.size)
    middle = (left, top, left + across, top + across)
    pixels = pixels.resize((side, side), Image.Resampling.LANCZOS, middle, reducing_gap=2.0)
    turn = _turn(image)
    pixels = pixels if turn is None else pixels.transpose(turn)
    canvas = Image.new("RGB", pixels.size, "white")
    canvas.paste(pixels, mask=pixels if mode == "RGBA" else None)
    return _jpeg(canvas)


def _turn(image: Image.Image) -> Image.Transpose | None:
    """Return what makes a picture upright; metadata that cannot be read say nothing."""
    with suppress(Exception):
        return _TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    return None


def _jpeg(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "JPEG", quality=QUALITY, optimize=True)
    return file.getvalue()

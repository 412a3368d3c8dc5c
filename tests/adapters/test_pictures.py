"""Pictures that come in are read, cropped and stripped, whatever they are."""

from __future__ import annotations

import asyncio
import random
import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image

from openucwa.adapters import pictures
from openucwa.adapters.pictures import LONGEST, PillowPictures, prepare_now, resized
from openucwa.domain.refusals import Refusal, Refused
from pictures import opened, picture

KINDS = ("JPEG", "PNG", "WEBP", "GIF")


@pytest.fixture
def pillow():
    made = PillowPictures()
    yield made
    made.close()


def corners(image):
    """Return the colour in each corner: r, g, b or y."""
    names = {(1, 0, 0): "r", (0, 1, 0): "g", (0, 0, 1): "b", (1, 1, 0): "y"}
    far = image.width - 1
    places = [(0, 0), (far, 0), (0, far), (far, far)]
    return "".join(names[tuple(level > 128 for level in image.getpixel(at))] for at in places)


def four_colours(width, height):
    """Return an image with another colour in each quarter."""
    image = Image.new("RGB", (width, height))
    half = (width // 2, height // 2)
    for number, colour in enumerate(("red", "lime", "blue", "yellow")):
        image.paste(colour, ((number % 2) * half[0], (number // 2) * half[1], width, height))
    return image


def refused(picture):
    with pytest.raises(Refused) as why:
        prepare_now(picture)
    return why.value.refusal


@pytest.mark.parametrize("kind", KINDS)
def test_every_format_is_kept_as_jpeg(kind):
    image = opened(prepare_now(picture(700, 500, kind)).jpeg)

    assert ("JPEG", "RGB", (500, 500)) == (image.format, image.mode, image.size)
    assert all(
        abs(is_ - want) < 10 for is_, want in zip(image.getpixel((9, 9)), (255, 0, 0), strict=True)
    )


@pytest.mark.parametrize(
    ("mode", "colour", "seen"),
    [
        ("RGBA", (0, 0, 0, 0), (255, 255, 255)),
        ("LA", (0, 255), (0, 0, 0)),
        ("P", 0, (0, 0, 0)),
        ("1", 1, (255, 255, 255)),
        ("L", 128, (128, 128, 128)),
        ("I;16", 32768, (128, 128, 128)),
    ],
)
def test_every_kind_of_colour_is_understood(mode, colour, seen):
    """What is transparent becomes white."""
    image = opened(prepare_now(picture(60, 60, mode=mode, colour=colour)).jpeg)

    assert all(abs(is_ - want) < 3 for is_, want in zip(image.getpixel((9, 9)), seen, strict=True))


def test_the_square_in_the_middle_is_kept():
    wide = Image.new("RGB", (300, 100), "red")
    wide.paste("lime", (100, 0, 200, 100))
    file = BytesIO()
    wide.save(file, "PNG")
    image = opened(prepare_now(file.getvalue()).jpeg)

    assert ((100, 100), "gggg") == (image.size, corners(image))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    ("orientation", "seen"),
    [
        (1, "rgby"),
        (2, "gryb"),
        (3, "ybgr"),
        (4, "byrg"),
        (5, "rbgy"),
        (6, "bryg"),
        (7, "ygbr"),
        (8, "gyrb"),
        (0, "rgby"),
        (99, "rgby"),
    ],
)
def test_a_picture_is_made_upright(kind, orientation, seen):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    file = BytesIO()
    four_colours(100, 80).save(file, kind, exif=exif)

    assert seen == corners(opened(prepare_now(file.getvalue()).jpeg))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("exif", [b"", b"odd", b"MM\0*\xff\xff\xff\xff", b"II*\0\x08\0\0\0\x09\0"])
def test_damaged_metadata_are_no_reason_to_refuse(kind, exif):
    assert prepare_now(picture(kind=kind, exif=b"Exif\0\0" + exif))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_the_pixels_is_kept(kind):
    exif = Image.Exif()
    exif[ExifTags.IFD.GPSInfo] = {1: "N", 2: (59.0, 54.0, 0.0)}
    exif[ExifTags.Base.ImageDescription] = "secret"
    more = {"comment": b"secret"} if kind == "JPEG" else {}
    kept = prepare_now(picture(kind=kind, exif=exif, **more)).jpeg

    assert b"secret" not in kept
    assert {} == dict(opened(kept).getexif())


def test_the_same_pixels_have_the_same_digest():
    one, same, other = map(prepare_now, (picture(), picture(), picture(colour="blue")))

    assert one == same
    assert one.digest != other.digest


def test_a_tiny_picture_is_enlarged_to_the_smallest_size():
    assert (48, 48) == opened(prepare_now(picture(2, 1000)).jpeg).size


@pytest.mark.parametrize(
    "body", [b"", b"hello", b"<svg/>", picture(kind="BMP"), picture(kind="TIFF")]
)
def test_other_formats_are_refused(body):
    assert Refusal.UNSUPPORTED_MEDIA_TYPE == refused(body)


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_that_is_cut_off_is_refused(kind):
    whole = picture(kind=kind, colour="red")

    assert Refusal.DESERIALIZATION_FAILURE == refused(whole[: len(whole) * 2 // 3])


def png_of(width, height):
    """Return a PNG that says it has so many pixels, and has none."""

    def chunk(name, body):
        check = zlib.crc32(name + body)
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [6400, 10_000, 20_000, 2**31 - 1])
def test_a_picture_with_too_many_pixels_is_refused_before_it_is_decoded(side):
    assert Refusal.ENTITY_TOO_LARGE == refused(png_of(side, side))


def test_a_file_that_is_too_long_is_refused():
    assert Refusal.ENTITY_TOO_LARGE == refused(bytes(LONGEST + 1))


@given(st.sampled_from(KINDS), st.randoms(use_true_random=False))
def test_a_damaged_picture_is_refused_or_read_and_never_a_surprise(kind, chance: random.Random):
    body = bytearray(picture(64, 64, kind))
    for _ in range(chance.randrange(1, 20)):
        body[chance.randrange(len(body))] = chance.randrange(256)
    try:
        kept = prepare_now(bytes(body))
    except Refused:
        return

    assert "JPEG" == opened(kept.jpeg).format


async def test_a_picture_is_shown_in_each_size(pillow):
    photo = await pillow.prepare(picture(500, 500))
    sizes = [opened(await pillow.shown(photo, side)).width for side in (48, 96, 360, 432, 648)]

    assert [48, 96, 360, 432, 432] == sizes


async def test_what_was_made_is_remembered(pillow, monkeypatch):
    photo = await pillow.prepare(picture())
    first = await asyncio.gather(*(pillow.shown(photo, 48) for _ in range(3)))
    monkeypatch.setattr(pictures, "resized", None)

    assert {await pillow.shown(photo, 48)} == set(first)


async def test_what_is_remembered_is_bounded(pillow, monkeypatch):
    photo = await pillow.prepare(picture())
    small, large = resized(photo.jpeg, 48), resized(photo.jpeg, 96)
    monkeypatch.setattr(pictures, "REMEMBERED", len(small) + len(large))
    for side in (48, 96, 48, 120):
        await pillow.shown(photo, side)

    assert [(photo.digest, 120)] == list(pillow._made)
    assert sum(map(len, pillow._made.values())) == pillow._length

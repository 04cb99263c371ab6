"""Drawing one page of a document as a picture, for who may read it: what the page carries stays behind.

Runs in the confined child, on files that were found clean before.
"""

from io import BytesIO
from typing import BinaryIO

import pypdfium2
from PIL import Image, ImageOps, WebPImagePlugin

# As wide as a large screen shows a page beside something else, twice as dense as a small one.
WIDTH, HEIGHT = 1240, 3508  # pixels
FORMAT = WebPImagePlugin.WebPImageFile.format  # a page of text is a fifth of what it is as PNG, and as sharp to the eye


def draw(file: BinaryIO, media_type: str, page: int) -> bytes:
    """Page `page`, from 1, as WebP. Raises whatever a broken file makes it raise."""
    picture = _of_pdf(file, page) if media_type == "application/pdf" else _of_picture(file)
    drawn = BytesIO()
    picture.save(drawn, FORMAT, quality=90, method=2)
    return drawn.getvalue()


def _of_pdf(file: BinaryIO, page: int) -> Image.Image:
    document = pypdfium2.PdfDocument(file.read())
    leaf = document[page - 1]
    width, height = leaf.get_size()
    scale = min(WIDTH / width, HEIGHT / height)
    return leaf.render(scale=scale).to_pil()


def _of_picture(file: BinaryIO) -> Image.Image:
    """The first picture of the file, upright, without what a camera writes beside it."""
    Image.MAX_IMAGE_PIXELS = None  # its size was looked at when it was inspected
    with Image.open(file) as opened:
        opened.draft("RGB", (WIDTH, HEIGHT))
        picture = ImageOps.exif_transpose(opened)
        picture.thumbnail((WIDTH, HEIGHT))
        bare = Image.new(picture.mode, picture.size)
        if picture.mode == "P":
            picture, bare = picture.convert("RGBA"), Image.new("RGBA", picture.size)
        bare.paste(picture)
    return bare

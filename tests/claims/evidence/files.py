"""Files that offices honestly send, made on the spot."""

import io

import pikepdf
from PIL import Image


def pdf(pages: int = 2, *, padding: int = 0) -> bytes:
    """A PDF of empty pages, at least `padding` bytes long."""
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    if padding:
        document.Root.Padding = document.make_stream(bytes(i * 7919 % 251 for i in range(padding)))
    out = io.BytesIO()
    document.save(out, deterministic_id=True, compress_streams=False)
    return out.getvalue()


def png() -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, "PNG")
    return out.getvalue()


def with_script() -> bytes:
    """A PDF that runs a script when it is opened: refused once somebody looks inside."""
    document = pikepdf.new()
    document.add_blank_page(page_size=(595, 842))
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    document.Root.OpenAction = script
    out = io.BytesIO()
    document.save(out, deterministic_id=True)
    return out.getvalue()

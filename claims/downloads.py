"""Handing files out so that nothing in them runs or is shown as ours."""

from typing import IO, Any

from django.http import FileResponse, HttpResponse

# The policy is stricter than the pages': whatever opens the file may load and run nothing. No cache keeps it.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


def as_download(file: IO[bytes] | Any, *, name: str, media_type: str) -> FileResponse:
    """The file as an attachment: with our type for it, never the sender's or a guess."""
    return FileResponse(file, as_attachment=True, filename=name, content_type=media_type, headers=HEADERS)


def as_picture(drawn: bytes) -> HttpResponse:
    """A page that we have drawn, to be shown in ours. Its reader's own browser may keep it for some minutes."""
    headers = {**HEADERS, "Cache-Control": "private, max-age=300"}
    return HttpResponse(drawn, content_type="image/webp", headers=headers)

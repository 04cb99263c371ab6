"""Pages go out compressed; what programs read, and proof, go as they are."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressedPages(GZipMiddleware):
    """Compresses pages alone: a compressed answer of the API would have another ETag than `If-Match` is compared with.

    That a page's length tells nothing of its secrets (BREACH): CSRF tokens are masked anew each time, and Django adds
    a random number of bytes.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The answer, compressed where it is a page and the browser takes it."""
        if not response.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)

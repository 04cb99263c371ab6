"""The one way in for files that a form sends."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import cast

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from claims.models import Claim
from claims.permissions import allowed_verbs
from claims.storage import spool_folder
from claims.uploads import Upload, received
from claims.views.pages import visible_claim
from partners.models import User

Taking = Callable[[HttpRequest, Claim, Sequence[Upload]], HttpResponse]
Otherwise = Callable[[HttpRequest, Claim], HttpResponse]


def takes_files(verb: str, *, otherwise: Otherwise) -> Callable[[Taking], Callable[..., HttpResponse]]:
    """For a view of one claim whose form may bring files: it is called with the claim and with what came.

    Nobody's bytes are read before it is known that they may do `verb`. The token of the form is checked once the body
    is read, as it stands in it, among the files. `otherwise` answers what is no post, and who may not do the verb.

    Raises:
        BadRequest: where the body breaks off or cannot be read.
    """

    def receiving(view: Taking) -> Callable[..., HttpResponse]:
        taking = csrf_protect(view)

        @csrf_exempt
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def receive(request: HttpRequest, reference: str) -> HttpResponse:
            claim = visible_claim(request, reference)
            if request.method != "POST" or verb not in allowed_verbs(cast("User", request.user), claim):
                return otherwise(request, claim)
            with received(request, spool_folder()) as spool:
                try:
                    request.POST  # noqa: B018 - reads the body
                except (UnreadablePostError, MultiPartParserError) as trouble:
                    raise BadRequest from trouble
                return taking(request, claim, spool.uploads)

        return receive

    return receiving

"""The proof-of-execution template of a claim, to be downloaded."""

from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from claims.downloads import HEADERS
from claims.poe_template import filled_from, poe_template
from claims.views.pages import visible_claim
from partners.models import User

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_safe
def proof_template(request: HttpRequest, reference: str) -> HttpResponse:
    """The template, filled from the claim as it stands, in the language asked for or else the reader's.

    Whoever may not see the claim finds nothing, signed in or not.
    """
    claim = visible_claim(request, reference)
    filled = filled_from(claim, user=cast("User", request.user), now=timezone.now())
    asked = request.GET.get("language", "")
    language = asked if asked in dict(settings.LANGUAGES) else translation.get_language()
    with translation.override(language):
        content = poe_template(filled)
        name = _("Proof of execution %(reference)s.docx") % {"reference": reference}
    headers = {**HEADERS, "Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or ""}
    return HttpResponse(content, content_type=WORD, headers=headers)

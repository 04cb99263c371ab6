"""Endpoints of what is held, and of giving it up."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from claims.actions import disassociate
from claims.api import schema
from claims.api.checks import line_of
from claims.api.pagination import AssociationPages
from claims.api.representation import association_json
from claims.api.requests import (
    CURSOR,
    IDEMPOTENCY_KEY,
    IF_MATCH,
    PAGE_SIZE,
    act_on_claim,
    json_object,
    said,
    user_of,
    visible_claim,
)
from claims.models import Association
from claims.presenters.associations import with_claims


class AssociationList(APIView):
    """What is held, and was."""

    @extend_schema(
        operation_id="list_associations",
        parameters=[CURSOR, PAGE_SIZE],
        responses={200: schema.AssociationPage, **schema.PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """Associations the caller may see, held last first; those that ended have an `until`."""
        user, pages = user_of(request), AssociationPages()
        rows = with_claims(Association.objects.visible_to(user), user)
        page = pages.paginate_queryset(rows, request, view=self) or []
        return pages.get_paginated_response([association_json(association) for association in page])


class ClaimDisassociate(APIView):
    """Giving an approved line up."""

    @extend_schema(
        operation_id="disassociate",
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=schema.GivingUp,
        responses={200: schema.Claim, **schema.PROBLEMS},
    )
    def post(self, request: Request, reference: str) -> Response:
        """Gives an approved line up; `body` says why, as a comment."""
        line_id = line_of(visible_claim(request, reference), json_object(request))
        return act_on_claim(request, reference, disassociate, line_id=line_id, body=said(request))

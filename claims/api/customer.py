"""The endpoint of a partner whose customer cannot be asked as it said."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from claims.actions import correct_contact
from claims.api import schema
from claims.api.requests import IDEMPOTENCY_KEY, IF_MATCH, act_on_claim, json_object, visible_claim
from claims.intake import read


class ClaimCorrectContact(APIView):
    """Naming another customer contact."""

    @extend_schema(
        operation_id="correct_contact",
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=schema.ContactCorrection,
        responses={200: schema.Claim, **schema.PROBLEMS},
    )
    def post(self, request: Request, reference: str) -> Response:
        """Changes who is asked, as long as they have not answered: the old link is void, the window begins anew."""
        contact = {"customer_contact": json_object(request).get("customer_contact")}
        intake = read(contact, onto=visible_claim(request, reference).content)
        return act_on_claim(request, reference, correct_contact, intake=intake)

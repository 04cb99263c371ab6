"""The caller's MPN IDs."""

from typing import Any, cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from partners.facts import MpnFacts
from partners.models import User
from partners.roles import mpn_choices, standing_of


class EnrollmentShape(serializers.Serializer):
    """One period of an enrolment; both days belong to it."""

    program = serializers.CharField()
    name = serializers.CharField()
    solution_area = serializers.CharField()
    activities = serializers.ListField(child=serializers.CharField())
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True)


class MpnIdShape(serializers.Serializer):
    """An MPN ID the caller may claim with."""

    mpn_id = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(["global", "location"])
    country = serializers.CharField()
    partner_types = serializers.ListField(child=serializers.CharField())
    enrollments = EnrollmentShape(many=True)


class MpnIds(APIView):
    """MPN IDs to claim with."""

    @extend_schema(operation_id="list_mpn_ids", responses=MpnIdShape(many=True))
    def get(self, request: Request) -> Response:
        """Those the caller may use, with every period of their enrolments."""
        standing = standing_of(cast("User", request.user))
        return Response([mpn_json(fact) for fact in mpn_choices(standing, timezone.localdate())])


def mpn_json(fact: MpnFacts) -> dict[str, Any]:
    """An MPN ID as the API gives it."""
    return {
        "mpn_id": fact.number,
        "name": fact.name,
        "kind": fact.kind,
        "country": fact.country,
        "partner_types": list(fact.partner_types),
        "enrollments": [
            {
                "program": period.program_code,
                "name": period.program_name,
                "solution_area": period.solution_area,
                "activities": list(period.activities),
                "valid_from": period.valid_from.isoformat(),
                "valid_until": period.valid_until.isoformat() if period.valid_until else None,
            }
            for period in fact.enrollments
        ],
    }

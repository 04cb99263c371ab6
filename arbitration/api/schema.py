"""What the endpoints of cases take and give, for the schema."""

from rest_framework import serializers

from claims.api.schema import NewComment


class CaseLine(serializers.Serializer):
    """A live line of a party on the contested unit; `met` holds what was found of each requirement so far."""

    id = serializers.IntegerField()
    claim = serializers.CharField()
    product = serializers.CharField()
    activity = serializers.CharField()
    state = serializers.CharField()
    disputed = serializers.BooleanField()
    met = serializers.DictField(child=serializers.BooleanField())


class CaseRequest(serializers.Serializer):
    """What a party was asked."""

    claim = serializers.CharField()
    asked_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)
    lapsed_at = serializers.DateTimeField(allow_null=True)


class CaseParty(serializers.Serializer):
    """A partner in the case; `handle` is what a rationale cites its documents by."""

    partner = serializers.IntegerField()
    name = serializers.CharField()
    handle = serializers.CharField()
    lines = CaseLine(many=True)
    requests = CaseRequest(many=True)


class CaseDecision(serializers.Serializer):
    """What is proposed or decided; `refused`: line → reason."""

    upheld = serializers.IntegerField()
    displaces = serializers.BooleanField()
    rationale = serializers.CharField()
    proposed_by = serializers.CharField()
    proposed_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    seconded_by = serializers.CharField()
    effective_at = serializers.DateTimeField(allow_null=True)
    refused = serializers.DictField(child=serializers.CharField())


class Case(serializers.Serializer):
    """Several partners and one unit."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(["open", "proposed", "decided", "closed"])
    round = serializers.IntegerField()
    version = serializers.IntegerField()
    opened_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    actions = serializers.ListField(child=serializers.CharField())
    tenant_id = serializers.CharField()
    workload = serializers.CharField()
    subscription_id = serializers.CharField()
    holder = serializers.IntegerField(allow_null=True)
    parties = CaseParty(many=True)
    decision = CaseDecision(allow_null=True)


class CaseVersion(serializers.Serializer):
    """The version of the case that the caller has seen."""

    version = serializers.IntegerField(required=False)


class CaseQuestion(NewComment, CaseVersion):
    """Whom to ask what."""

    parties = serializers.ListField(child=serializers.IntegerField(), min_length=1)


class CaseReturn(NewComment, CaseVersion):
    """Why a proposal is returned."""


class NewDecision(CaseVersion):
    """A decision: whom to uphold, why each refused line is refused, why so, and what each party reads.

    `scores`: partner → requirement → 0 to 3; `reasons`: line → reason; `letters`: partner → words.
    """

    upheld = serializers.IntegerField()
    rationale = serializers.CharField(max_length=8000)
    letters = serializers.DictField(child=serializers.CharField(max_length=4000))
    reasons = serializers.DictField(child=serializers.CharField(), required=False)
    scores = serializers.DictField(child=serializers.DictField(child=serializers.IntegerField()), required=False)

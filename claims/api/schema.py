"""The shapes of the API, for its OpenAPI description."""

from rest_framework import serializers

PLACE = "place of the line in the claim, from 0"


class Contact(serializers.Serializer):
    """A person at the customer."""

    name = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=120)
    title = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=120)
    email = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=254)


class CustomerContact(Contact):
    """Who speaks for the customer, and is asked for its word."""

    language = serializers.CharField(
        required=False,
        allow_blank=True,
        allow_null=True,
        max_length=8,
        help_text="en or es; empty for that of the person who sends the claim",
    )


class PartnerContact(serializers.Serializer):
    """A person at the partner."""

    name = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=120)
    email = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=254)


class LineContent(serializers.Serializer):
    """One product or workload; Dynamics products may name the subscription."""

    product = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=64)
    subscription_id = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=64)


class Line(LineContent):
    """A line of a stored claim."""

    state = serializers.CharField(read_only=True)
    reason = serializers.CharField(read_only=True, help_text="why it was refused or ended, a code of docs/rules.md")


class ClaimContent(serializers.Serializer):
    """What a partner says in a claim; every value may be missing until the claim is sent."""

    name = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=120)
    mpn_id = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=16)
    tenant_id = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=64)
    domain = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=253)
    solution_area = serializers.CharField(
        required=False, allow_blank=True, allow_null=True, help_text="business_applications or microsoft_365"
    )
    activity = serializers.CharField(
        required=False, allow_blank=True, allow_null=True, help_text="presales, usage or revenue_association"
    )
    lines = LineContent(many=True, required=False, allow_null=True)
    customer_contact = CustomerContact(required=False, allow_null=True)
    technical_contact = Contact(required=False, allow_null=True)
    partner_contact = PartnerContact(required=False, allow_null=True)
    solution_seller = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=120)
    isv_solution = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=120)


class Consent(serializers.Serializer):
    """The customer's word on what was approved; of several questions, on the last."""

    state = serializers.ChoiceField(["waiting", "unreachable", "confirmed", "declined"])
    until = serializers.DateField(
        allow_null=True, help_text="the last day to decline; where unreachable, to name another contact"
    )


class ContactCorrection(serializers.Serializer):
    """Who is asked at the customer instead."""

    customer_contact = CustomerContact()


class Claim(ClaimContent):
    """A stored claim."""

    reference = serializers.CharField(read_only=True)
    state = serializers.CharField(read_only=True)
    due_at = serializers.DateTimeField(read_only=True, allow_null=True)
    submitted_at = serializers.DateTimeField(read_only=True, allow_null=True)
    asked_until = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text="when an answer is due to what a case asks"
    )
    actions = serializers.ListField(child=serializers.CharField(), read_only=True)
    customer_name = serializers.CharField(read_only=True)
    consent = Consent(read_only=True, allow_null=True, help_text="null as long as the customer was not asked")
    lines = Line(many=True)


class ClaimPage(serializers.Serializer):
    """One page of claims."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = Claim(many=True)


class Finding(serializers.Serializer):
    """One thing that is wrong, or worth knowing before sending."""

    code = serializers.CharField()
    severity = serializers.ChoiceField(["error", "warning"])
    field = serializers.CharField(help_text="path of the value, such as lines.0.subscription_id")
    message = serializers.CharField()
    remedy = serializers.CharField()


class Preflight(serializers.Serializer):
    """The outcome of all rules."""

    ready = serializers.BooleanField()
    findings = Finding(many=True)


class NewComment(serializers.Serializer):
    """A comment to add."""

    body = serializers.CharField(max_length=4000)


class Comment(serializers.Serializer):
    """One comment."""

    author = serializers.CharField()
    by_operator = serializers.BooleanField()
    body = serializers.CharField()
    at = serializers.DateTimeField()


class DocumentRefusal(serializers.Serializer):
    """Why a document is not taken."""

    code = serializers.CharField()
    message = serializers.CharField()
    remedy = serializers.CharField()


class Evidence(serializers.Serializer):
    """One document of a claim."""

    id = serializers.CharField()
    letter = serializers.CharField(help_text="What pages call it: A, B, C.")
    name = serializers.CharField()
    size = serializers.IntegerField(help_text="bytes")
    sha256 = serializers.CharField()
    media_type = serializers.CharField()
    pages = serializers.IntegerField(allow_null=True, help_text="pages, sheets or slides, where they can be counted")
    state = serializers.ChoiceField(["pending", "clean", "refused", "removed"])
    refusal = DocumentRefusal(allow_null=True)
    added_by = serializers.CharField()
    added_at = serializers.DateTimeField()
    removed_at = serializers.DateTimeField(allow_null=True, help_text="when its file was removed, as its time was over")


class NewEvidence(serializers.Serializer):
    """A document to add: PDF, PNG, JPEG, DOCX, XLSX or PPTX, 25 MB at most."""

    file = serializers.FileField()


class Mark(serializers.Serializer):
    """These pages of this document prove this requirement for this line."""

    line = serializers.IntegerField(help_text=PLACE)
    requirement = serializers.ChoiceField(["acknowledged", "dates", "work", "product"])
    evidence = serializers.CharField(help_text="id of the document")
    pages = serializers.CharField(required=False, allow_blank=True, help_text="4 or 2-3; empty for the whole document")


class Marks(serializers.Serializer):
    """All marks of a claim."""

    marks = Mark(many=True)


class Note(serializers.Serializer):
    """What one of the operator's people wrote for the others."""

    author = serializers.CharField()
    body = serializers.CharField()
    at = serializers.DateTimeField()


class NewReviewer(serializers.Serializer):
    """Who is to review the claim."""

    reviewer = serializers.EmailField(help_text="the reviewer's address")


class ClaimOfAssociation(serializers.Serializer):
    """A claim by which something is held."""

    reference = serializers.CharField()
    product = serializers.CharField()
    state = serializers.CharField(help_text="approved, or ended")


class Association(serializers.Serializer):
    """What a partner holds: a subscription, or a workload of the whole tenant."""

    partner = serializers.CharField()
    tenant_id = serializers.UUIDField()
    workload = serializers.CharField(help_text="empty for a subscription")
    subscription_id = serializers.CharField(help_text="empty for a workload")
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True, help_text="null while it is held")
    claims = ClaimOfAssociation(many=True)


class AssociationPage(serializers.Serializer):
    """One page of associations."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = Association(many=True)


class Event(serializers.Serializer):
    """One thing that happened on a claim."""

    seq = serializers.IntegerField()
    kind = serializers.CharField()
    at = serializers.DateTimeField()
    by = serializers.CharField(help_text="empty where it was nobody")


class Citation(serializers.Serializer):
    """A place in a document that a check stands on."""

    evidence = serializers.CharField(help_text="id of a clean document")
    pages = serializers.CharField(required=False, allow_blank=True, help_text="4 or 2-3; empty for the whole document")


class Check(serializers.Serializer):
    """One requirement of a line: met or not, and where that shows."""

    requirement = serializers.ChoiceField(["acknowledged", "dates", "work", "product", "belongs"])
    met = serializers.BooleanField()
    cites = Citation(many=True, required=False)


class Checks(serializers.Serializer):
    """What a reviewer has found of one line so far; in place of what was kept before."""

    line = serializers.IntegerField(help_text=PLACE)
    checks = Check(many=True)
    reason = serializers.CharField(required=False, allow_blank=True, help_text="of the refusal that is drafted")
    words = serializers.CharField(required=False, allow_blank=True, max_length=4000, help_text="the draft itself")


class LineReview(Checks):
    """What was kept, by whom and when."""

    by = serializers.CharField()
    at = serializers.DateTimeField()


class Approval(serializers.Serializer):
    """The line to approve."""

    line = serializers.IntegerField(help_text=PLACE)


class GivingUp(NewComment):
    """The approved line to give up, and why."""

    line = serializers.IntegerField(help_text=PLACE)


class NewDispute(NewComment):
    """The lines whose decision is disputed, and why."""

    lines = serializers.ListField(child=serializers.IntegerField(help_text=PLACE), min_length=1)


class Revocation(serializers.Serializer):
    """The approved line to take back, and why; or `agree`, the number of what another lead has proposed.

    The partner reads the words of who proposes it.
    """

    line = serializers.IntegerField(help_text=PLACE)
    body = serializers.CharField(max_length=4000, required=False)
    agree = serializers.IntegerField(required=False)


class InformationRequest(serializers.Serializer):
    """What the operator asked; `id` is empty where `respond` is the answer."""

    id = serializers.CharField()
    body = serializers.CharField()
    asked_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    state = serializers.ChoiceField(["open", "answered", "lapsed", "closed"])


class Refusal(NewComment):
    """The line to refuse, what the partner will read, and the reason where more than one requirement is not met."""

    line = serializers.IntegerField(help_text=PLACE)
    reason = serializers.CharField(required=False, allow_blank=True)


class Problem(serializers.Serializer):
    """An RFC 9457 problem with a stable code; `findings` where a claim was refused."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    help = serializers.URLField(
        help_text="the page Help, at the code or that of the first finding; any other is `#` and its code"
    )
    support = serializers.URLField(help_text="where a person asks about it")
    findings = Finding(many=True, required=False)
    state = serializers.CharField(required=False)


PROBLEMS = {
    (status, "application/problem+json"): Problem for status in (400, 401, 403, 404, 409, 412, 413, 415, 422, 429, 503)
}

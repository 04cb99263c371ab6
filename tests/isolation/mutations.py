"""Filters of tenants, dropped in turn from the line of the code where each stands, and who notices.

Every `visible_to` is here, which a test counts, and what stands beside them on a way of its own.
"""

from django.apps import apps

from partners.roles import standing_of
from tests.isolation.expectation import GET, POST
from tests.isolation.matrix import probes
from tests.isolation.mutation import Mutation, Notices
from tests.isolation.named import NAMED
from tests.isolation.probe import Prober
from tests.isolation.routes import routes
from tests.isolation.test_named_ids import (
    check_id,
    test_an_idempotency_key_of_another_repeats_nothing_of_theirs,
    test_before_sending_nobody_learns_what_others_have_filed_but_not_got,
    test_who_lets_somebody_go_reads_of_no_draft_that_they_began_elsewhere,
    test_who_says_to_be_another_keeps_nothing_about_their_draft,
)

CLAIMS = "__import__('claims.models').models"


def asks(key: str, method: str, *people: str) -> Notices:
    """The probes of a route by this method as these people."""

    def notice(prober: Prober) -> None:
        found = [one for one in probes(routes()[key]) if one.method == method and one.who.key in people]
        assert found
        faults = [fault for probe in found for fault in prober.faults(probe)]
        assert not faults, faults

    return notice


def names(what: str) -> Notices:
    """A request with ids in its body or query."""
    found = [named for named in NAMED if str(named) == what]
    assert found, what

    def notice(prober: Prober) -> None:
        for named in found:
            check_id(prober, named)

    return notice


def shows_one_company(model: str, company: str) -> Notices:
    """Whose rows a company's admin may know of, where no page of a company asks yet: the second wall behind the doors."""

    def notice(prober: Prober) -> None:
        rows = apps.get_model("partners", model)._default_manager
        standing = standing_of(prober.scene.world.person(prober.scene.name_of("A.global_admin")))
        found = set(rows.visible_to(standing).values_list(company, flat=True))  # type: ignore[attr-defined]
        assert found == {standing.partner_id}

    return notice


CLAIM, UNIT = "claims.models.claim:ClaimQuerySet.visible_to", "claims.models.unit:AssociationQuerySet.visible_to"
EVIDENCE, MARKS_OF = f"{CLAIMS}.Evidence.objects", "claims.actions.coverage:_rows"
USER, RIVAL = "A.incentives_user", "B.global_admin"
MUTATIONS = (
    # Claims
    Mutation(
        "another company's claims",
        CLAIM,
        "self.filter(partner_id=standing.partner_id)",
        "self.all()",
        asks("claims:page", GET, RIVAL),
    ),
    Mutation(
        "claims of a company one has a conflict with",
        CLAIM,
        ".exclude(partner_id__in=standing.conflicts)",
        "",
        asks("claims:page", GET, "conflicted"),
    ),
    Mutation(
        "drafts, to the operator",
        CLAIM,
        ".exclude(state=ClaimState.EDITING)",
        "",
        asks("api/v1/claims/<slug:reference>/coverage/", GET, "auditor"),
    ),
    Mutation(
        "claims by other MPN IDs than the role's",
        CLAIM,
        "return own.filter(Q(mpn_id__in=numbers)",
        "return own.filter(Q(pk__gt=0)",
        asks("claims:page", GET, "A.narrow"),
    ),
    Mutation(
        "claims of others, several at once",
        "claims.views.bulk:_read",
        "Claim.objects.visible_to(user).filter",
        "Claim.objects.filter",
        names("GET claims:bulk claim to withdraw"),
    ),
    Mutation(
        "where another's claim stands in the list",
        "claims.search:after",
        "last = claims.filter(",
        "last = claims.model.objects.filter(",
        names("GET claims:list after"),
    ),
    Mutation(
        "where a claim stands in the queue, in spite of a conflict",
        "arbitration.queue:_after",
        "last = claims.filter(",
        "last = claims.model.objects.filter(",
        names("GET arbitration:list after"),
    ),
    Mutation(
        "drafts of others, to who types",
        "claims.views.drafts.held:_keep",
        "Claim.objects.visible_to(whose).filter",
        "Claim.objects.filter",
        test_who_says_to_be_another_keeps_nothing_about_their_draft,
    ),
    Mutation(
        "what others have filed, before sending",
        "claims.preflight:holdings",
        "if not reference:",
        "if True:",
        test_before_sending_nobody_learns_what_others_have_filed_but_not_got,
    ),
    # What is held
    Mutation(
        "what another company holds",
        UNIT,
        "self.filter(partner_id=standing.partner_id)",
        "self.all()",
        asks("api/v1/associations/", GET, USER),
    ),
    Mutation(
        "what is held, in spite of a conflict",
        UNIT,
        "self.exclude(partner_id__in=standing.conflicts)",
        "self.all()",
        asks("api/v1/associations/", GET, "conflicted"),
    ),
    Mutation(
        "what is held by other MPN IDs than the role's",
        UNIT,
        "own.filter(lines__claim__mpn_id__in=numbers).distinct()",
        "own",
        names("GET associations:list after of other MPN IDs"),
    ),
    Mutation(
        "where another's association stands in the list",
        "claims.views.associations:association_list",
        "last = visible.filter(",
        "last = Association.objects.filter(",
        names("GET associations:list after"),
    ),
    Mutation(
        "a line of another claim, to be given up",
        "claims.views.associations:give_up",
        "next((line for line in claim.lines.all() if line.pk == line_id), None)\n    if line is None or",
        f"{CLAIMS}.ClaimLine.objects.filter(pk=line_id).first()\n    if line is None or",
        asks("claims:give_up", GET, RIVAL),
    ),
    # Documents and marks
    Mutation(
        "a document of another claim",
        "claims.views.proof:download",
        "visible_claim(request, reference).evidence.filter(key=key)",
        f"visible_claim(request, reference) and {EVIDENCE}.filter(key=key)",
        asks("claims:evidence", GET, USER),
    ),
    Mutation(
        "a document of another claim, to a program",
        "claims.api.evidence:document_of",
        "claim.evidence.select_related",
        "Evidence.objects.select_related",
        asks("api/v1/claims/<slug:reference>/evidence/<slug:key>/", GET, USER),
    ),
    Mutation(
        "a picture of another claim's document",
        "claims.views.pictures:picture",
        "visible_claim(request, reference).evidence.filter(key=key)",
        f"visible_claim(request, reference) and {EVIDENCE}.filter(key=key)",
        asks("claims:page_picture", GET, USER),
    ),
    Mutation(
        "a document of another claim, to be removed",
        "claims.actions.evidence:remove_evidence",
        "claim.evidence.filter(key=key)",
        f"{EVIDENCE}.filter(key=key)",
        asks("claims:remove_evidence", POST, USER),
    ),
    Mutation(
        "a mark of another claim, to be taken off",
        "claims.actions.coverage:_of",
        "Coverage.objects.of(claim)",
        "Coverage.objects.all()",
        names("POST claims:coverage unmark"),
    ),
    Mutation(
        "a document of another claim, to be marked",
        MARKS_OF,
        "Evidence.objects.filter(claim=claim)",
        "Evidence.objects.all()",
        names("PUT api/v1/claims/<slug:reference>/coverage/ evidence"),
    ),
    Mutation(
        "a line of another claim, to be marked",
        MARKS_OF,
        "ClaimLine.objects.filter(claim=claim)",
        "ClaimLine.objects.all()",
        names("POST claims:coverage line"),
    ),
    Mutation(
        "a document of another claim, to be cited",
        "claims.actions.checks:_places",
        "Evidence.objects.filter(claim=claim, scan=Scan.CLEAN)",
        "Evidence.objects.filter(scan=Scan.CLEAN)",
        names("PUT api/v1/claims/<slug:reference>/checks/ cited evidence"),
    ),
    # Cases
    Mutation(
        "cases, to a partner",
        "arbitration.permissions:cases_visible_to",
        "if not standing.is_operator:",
        "if False:",
        asks("arbitration:case", GET, USER),
    ),
    Mutation(
        "cases of a company one has a conflict with",
        "arbitration.permissions:cases_visible_to",
        "Case.objects.exclude(pk__in=barred)",
        "Case.objects.all()",
        asks("api/v1/cases/<int:pk>/", GET, "conflicted"),
    ),
    Mutation(
        "what a case asks of another",
        "claims.actions.hearing:answer_request",
        "filter(claim=claim, case__isnull=False)",
        "filter(case__isnull=False)",
        asks("api/v1/claims/<slug:reference>/requests/<slug:key>/answer/", POST, USER),
    ),
    # People, MPN IDs, messages, tokens
    Mutation(
        "reviewers who have a conflict, as reviewers",
        "partners.people:judges_of",
        "people.exclude(pk__in=barred)",
        "people",
        names("POST claims:reassign reviewer who has a conflict"),
    ),
    Mutation(
        "MPN IDs of other companies",
        "partners.roles:mpn_choices",
        "MpnId.objects.filter(partner_id=standing.partner_id)",
        "MpnId.objects.all()",
        asks("api/v1/mpn-ids/", GET, USER),
    ),
    Mutation(
        "notices of others",
        "events.views:notices",
        "Notification.objects.visible_to(request.user.pk)",
        "Notification.objects.all()",
        asks("notifications:list", GET, USER),
    ),
    Mutation(
        "notices of others, to be marked as read",
        "events.inbox:mark_read",
        "own = Notification.objects.visible_to(user_id)",
        "own = Notification.objects.all()",
        names("POST notifications:read up_to"),
    ),
    Mutation(
        "notices of others, wherever they are asked for",
        "events.models.message:NotificationQuerySet.visible_to",
        "self.filter(recipient_id=user_id)",
        "self.all()",
        asks("notifications:list", GET, USER),
    ),
    Mutation(
        "what another's program was answered",
        "partners.idempotency:_enter",
        "filter(user_id=user_id, key=key)",
        "filter(key=key)",
        test_an_idempotency_key_of_another_repeats_nothing_of_theirs,
    ),
    # A company's own
    Mutation(
        "another company's people",
        "partners.people:team_of",
        "Membership.objects.filter(partner_id=partner_id)",
        "Membership.objects.all()",
        asks("team_member", GET, RIVAL),
    ),
    Mutation(
        "another company's people, to be removed",
        "claims.views.leaving:_ask",
        "team_of(partner_id).filter(pk=pk)",
        "User.objects.filter(pk=pk)",
        asks("team_remove", GET, RIVAL),
    ),
    Mutation(
        "drafts that somebody began for another company",
        "claims.actions.leaving:drafts_of",
        "partner=partner_id, ",
        "",
        test_who_lets_somebody_go_reads_of_no_draft_that_they_began_elsewhere,
    ),
    Mutation(
        "another company's MPN ID, for a role",
        "partners.actions.grants:read_grants",
        "partner_id=partner_id, ",
        "",
        names("POST team_invite MPN ID of a role"),
    ),
    Mutation(
        "another company's enrolments",
        "partners.models.enrollment:EnrollmentQuerySet.visible_to",
        "self.filter(mpn_id__partner=standing.partner_id)",
        "self.all()",
        shows_one_company("Enrollment", "mpn_id__partner"),
    ),
    Mutation(
        "other companies",
        "partners.models.company:PartnerQuerySet.visible_to",
        "self.filter(pk=standing.partner_id)",
        "self.all()",
        shows_one_company("Partner", "pk"),
    ),
    Mutation(
        "another company's invitations",
        "partners.actions.invitations:_lock_for",
        "Invitation.objects.of(partner.pk).open()",
        "Invitation.objects.open()",
        asks("withdraw_invitation", POST, RIVAL),
    ),
    Mutation(
        "another company's places in the programmes",
        "partners.models.enrollment:MpnIdQuerySet.visible_to",
        "self.filter(partner_id=standing.partner_id)",
        "self.all()",
        asks("enrollment:enroll", GET, RIVAL),
    ),
    Mutation(
        "another's token",
        "partners.views.tokens:revoke",
        "user.api_tokens.filter(pk=pk)",
        "__import__('partners.models').models.ApiToken.objects.filter(pk=pk)",
        asks("revoke_token", POST, RIVAL),
    ),
    Mutation(
        "what another has asked support",
        "claims.views.support:sent",
        "SupportRequest.objects.visible_to(request.user.pk).filter(number=number)",
        "SupportRequest.objects.filter(number=number)",
        asks("support_sent", GET, RIVAL),
    ),
    Mutation(
        "what another has asked support, wherever it is asked for",
        "claims.models.support:SupportQuerySet.visible_to",
        "self.filter(asker_id=user_id)",
        "self.all()",
        asks("support_sent", GET, RIVAL),
    ),
)

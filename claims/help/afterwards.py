"""What is asked once a claim is sent, and about the company that sends it."""

from django.utils.translation import gettext_lazy as _

from claims.help.topic import Topic

AFTERWARDS = (
    Topic(
        "what-next",
        _("What happens next, and by when?"),
        (
            _(
                "The first line of each claim says whose turn it is and by when, and below it stands every day that"
                " counts."
            ),
            _(
                "A reviewer decides within %(review)s. The day you send is day 0; weekends and the operator's"
                " holidays do not count."
            ),
            _(
                "If the reviewer asks you for something, the claim is Action required, and you have %(answer)s. Your"
                " answer starts the review anew, with the same reviewer where possible. Without an answer, what is open"
                " is refused."
            ),
            _(
                "Each product is decided by itself. Where one is approved and another refused, the claim reads Approved"
                " in part, and its page says which, why, and until when the refusal can be disputed."
            ),
            _(
                "Once something is approved, the customer is asked. After %(consent_days)s days without a word"
                " against it, it is confirmed."
            ),
        ),
        codes=("no_partner_response",),
    ),
    Topic(
        "change-after-sending",
        _("What can be changed after sending?"),
        (
            _("MPN ID, products and contacts, while a claim is Submitted or Action required. Documents can be added."),
            _(
                "Customer, solution area and activity are fixed. If one of them is wrong, withdraw the claim, copy it"
                " to a new draft and send that."
            ),
        ),
        codes=("fixed_after_sending", "duplicate_line"),
    ),
    Topic(
        "customer-letter",
        _("What does the customer's letter say?"),
        (
            _(
                "Who claims, for which products and what work, what you will see of the customer and what you never"
                " will. It costs the customer nothing, and they need do nothing if they agree."
            ),
            _(
                "The contact has %(consent_days)s days to decline, counted from when their mail server took it. A mail"
                " that comes back stops the clock: name another contact within %(contact)s, and they get a letter of"
                " their own."
            ),
            _(
                "If the customer declines, what was approved is over and cannot be disputed. Talk with them; if they"
                " change their mind, send a new claim."
            ),
        ),
        codes=("customer_declined", "contact_changed_often"),
    ),
    Topic(
        "competing-claims",
        _("What if another partner has it already?"),
        (
            _(
                "Then your claim goes through arbitration: a workload of a tenant, and a subscription, is held by one"
                " partner. The proof decides, requirement by requirement, not who came first."
            ),
            _(
                "You are told so as you send. Your claim is still reviewed within %(review)s, but may stay Under"
                " review for longer, while the present partner is heard: a comment on your claim says so. A case is"
                " to be decided within %(case)s."
            ),
            _("You may be asked for more. The request stands on your claim, with a clock of its own of %(answer)s."),
            _(
                "Nobody is told who else has a claim, how many there are, or what they sent. That protects you as"
                " much as others: do not ask the reviewers for it."
            ),
            _("What your own company has claimed already is no contest: follow the claim that is there."),
        ),
        codes=("competing_claim", "already_claimed", "another_partner_upheld"),
    ),
    Topic(
        "disputes",
        _("How is a decision disputed?"),
        (
            _(
                "On the claim itself, by Dispute: say what was not seen or not understood, or add newer proof. Another"
                " reviewer judges it anew."
            ),
            _(
                "Each product can be disputed once, within %(dispute_days)s days of its refusal or its loss to another"
                " partner. You are answered within %(judged)s, and what is decided then is final."
            ),
            _(
                "An incentives admin, billing admin or global admin of your company can do it. What the customer"
                " declined, or you gave up yourselves, cannot be disputed. Later, or with newer proof, send a new"
                " claim."
            ),
        ),
        codes=("justification_required", "not_disputable", "disputed_before", "dispute_too_late"),
    ),
    Topic(
        "ending",
        _("How does an association end?"),
        (
            _(
                "When its subscription ends, when the customer wants it to, when you give it up, or when another"
                " partner with better proof is upheld. The end of an enrolment ends none."
            ),
            _(
                "Give up what was claimed with the wrong MPN ID or activity, or where you no longer work with the"
                " customer, and claim it anew if need be. An incentives admin, billing admin or global admin can."
            ),
        ),
        codes=("partner_request", "revoked", "subscription_ended"),
    ),
    Topic(
        "enrolment",
        _("How does an MPN ID become enrolled?"),
        (
            _(
                "Programme by programme, on the page Enrolment. A global admin or incentives admin of your company"
                " does it, or accepts the operator's invitation."
            ),
            _(
                "It counts from the day that the operator confirms. What matters is the day you send a claim; if the"
                " enrolment ends later, the claim and what you hold stay."
            ),
            _(
                "Who can enrol is told 30 days before an enrolment ends, and again 7 days before, and can renew it on"
                " that page."
            ),
        ),
        codes=("mpn_not_enrolled", "mpn_enrollment_ending"),
    ),
)

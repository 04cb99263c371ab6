"""The words of the rules about cases, disputes, what is taken back, and what is done too often."""

from django.utils.translation import gettext_lazy as _

from claims.rules.texts.words import Text, Who

PACE: dict[str, Text] = {
    "draft_often": Text(
        _("Drafts are begun at a pace that people keep"),
        _("too many drafts were begun within an hour"),
        _("One person begins %(limit)s drafts an hour at most."),
        _("Go on in an hour."),
    ),
    "comment_often": Text(
        _("Comments are written at a pace that people keep"),
        _("too many comments were written within an hour"),
        _("Each comment is told to others. One person writes %(limit)s an hour at most."),
        _("Say it in one comment, or go on in an hour."),
    ),
}

DISPUTES: dict[str, Text] = {
    "justification_required": Text(
        _("The dispute says why, or brings newer proof"),
        _("say why, or add newer proof"),
        _("Another reviewer judges it anew, and needs something that was not seen or not understood before."),
        _("Write why the decision is wrong, or attach a newer document."),
    ),
    "not_disputable": Text(
        _("The decision can be disputed"),
        _("%(product)s cannot be disputed"),
        _(
            "A refusal can be disputed, and losing a product to another partner. What the customer declined, what you"
            " gave up yourself, and what is not decided cannot."
        ),
        _("Claim it anew if things have changed."),
    ),
    "disputed_before": Text(
        _("It is disputed for the first time"),
        _("%(product)s was disputed before"),
        _("A decision is disputed once, and what is decided then is final."),
        _("With newer proof, send a new claim."),
    ),
    "dispute_too_late": Text(
        _("It is disputed in time"),
        _("the time to dispute %(product)s is over"),
        _("A decision can be disputed for %(days)s days."),
        _("With newer proof, send a new claim."),
    ),
}

CASES: dict[str, Text] = {
    "names_other_party": Text(
        _("The text names no other party"),
        _("this names another partner"),
        _(
            "“%(word)s” stands here. No partner may learn who else has a claim: no name, domain, MPN ID or file of"
            " another may."
        ),
        _("Say it without the name: “another partner”."),
    ),
    "party_required": Text(
        _("A party of the case is chosen"),
        _("no party of this case is chosen"),
        _("Only a party of this case can be upheld, or asked."),
        _("Choose one of the parties shown."),
    ),
    "asked_already": Text(
        _("The party owes no answer"),
        _("%(partner)s is asked already"),
        _("%(partner)s owes an answer. A party is asked one thing at a time, each with a clock of its own."),
        _("Wait for the answer, or write a comment on its claim."),
    ),
    "party_without_claim": Text(
        _("The party has a claim to answer in"),
        _("%(partner)s has no claim here"),
        _("%(partner)s holds this since before claims were kept, so there is nowhere to ask or to answer."),
        _("Hear it outside, and note here what it said."),
    ),
    "nothing_upheld": Text(
        _("The party that is upheld has a product that stands"),
        _("nothing of this party stands"),
        _("Upholding a party approves at least one of its products here, each on its own proof."),
        _("Uphold another party, or let one of its products stand."),
    ),
    "line_unproved": Text(
        _("Each requirement of what stands is met, with a page"),
        _("%(product)s is not proved yet"),
        _("What is approved meets each requirement, each by a document that is cited, in a case as anywhere."),
        _("Check it on the claim's desk, or refuse it for what is missing."),
    ),
    "reason_unfounded": Text(
        _("The reason is one of this product"),
        _("this is no reason to refuse %(product)s"),
        _("A product is refused for a requirement that it does not meet, or because another partner is upheld."),
        _("Choose a reason that was found, or that another is upheld."),
    ),
    "incumbent_not_heard": Text(
        _("Who holds it was heard"),
        _("the present partner was not heard"),
        _("Nobody is displaced before a request to them was answered, or its time is over."),
        _("Ask the present partner, and decide with the answer."),
    ),
    "newer_proof_needed": Text(
        _("There is proof that is newer than the last dispute"),
        _("no proof is newer than the last dispute"),
        _("A dispute decided this for good. It is decided otherwise only on proof that came after."),
        _("Ask the party for newer proof, or uphold another."),
    ),
    "rationale_cites_nothing": Text(
        _("The rationale names a requirement and cites a page"),
        _("the rationale names no requirement, or cites no page"),
        _("Whoever reads this in a year must find what it stands on."),
        _("Write the name of a requirement and a page that shows it, such as “Dates: HC-A p. 3”."),
    ),
    "cite_wrong": Text(
        _("Each cite is a page of a document of the case"),
        _("“%(cite)s” names no page of a document here"),
        _("“%(cite)s” names no page here. Pages are cited as in the table: document, then page, such as HC-A p. 3."),
        _("Correct it."),
    ),
    "letter_required": Text(
        _("Each party has a letter"),
        _("%(partner)s has no letter"),
        _("Each party reads what was decided of its own claim, and why."),
        _("Write what this party is to read."),
    ),
    "second_reviewer_needed": Text(
        _("Another reviewer agrees"),
        _("you have proposed this yourself"),
        _("Displacing a partner takes two reviewers."),
        _("Let a colleague look at it."),
        Who.NOBODY,
    ),
    "second_lead_needed": Text(
        _("Another lead agrees"),
        _("you have proposed this yourself"),
        _("Taking back what was approved takes two leads."),
        _("Let another lead look at it."),
        Who.NOBODY,
    ),
    "revocation_waiting": Text(
        _("One proposal to take a product back at a time"),
        _("a lead has proposed it already"),
        _("A second lead agrees to what they have read, and to nothing else. %(by)s has written: %(words)s"),
        _("Agree to it by its number, %(agree)s, or drop it and propose anew."),
        Who.NOBODY,
    ),
}

"""The words of the rules about proof, and of what is said of a file that is not taken."""

from django.utils.translation import gettext_lazy as _

from claims.rules.texts.words import Severity, Text, Who

PROOF: dict[str, Text] = {
    "evidence_required": Text(
        _("A document proves the work"),
        _("no document yet"),
        _("A claim is sent with proof of execution: at least one document that shows what you did for this customer."),
        _("Add a signed statement of work, or have the customer sign the proof template."),
        Who.YOU_AND_CUSTOMER,
    ),
    "evidence_not_clean": Text(
        _("Documents are inspected and clean"),
        _("a document is not ready"),
        _("Only inspected documents are sent. %(name)s %(why)s."),
        _("Wait for a document that is being inspected; remove one that was refused, and add it in another form."),
    ),
    "evidence_uncovered": Text(
        _("A document is marked for each requirement"),
        _("not marked: %(requirement)s"),
        _("Sent like this, a reviewer would refuse the product: %(reason)s."),
        _("Mark the document and page that shows it."),
        Who.YOU,
        Severity.WARNING,
    ),
}

MARKS: dict[str, Text] = {
    "nothing_ticked": Text(
        _("Something is chosen"),
        _("nothing is chosen here"),
        _("A mark says which document shows what, and for which products."),
        _("Tick at least one thing that it shows, and at least one product."),
    ),
    "pages_invalid": Text(
        _("The page is one of the document"),
        _("this is no page of the document"),
        _("A page is written as 4, several as 2-3. Leave it empty where the whole document shows it."),
        _("Look the page up in the document and write its number."),
        instead={"extent": _("%(name)s has %(extent)s. Leave this empty where the whole document shows it.")},
    ),
}

REVIEW: dict[str, Text] = {
    "check_open": Text(
        _("The requirement is met, and the page that shows it is cited"),
        _("%(requirement)s: %(lacks)s"),
        _("A product is approved once each requirement is met, each by a document that is cited."),
        _("Look at the proof again: cite the page, ask the partner, or refuse the product."),
        Who.YOU,
    ),
    "line_to_decide": Text(
        _("Every open product is contested"),
        _("%(product)s is to be decided now"),
        _("Only what a case will decide stays open after a review. Nobody contests this product."),
        _("Approve the product or refuse it."),
    ),
    "reviewer_unfit": Text(
        _("The person may judge this claim"),
        _("this person may not judge the claim"),
        _("A claim is given to a reviewer without a conflict with its partner."),
        _("Choose another reviewer."),
    ),
    "nothing_unmet": Text(
        _("What is missing is named"),
        _("nothing is said to be missing"),
        _("A product is refused for a requirement that its proof does not meet, and the partner is told which."),
        _("Say which requirement is not met, then refuse the product."),
        Who.YOU,
    ),
}

# What is said of a file that is not taken, at once or after it was inspected.
FILES: dict[str, Text] = {
    "file_type_not_allowed": Text(
        _("The type is taken"),
        _("this type of file is not taken"),
        _("PDF, PNG, JPEG, DOCX, XLSX and PPTX are."),
        _("Save the document as one of these, best as PDF, and add it again."),
    ),
    "file_too_large": Text(
        _("The size is right"),
        _("this is more than a claim takes"),
        _("There is a limit to what we keep. %(limit)s"),
        _("Add a smaller file: fewer pages, or pictures in lower quality."),
    ),
    "file_empty": Text(
        _("The file has content"),
        _("this file is empty"),
        _("It holds nothing at all."),
        _("Check that it opens on your computer, and add it again."),
    ),
    "file_content_mismatch": Text(
        _("The content is what the name says"),
        _("this file is not what its name says"),
        _("Its content is not that of a file named %(extension)s."),
        _("Open it and save it anew in the type you want; a changed name does not change the type."),
    ),
    "file_unsafe": Text(
        _("Nothing in the file can do harm"),
        _("this file is not safe to open"),
        _("Reviewers could come to harm by it. %(why)s"),
        _("Print the document to a new PDF and add that: it keeps what is on the pages and nothing else."),
    ),
    "attachment_refused": Text(
        _("What is attached is taken"),
        _("nothing was sent, because a file is not taken"),
        _("Not taken, %(name)s: %(title)s."),
        _("%(remedy)s Your words still stand here; choose the files again."),
    ),
    "file_not_stored": Text(
        _("The file is stored"),
        _("this file could not be kept"),
        _("The transfer broke off, or we could not store the file just now."),
        _("Add it again in a moment. If it stays like this, tell support."),
        Who.SUPPORT,
    ),
}

# Why a file is unsafe, by the word of the inspection.
UNSAFE = {
    "macros": _("It holds macros."),
    "scripts": _("It holds scripts."),
    "launch": _("It can start other programs or fetch what they run."),
    "embedded_files": _("It holds other files inside."),
    "external_template": _("It loads parts of itself from elsewhere."),
    "encrypted": _("It is encrypted, so nobody can look into it."),
    "bomb": _("It unpacks to far more than its size, as files made to do harm do."),
    "too_complex": _("It takes too long or too much memory to look through."),
    "paths": _("Its parts have names that reach outside of it."),
    "broken": _("It is damaged, so that we cannot look through it."),
    "not_inspected": _("We tried several times to look through it, and could not."),
    "virus": _("The virus scanner found something in it."),
}

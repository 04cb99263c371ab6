"""Who is written, having no account any more."""

from events.models import Event
from events.outbox import Letter, post
from partners.models import User


def tell_of_end(event: Event, person: User, *, company: str) -> None:
    """Somebody who was let go: by whom, and whom to ask. Without a company, it was the operator."""
    post(event, Letter(person.email, person.name, person.language, "access_ended", "", {"company": company}))

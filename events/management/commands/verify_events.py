"""Walks the log and says whether it is what was written."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from events.log import Walk, faults


class Command(BaseCommand):
    """Exit status 0 when every chain holds; 1, with a line for each fault, when one does not."""

    help = "Check every event against the hash chain of its subject."

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints each fault as `subject, event number: what is wrong`."""
        found, walk = 0, Walk()
        for fault in faults(walk=walk):
            found += 1
            self.stderr.write(f"{fault.subject}, event {fault.seq}: {fault.what}")
        if found:
            raise CommandError(
                f"{found} fault{'s' if found > 1 else ''} found: the log was changed after it was written."
            )
        self.stdout.write(f"{walk.events} events verified, every chain holds.")

"""Fills the embedded database with the demo world and prints how to sign in."""

import json
import secrets
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from arbitration.reports.counting import count_reports
from claims.calendars import today_of
from claims.models import Association, Unit
from cpor import demo, demo_claims, demo_desks, demo_enrollments, demo_team
from directory import lookup
from directory.imports.customers import import_customers
from directory.imports.table import import_table
from partners.imports.writing import import_partners
from partners.models import Membership, OperatorRole, Partner, User


class Command(BaseCommand):
    """Safe to run at every start: what stands already stays, passwords too."""

    help = "Load the demo companies, customers and people, and print their sign-ins."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declares `--without-claims`."""
        parser.add_argument("--without-claims", action="store_true", help="begin with an empty queue")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuses to run in production, where its known password would be an open door."""
        if settings.PRODUCTION:
            raise CommandError("The demo's people have a known password. This is a production site.")
        now = timezone.now()
        with transaction.atomic():
            if not lookup.product_table_imported():
                import_table(demo.product_table().encode())
            import_customers(json.dumps(demo.directory(today_of(now))).encode())
            import_partners(json.dumps(demo.partners(today_of(now))).encode(), now=now)
            import_partners(json.dumps(demo.rivals(today_of(now))).encode(), now=now)
            self._people()
            self._incumbent(now)
        demo_team.fill(now=now, token=lambda: secrets.token_urlsafe(32))
        demo_enrollments.fill(now=now)
        if not options["without_claims"]:
            demo_claims.fill(now=now, random=SystemRandom())
        demo_desks.fill(now=now)
        count_reports(now=now)
        self._print()

    def _people(self) -> None:
        for email, role in demo.OPERATORS.items():
            name = demo.NAMES[email.partition("@")[0]]
            language = "es" if email.partition("@")[0] in demo.SPANISH_SPEAKERS else "en"
            user = User.objects.filter(email=email).first()
            user = user or User.objects.create_user(email, name=name, language=language)
            OperatorRole.objects.get_or_create(user=user, role=role)
        for user in User.objects.filter(email__in=demo.addresses(timezone.now().date())):
            if not user.has_usable_password():
                user.set_password(demo.PASSWORD)
                user.save(update_fields=["password"])
            EmailAddress.objects.get_or_create(
                user=user, email=user.email, defaults={"verified": True, "primary": True}
            )

    def _incumbent(self, now: datetime) -> None:
        """Brightwater has held Sales at Tamarind from before, so that a claim can meet a rival."""
        unit, _made = Unit.objects.get_or_create(
            tenant=demo.TAMARIND, workload="", subscription=demo.subscription_id("tamarind-sales")
        )
        holder = Partner.objects.get(name=demo.BRIGHTWATER)
        if not unit.associations.filter(until=None).exists():
            Association.objects.create(unit=unit, partner=holder, since=now - timedelta(days=300))

    def _print(self) -> None:
        self.stdout.write(f"Sign in with one of these addresses and the password: {demo.PASSWORD}\n")
        for member in Membership.objects.select_related("user", "partner").order_by("partner__name", "role"):
            does = f"{member.partner.name}, {member.role.replace('_', ' ')}"
            self.stdout.write(f"  {member.user.email:34} {does}{_reads(member.user.email)}")
        roles: dict[str, list[str]] = {}
        for role in OperatorRole.objects.select_related("user").order_by("user__email", "role"):
            roles.setdefault(role.user.email, []).append(role.role)
        for email, held in roles.items():
            self.stdout.write(f"  {email:34} {settings.OPERATOR_NAME}, {' and '.join(held)}{_reads(email)}")
        self.stdout.write("\nCustomers to claim for:")
        for name, domain, tenant_id, hint in demo.CUSTOMERS:
            self.stdout.write(f"  {name:24} {domain:24} tenant ID {tenant_id}\n{'':27}{hint}")


def _reads(email: str) -> str:
    """Words for whose pages come in another language than the others'."""
    return " (reads Spanish)" if email.partition("@")[0] in demo.SPANISH_SPEAKERS else ""

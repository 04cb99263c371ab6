from django.db import migrations
from django.db.models.functions import Coalesce, Least


def look_at_open_claims(apps, schema_editor):
    """Clocks and leases that run already lapse as those that begin from now on."""
    claims = apps.get_model("claims", "Claim").objects
    states = ["submitted", "under_review", "action_required", "disputed"]
    claims.filter(state__in=states).update(sweep_at=Least("due_at", Coalesce("lease_until", "due_at")))


class Migration(migrations.Migration):

    dependencies = [("claims", "0004_review_desk")]

    operations = [migrations.RunPython(look_at_open_claims, migrations.RunPython.noop)]

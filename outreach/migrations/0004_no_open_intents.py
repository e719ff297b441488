"""Ends what workers of the version before left open: its messages were written before the call, and no status says so any
more. Whether they were taken nobody knows, so they are in doubt, and the provider's own word settles them.

Stop the workers before this runs.
"""

from django.db import migrations

DOUBT = """
UPDATE message SET status = 'uncertain', reason = 'worker_died_in_call', settled_at = now(), sent_at = claimed_at
    WHERE status = 'sending';
UPDATE batch SET status = 'swept', calling_at = coalesce(calling_at, now()), ended_at = now()
    WHERE status IN ('claimed', 'calling');
"""


class Migration(migrations.Migration):
    dependencies = [("outreach", "0003_edits_beside_the_article")]
    operations = [migrations.RunSQL(DOUBT, migrations.RunSQL.noop)]

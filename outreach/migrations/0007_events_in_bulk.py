"""What taking in delivery reports by the thousand needs: indexes on what is still open, and room beside a message's row.

The facts of a message are columns of no index: with room on the page, writing one touches the row alone and none of the
table's indexes.
"""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("outreach", "0006_pace_as_a_log")]
    operations = [
        migrations.AddIndex(
            model_name="deliveryevent",
            index=models.Index(
                fields=["recorded_at"],
                condition=Q(applied_at__isnull=True, message_key__isnull=False),
                name="delivery_event_early",
            ),
        ),
        migrations.AddIndex(
            model_name="webhookreceipt",
            index=models.Index(
                fields=["applied_at"],
                condition=Q(applied_at__isnull=False, body__isnull=False),
                name="webhook_receipt_unread",
            ),
        ),
        migrations.RunSQL("ALTER TABLE message SET (fillfactor = 80)", "ALTER TABLE message RESET (fillfactor)"),
    ]

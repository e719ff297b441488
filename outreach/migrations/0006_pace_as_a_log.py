import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """The pace of a sender becomes a log of what was used. What the bucket held is worth a second, and is forgotten."""

    dependencies = [("outreach", "0005_the_batch_is_the_intent")]

    operations = [
        migrations.RunSQL("DELETE FROM sender_pace", migrations.RunSQL.noop),
        migrations.RemoveField(model_name="senderpace", name="at"),
        migrations.RemoveField(model_name="senderpace", name="tokens"),
        migrations.AddField(
            model_name="senderpace",
            name="free_from",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), default=list, size=None),
        ),
        migrations.AddField(
            model_name="senderpace",
            name="tokens",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), default=list, size=None),
        ),
        migrations.AddField(model_name="senderpace", name="last", field=models.FloatField(default=0)),
        migrations.AddField(model_name="senderpace", name="day", field=models.DateField(null=True)),
        migrations.AddField(model_name="senderpace", name="spent", field=models.FloatField(default=0)),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0012_emails_to_us"),
    ]

    operations = [
        migrations.AddField(
            model_name="enrollment",
            name="slowed",
            field=models.PositiveSmallIntegerField(db_default=1),
        ),
        migrations.AddConstraint(
            model_name="enrollment",
            constraint=models.CheckConstraint(
                condition=models.Q(("slowed__in", (1, 2, 4))), name="enrollment_slowed_known"
            ),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0015_catch_up"),
    ]

    operations = [
        migrations.CreateModel(
            name="FormCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.BinaryField()),
                ("since", models.DateTimeField()),
                ("count", models.IntegerField()),
            ],
            options={
                "db_table": "form_count",
                "indexes": [models.Index(fields=["since"], name="form_count_since")],
                "constraints": [models.UniqueConstraint(fields=("key", "since"), name="form_count_once")],
            },
        ),
    ]

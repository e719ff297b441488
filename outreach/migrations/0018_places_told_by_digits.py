"""What planning for everybody at once rests on: numbers and ZIP codes that are digits, and a question that can be asked on
several cores.

`texted_since` is asked for a stale consent alone, number by number, so that nobody reads all messages for it.
"""

from django.db import migrations, models

TEXTED_SINCE = """
CREATE FUNCTION texted_since(number bytea, moment timestamptz) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT EXISTS (SELECT FROM message m WHERE m.address_key = number AND m.channel = 'sms' AND m.kind = 'step'
        AND m.claimed_at >= moment AND m.status = 'sent' AND m.failed_at IS NULL)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("outreach", "0017_a_chain_over_the_ledger")]
    operations = [
        migrations.AddConstraint(
            model_name="subscriber",
            constraint=models.CheckConstraint(
                condition=models.Q(phone__regex=r"^\+(1[0-9]{10}|[2-9][0-9]{5,14})$"), name="subscriber_phone_is_e164"
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriber",
            constraint=models.CheckConstraint(
                condition=models.Q(zip_code__regex=r"^[0-9]{5}$"), name="subscriber_zip_five_digits"
            ),
        ),
        migrations.RunSQL(TEXTED_SINCE, "DROP FUNCTION texted_since(bytea, timestamptz);"),
    ]

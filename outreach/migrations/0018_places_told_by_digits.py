"""What planning for everybody at once rests on: numbers and ZIP codes that are digits, and a question that can be asked on
several cores.

The constraints hold for every row from here on; rows that stand already are looked through by the next migration, which
keeps nobody waiting. `texted_since` is asked for a stale consent alone, number by number, so that nobody reads all messages
for it.
"""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

# As every way in has cut ZIP codes to five digits, there is nothing to mend unless somebody wrote by hand.
MEND = r"""
UPDATE subscriber SET zip_code = substring(zip_code FROM '^[0-9]{5}') WHERE zip_code !~ '^[0-9]{5}$';
DO $$
DECLARE
    odd text := (SELECT string_agg(id::text, ', ' ORDER BY id) FROM (SELECT id FROM subscriber
        WHERE phone !~ '^\+(1[0-9]{10}|[2-9][0-9]{5,14})$' ORDER BY id LIMIT 20) found);
BEGIN
    IF odd IS NOT NULL THEN
        RAISE EXCEPTION 'these people have a phone number that is not in E.164: %', odd
            USING HINT = 'Write it like +14045550123 in subscriber.phone, or set phone and phone_key to NULL; then migrate again.';
    END IF;
END $$;
"""
TEXTED_SINCE = """
CREATE FUNCTION texted_since(number bytea, moment timestamptz) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT EXISTS (SELECT FROM message m WHERE m.address_key = number AND m.channel = 'sms' AND m.kind = 'step'
        AND m.claimed_at >= moment AND m.status = 'sent' AND m.failed_at IS NULL)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("outreach", "0017_a_chain_over_the_ledger")]
    operations = [
        migrations.RunSQL(MEND, migrations.RunSQL.noop),
        AddConstraintNotValid(
            model_name="subscriber",
            constraint=models.CheckConstraint(
                condition=models.Q(phone__regex=r"^\+(1[0-9]{10}|[2-9][0-9]{5,14})$"), name="subscriber_phone_is_e164"
            ),
        ),
        AddConstraintNotValid(
            model_name="subscriber",
            constraint=models.CheckConstraint(
                condition=models.Q(zip_code__regex=r"^[0-9]{5}$"), name="subscriber_zip_five_digits"
            ),
        ),
        migrations.RunSQL(TEXTED_SINCE, "DROP FUNCTION texted_since(bytea, timestamptz);"),
    ]

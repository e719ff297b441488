"""`consent` follows `consent_event` by statement instead of by row: an import adds a million events.

Events of one statement that do not meet each other (the rule) are applied together; where one withdraws from every topic,
or two are about the same topic, they are applied one by one in their order, as before. The two foreign keys of `consent`
go: the trigger alone writes it, from a ledger row that has its own and can never be deleted.
"""

import django.db.models.deletion
from django.db import migrations, models

BY_STATEMENT = """
DROP TRIGGER consent_event_applies ON consent_event;
DROP FUNCTION apply_consent_event();
CREATE FUNCTION apply_consent_events() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    told record;
    becomes text;
BEGIN
    IF NOT EXISTS (SELECT FROM added WHERE topic = '*')
        AND NOT EXISTS (SELECT FROM added GROUP BY subscriber_id, channel, topic HAVING count(*) > 1) THEN
        INSERT INTO consent (subscriber_id, channel, topic, state, event_id, since)
            SELECT subscriber_id, channel, topic, CASE action WHEN 'requested' THEN 'pending' ELSE action END, id, at
            FROM added
            ON CONFLICT (subscriber_id, channel, topic)
            -- asking again does not weaken a consent that stands
            DO UPDATE SET state = excluded.state, event_id = excluded.event_id, since = excluded.since
            WHERE NOT (consent.state = 'granted' AND excluded.state = 'pending');
        RETURN NULL;
    END IF;
    FOR told IN SELECT * FROM added ORDER BY id LOOP
        becomes := CASE told.action WHEN 'requested' THEN 'pending' ELSE told.action END;
        IF told.topic = '*' THEN  -- always a withdrawal: nobody consents to topics that do not exist yet
            UPDATE consent SET state = becomes, event_id = told.id, since = told.at
                WHERE subscriber_id = told.subscriber_id AND channel = told.channel AND topic <> '*'
                    AND state <> becomes;
        END IF;
        INSERT INTO consent (subscriber_id, channel, topic, state, event_id, since)
            VALUES (told.subscriber_id, told.channel, told.topic, becomes, told.id, told.at)
            ON CONFLICT (subscriber_id, channel, topic)
            DO UPDATE SET state = excluded.state, event_id = excluded.event_id, since = excluded.since
            WHERE NOT (consent.state = 'granted' AND excluded.state = 'pending');
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER consent_event_applies AFTER INSERT ON consent_event
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION apply_consent_events();
"""


class Migration(migrations.Migration):
    dependencies = [("outreach", "0007_events_in_bulk")]
    operations = [
        migrations.RunSQL(BY_STATEMENT, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="consent",
            name="subscriber",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="consents",
                to="outreach.subscriber",
            ),
        ),
        migrations.AlterField(
            model_name="consent",
            name="event",
            field=models.ForeignKey(
                db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, to="outreach.consentevent"
            ),
        ),
    ]

"""What the database itself refuses or derives, so that no code path and no person at a prompt can break it.

- `consent_event` is append-only: UPDATE, DELETE and TRUNCATE are refused.
- `consent` follows `consent_event` by trigger and is written by nothing else.
"""

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation', HINT = 'Append a new event instead.';
END $$;
CREATE TRIGGER consent_event_append_only BEFORE UPDATE OR DELETE ON consent_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER consent_event_no_truncate BEFORE TRUNCATE ON consent_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

CONSENT = """
CREATE FUNCTION apply_consent_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    becomes text := CASE NEW.action WHEN 'requested' THEN 'pending' ELSE NEW.action END;
BEGIN
    IF NEW.topic = '*' THEN  -- always a withdrawal: nobody consents to topics that do not exist yet
        UPDATE consent SET state = becomes, event_id = NEW.id, since = NEW.at
            WHERE subscriber_id = NEW.subscriber_id AND channel = NEW.channel AND topic <> '*' AND state <> becomes;
    END IF;
    INSERT INTO consent (subscriber_id, channel, topic, state, event_id, since)
        VALUES (NEW.subscriber_id, NEW.channel, NEW.topic, becomes, NEW.id, NEW.at)
        ON CONFLICT (subscriber_id, channel, topic)
        -- asking again does not weaken a consent that stands
        DO UPDATE SET state = excluded.state, event_id = excluded.event_id, since = excluded.since
        WHERE NOT (consent.state = 'granted' AND excluded.state = 'pending');
    RETURN NULL;
END $$;
CREATE TRIGGER consent_event_applies AFTER INSERT ON consent_event
    FOR EACH ROW EXECUTE FUNCTION apply_consent_event();
"""

UNDO = """
DROP TRIGGER consent_event_applies ON consent_event;
DROP TRIGGER consent_event_no_truncate ON consent_event;
DROP TRIGGER consent_event_append_only ON consent_event;
DROP FUNCTION apply_consent_event();
DROP FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("outreach", "0001_initial")]
    operations = [migrations.RunSQL(APPEND_ONLY + CONSENT, UNDO)]

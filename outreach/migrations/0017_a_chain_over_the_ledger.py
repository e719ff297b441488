"""The consent ledger is hash-chained by the database itself, and what a person may have erased stands beside it.

- Every statement that appends events appends a link: the digests of its events, and the hash of the link before in its
  lane. A lane is an advisory lock held to the end of the transaction: writers never wait for each other, and a transaction
  that writes alone is always in lane 1.
- `seal_consent_ledger()` ties the heads of all lanes together, and to the seal before.
- Events, links, seals and attestations are append-only; of what stands beside an event only erasing is allowed.
- An import's event never changes what already stands: no import brings back who left.

What is hashed is written down, and computed once more for the audit, in rules/ledger.py. The trigger functions run with
their owner's rights, so that the application's role needs none on links, seals and the current state.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

MICROSECONDS = "(extract(epoch FROM {}) * 1000000)::bigint::text"
_TOLD = (
    "e.id::text", "e.subscriber_id::text", "e.channel", "e.topic", "e.action", "e.wording", "e.wording_version", "e.language",
    "e.method", "e.source", "encode(e.personal, 'hex')", "encode(e.address_key, 'hex')", "e.provider_id", "e.answers::text",
    MICROSECONDS.format("e.asked_at"), "CASE e.adult WHEN true THEN 'yes' WHEN false THEN 'no' END",
    "e.attestation_id::text", "e.actor_id::text", MICROSECONDS.format("e.at"), MICROSECONDS.format("e.recorded_at"),
)  # fmt: skip
DIGEST = "sha256(convert_to('event-1' || " + " || ".join(f"ledger_told({value})" for value in _TOLD) + ", 'UTF8'))"
# of the rows of `hashed(id, digest)`: the digests one after the other, and the ranges of their ids
GATHERED = """
    SELECT (SELECT count(*) FROM hashed), (SELECT string_agg(digest, ''::bytea ORDER BY id) FROM hashed),
        array_agg(first ORDER BY first), array_agg(last ORDER BY first)
    FROM (SELECT min(id) AS first, max(id) AS last FROM
        (SELECT id, id - row_number() OVER (ORDER BY id) AS island FROM hashed) i GROUP BY island) r
"""

FUNCTIONS = """
CREATE FUNCTION ledger_told(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN value IS NULL THEN '-' ELSE octet_length(value)::text || ':' || value END
$$;

CREATE FUNCTION forge_consent_link(count_ bigint, digests_ bytea, firsts_ bigint[], lasts_ bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    lane_ smallint := 1;
    number_ bigint;
    before bytea;
    moment timestamptz := clock_timestamp();
    held text;
BEGIN
    WHILE NOT pg_try_advisory_xact_lock(1818583911, lane_) LOOP
        lane_ := lane_ + 1;
    END LOOP;
    SELECT number, hash INTO number_, before FROM consent_link WHERE lane = lane_ ORDER BY number DESC LIMIT 1;
    number_ := coalesce(number_, 0) + 1;
    before := coalesce(before, decode(repeat('00', 32), 'hex'));
    SELECT string_agg(f || '-' || l, ',' ORDER BY n) INTO held FROM unnest(firsts_, lasts_) WITH ORDINALITY AS r(f, l, n);
    INSERT INTO consent_link (lane, number, firsts, lasts, events, digests, previous, hash, at)
    VALUES (lane_, number_, firsts_, lasts_, count_, digests_, before,
        sha256(convert_to('link-1' || ledger_told(lane_::text) || ledger_told(number_::text)
            || ledger_told(encode(before, 'hex')) || ledger_told(held) || ledger_told(encode(sha256(digests_), 'hex'))
            || ledger_told(MOMENT), 'UTF8')), moment);
END $$;
REVOKE ALL ON FUNCTION forge_consent_link FROM PUBLIC;

CREATE FUNCTION link_consent_events() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    count_ bigint; digests_ bytea; firsts_ bigint[]; lasts_ bigint[];
BEGIN
    WITH hashed AS MATERIALIZED (SELECT e.id, DIGEST AS digest FROM added e)
    GATHERED INTO count_, digests_, firsts_, lasts_;
    IF count_ > 0 THEN
        PERFORM forge_consent_link(count_, digests_, firsts_, lasts_);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION seal_consent_ledger() RETURNS bytea
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    last_ consent_seal%ROWTYPE;
    now_ text;
    moment timestamptz := clock_timestamp();
    sealed bytea;
BEGIN
    PERFORM pg_advisory_xact_lock(1818583911, 0);
    SELECT * INTO last_ FROM consent_seal ORDER BY number DESC LIMIT 1;
    SELECT string_agg(h.lane || ':' || h.number || ':' || encode(h.hash, 'hex'), ',' ORDER BY h.lane) INTO now_
    FROM generate_series(1, (SELECT max(lane) FROM consent_link)) AS l(lane)
    CROSS JOIN LATERAL (SELECT k.lane, k.number, k.hash FROM consent_link k WHERE k.lane = l.lane
        ORDER BY k.number DESC LIMIT 1) h;
    IF now_ IS NULL OR now_ = last_.heads THEN
        RETURN last_.hash;
    END IF;
    last_.number := coalesce(last_.number, 0) + 1;
    last_.hash := coalesce(last_.hash, decode(repeat('00', 32), 'hex'));
    sealed := sha256(convert_to('seal-1' || ledger_told(last_.number::text) || ledger_told(encode(last_.hash, 'hex'))
        || ledger_told(now_) || ledger_told(MOMENT), 'UTF8'));
    INSERT INTO consent_seal (number, heads, previous, hash, at) VALUES (last_.number, now_, last_.hash, sealed, moment);
    RETURN sealed;
END $$;
REVOKE ALL ON FUNCTION seal_consent_ledger FROM PUBLIC;

CREATE FUNCTION part_consent_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    salt_ bytea;
BEGIN
    IF NEW.address_key IS NULL THEN
        SELECT CASE NEW.channel WHEN 'email' THEN email_key ELSE phone_key END INTO NEW.address_key
        FROM subscriber WHERE id = NEW.subscriber_id;
    END IF;
    IF NEW.wording_version = '' AND NEW.wording <> '' THEN
        NEW.wording_version := left(encode(sha256(convert_to(
            ledger_told(NEW.language) || ledger_told(NEW.wording), 'UTF8')), 'hex'), 16);
    END IF;
    IF NEW.ip IS NOT NULL OR NEW.said <> '' OR NEW.address_given <> '' THEN
        salt_ := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
        NEW.personal := sha256(salt_ || convert_to('personal-1' || ledger_told(host(NEW.ip)) || ledger_told(NEW.said)
            || ledger_told(NEW.address_given), 'UTF8'));
        INSERT INTO consent_personal (event_id, salt, ip, said, address_given)
        VALUES (NEW.id, salt_, NEW.ip, NEW.said, NEW.address_given);
        NEW.ip := NULL;
        NEW.said := '';
        NEW.address_given := '';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION only_erase_personal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.event_id <> OLD.event_id OR NEW.salt IS NOT NULL OR NEW.ip IS NOT NULL OR NEW.said <> ''
        OR NEW.address_given <> '' OR NEW.erased_at IS NULL THEN
        RAISE EXCEPTION 'consent_personal is append-only: only erasing is allowed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

APPLIES = """
CREATE OR REPLACE FUNCTION apply_consent_events() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
            WHERE NOT (consent.state = 'granted' AND excluded.state = 'pending')
                -- an import adds what was not there; it never speaks against what a person said
                AND (excluded.state = 'revoked'
                    OR (SELECT method FROM consent_event WHERE id = excluded.event_id) <> 'import');
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
            WHERE NOT (consent.state = 'granted' AND excluded.state = 'pending')
                AND (excluded.state = 'revoked' OR told.method <> 'import');
    END LOOP;
    RETURN NULL;
END $$;
"""

TRIGGERS = """
CREATE TRIGGER consent_event_parts BEFORE INSERT ON consent_event FOR EACH ROW
    WHEN (NEW.address_key IS NULL OR NEW.ip IS NOT NULL OR NEW.said <> '' OR NEW.address_given <> ''
        OR (NEW.wording_version = '' AND NEW.wording <> ''))
    EXECUTE FUNCTION part_consent_event();
CREATE TRIGGER consent_event_links AFTER INSERT ON consent_event
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION link_consent_events();
CREATE TRIGGER consent_personal_only_erased BEFORE UPDATE ON consent_personal
    FOR EACH ROW EXECUTE FUNCTION only_erase_personal();
CREATE TRIGGER consent_personal_no_delete BEFORE DELETE ON consent_personal
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER consent_personal_no_truncate BEFORE TRUNCATE ON consent_personal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
""" + "".join(f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
""" for table in ("consent_link", "consent_seal", "consent_attestation"))  # fmt: skip

# What was there before: the personal part moves beside the events, and the first links hold them in their order. The words
# of a reply by text were the person's own.
EXISTING = f"""
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE consent_event DISABLE TRIGGER consent_event_append_only;
INSERT INTO consent_personal (event_id, salt, ip, said)
    SELECT id, uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()), ip,
        CASE method WHEN 'sms_reply' THEN wording ELSE '' END
    FROM consent_event WHERE ip IS NOT NULL OR (method = 'sms_reply' AND wording <> '');
UPDATE consent_event e SET ip = NULL, wording = CASE e.method WHEN 'sms_reply' THEN '' ELSE e.wording END,
    personal = sha256(p.salt || convert_to('personal-1' || ledger_told(host(p.ip)) || ledger_told(p.said)
        || ledger_told(''), 'UTF8'))
    FROM consent_personal p WHERE p.event_id = e.id;
UPDATE consent_event e SET address_key = CASE e.channel WHEN 'email' THEN s.email_key ELSE s.phone_key END,
    wording_version = CASE WHEN e.wording <> '' AND e.wording_version = '' THEN left(encode(sha256(convert_to(
        ledger_told(e.language) || ledger_told(e.wording), 'UTF8')), 'hex'), 16) ELSE e.wording_version END
    FROM subscriber s WHERE s.id = e.subscriber_id;
ALTER TABLE consent_event ENABLE TRIGGER consent_event_append_only;
DO $$
DECLARE
    after_ bigint := 0; upto bigint; count_ bigint; digests_ bytea; firsts_ bigint[]; lasts_ bigint[];
BEGIN
    LOOP
        SELECT max(id) INTO upto FROM (SELECT id FROM consent_event WHERE id > after_ ORDER BY id LIMIT 50000) c;
        EXIT WHEN upto IS NULL;
        WITH hashed AS MATERIALIZED (SELECT e.id, {DIGEST} AS digest FROM consent_event e WHERE e.id > after_ AND e.id <= upto)
        {GATHERED} INTO count_, digests_, firsts_, lasts_;
        PERFORM forge_consent_link(count_, digests_, firsts_, lasts_);
        after_ := upto;
    END LOOP;
END $$;
"""

UNDO = """
DROP TRIGGER consent_event_links ON consent_event;
DROP TRIGGER consent_event_parts ON consent_event;
DROP TRIGGER consent_personal_only_erased ON consent_personal;
DROP FUNCTION link_consent_events();
DROP FUNCTION forge_consent_link(bigint, bytea, bigint[], bigint[]);
DROP FUNCTION seal_consent_ledger();
DROP FUNCTION part_consent_event();
DROP FUNCTION only_erase_personal() CASCADE;
DROP FUNCTION ledger_told(text);
"""


def _filled_in(sql: str) -> str:
    return sql.replace("MOMENT", MICROSECONDS.format("moment")).replace("DIGEST", DIGEST).replace("GATHERED", GATHERED)


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0016_form_counts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="ConsentPersonal",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="beside",
                        serialize=False,
                        to="outreach.consentevent",
                    ),
                ),
                ("salt", models.BinaryField(null=True)),
                ("ip", models.GenericIPAddressField(null=True)),
                ("said", models.TextField(db_default="", default="")),
                ("address_given", models.TextField(db_default="", default="")),
                ("erased_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "consent_personal",
            },
        ),
        migrations.CreateModel(
            name="ConsentSeal",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("heads", models.TextField()),
                ("previous", models.BinaryField()),
                ("hash", models.BinaryField(unique=True)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "consent_seal",
            },
        ),
        migrations.AddField(
            model_name="consentevent",
            name="address_given",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="consentevent",
            name="address_key",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="consentevent",
            name="adult",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="consentevent",
            name="answers",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="consentevent",
            name="asked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="consentevent",
            name="personal",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="consentevent",
            name="said",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.CreateModel(
            name="ConsentAttestation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("topic", models.TextField()),
                ("channels", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("wording", models.TextField()),
                ("wording_version", models.TextField()),
                ("collected", models.TextField()),
                ("collected_on", models.DateField()),
                ("attested_by", models.TextField()),
                ("adults", models.BooleanField(null=True)),
                ("file_sha256", models.BinaryField()),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "consent_attestation",
            },
        ),
        migrations.AddField(
            model_name="consentevent",
            name="attestation",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                to="outreach.consentattestation",
            ),
        ),
        migrations.CreateModel(
            name="ConsentLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("lane", models.SmallIntegerField()),
                ("number", models.BigIntegerField()),
                ("firsts", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("lasts", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("events", models.IntegerField()),
                ("digests", models.BinaryField()),
                ("previous", models.BinaryField()),
                ("hash", models.BinaryField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "consent_link",
                "constraints": [models.UniqueConstraint(fields=("lane", "number"), name="consent_link_once")],
            },
        ),
        migrations.CreateModel(
            name="ErasureRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subscriber_id", models.BigIntegerField()),
                ("provider", models.TextField()),
                ("address", models.TextField(blank=True, default="")),
                (
                    "provider_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, default=list, size=None
                    ),
                ),
                ("requested_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("next_try_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "requested_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "erasure_request",
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=["next_try_at"],
                        name="erasure_request_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("done_at__isnull", True), models.Q(("address", ""), ("provider_ids", [])), _connector="OR"
                        ),
                        name="erasure_request_done_holds_nothing",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="consentevent",
            index=models.Index(
                condition=models.Q(("action", "revoked")), fields=["recorded_at"], name="consent_event_left"
            ),
        ),
        migrations.RunSQL(_filled_in(FUNCTIONS) + APPLIES + TRIGGERS + EXISTING, UNDO),
    ]

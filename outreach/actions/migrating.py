"""Brings the database up to date, as its owner, and gives the application's role what it needs and no more.

The pages and the workers connect as a role that owns nothing: it can append to the consent ledger and never change it, and
it cannot switch off a trigger, for that is the owner's. Only `outreach migrate` and the demo know the owner's address
(`DATABASE_OWNER_URL`). Without one the owner is the application, the triggers alone stand guard, and the doctor says so.
"""

import hashlib

from django.core.management import call_command
from django.db import connections, transaction
from psycopg import sql

from outreach.errors import Refused

OWNER = "owner"  # the connection of that name in the settings

# What the application's role may do beyond reading; every table that is not named here it may read and write in full.
RIGHTS = {
    # evidence: appended, or written by the owner's own triggers
    "consent_event": "INSERT",
    "consent_attestation": "INSERT",
    "consent_link": "",
    "consent_seal": "",
    "consent": "",
    "consent_personal": "UPDATE (salt, ip, said, address_given, erased_at)",  # a trigger lets them only be blanked
    "suppression": "INSERT, UPDATE (cause, confirmed_at, lifted_at)",
    # what happened stays as a row, whatever is erased of it
    "subscriber": "INSERT, UPDATE",
    "message": "INSERT, UPDATE",
    "inbound_text": "INSERT, UPDATE",
    "inbound_email": "INSERT, UPDATE",
    "activity": "INSERT, UPDATE (detail, actor_id)",
    "django_migrations": "",
}
EVERYTHING = "INSERT, UPDATE, DELETE"


def bring_up_to_date(*, verbosity: int = 0) -> None:
    """Applies the migrations that are missing, then the rights. Raises Refused with the cure when a role cannot be made."""
    call_command("migrate", verbosity=verbosity, database=OWNER)
    with transaction.atomic(using=OWNER):
        _grant()


def _grant() -> None:
    """Rights as they are written above, unless they are in force already: a grant writes the catalogue every time."""
    role, owner = (str(connections[name].settings_dict["USER"]) for name in ("default", OWNER))
    if not role or role == owner:
        return
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(1818583911, -1)")
        _make_role(role)
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        statements = _statements(role, [table for (table,) in cursor.fetchall()])
        told = "; ".join(statement.as_string() for statement in statements)
        in_force = "rights " + hashlib.sha256(told.encode()).hexdigest()
        cursor.execute("SELECT obj_description('consent_event'::regclass)")
        if cursor.fetchone() == (in_force,):
            return
        for statement in statements:
            cursor.execute(statement)
        cursor.execute(sql.SQL("COMMENT ON TABLE consent_event IS {}").format(sql.Literal(in_force)))


def _statements(role: str, tables: list[str]) -> list[sql.Composed]:
    name = sql.Identifier(role)
    database = sql.Identifier(str(connections[OWNER].settings_dict["NAME"]))
    found = [
        sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(database, name),
        sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name),
        sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(name),
        sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {}").format(name),
        sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(name),
        sql.SQL("GRANT EXECUTE ON FUNCTION seal_consent_ledger() TO {}").format(name),
    ]
    for table in tables:
        if rights := RIGHTS.get(table, EVERYTHING):
            found.append(sql.SQL("GRANT {} ON {} TO {}").format(sql.SQL(rights), sql.Identifier(table), name))
    return found


def _make_role(role: str) -> None:
    """The role of DATABASE_URL, made when it is not there and given that address's password."""
    password = str(connections["default"].settings_dict["PASSWORD"])
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
        ((may,),) = cursor.fetchall()
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = %s", [role])
        known = cursor.fetchone()
        if known == (True,):
            raise Refused(
                f"DATABASE_URL names {role}, which is a superuser: name a role of its own for the application."
            )
        if known is not None and not (may and password):
            return
        if not may:
            raise Refused(
                f"The application's role {role} is not there, and the owner may not make it. Once, as a superuser: "
                f"CREATE ROLE {role} LOGIN PASSWORD '…'; then run `outreach migrate` again."
            )
        verb = sql.SQL("ALTER ROLE {} LOGIN" if known else "CREATE ROLE {} LOGIN").format(sql.Identifier(role))
        if password:
            verb += sql.SQL(" PASSWORD {}").format(sql.Literal(password))
        cursor.execute(verb)

"""Every entry is linked into its organisation's chain by the database, at the very end of the transaction.

Not at the INSERT: the lock on the newest link would then be held for as long as the transaction goes on (an import
takes minutes), and two transactions that lock a complaint and the chain in different orders would wait for each other.
So the seal is made in two deferred steps. The first, at COMMIT, digests the entry and stores its seal without a place.
That INSERT queues the second step behind everything else the COMMIT has to check (references lock rows too); it locks
the newest link, places the seal, and the COMMIT ends. The chain's lock is thus the last one any transaction takes,
which rules out a deadlock, and it is held only while the COMMIT is written.
"""

from django.conf import settings
from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION audit_digest(entry audit_auditentry) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(convert_to(jsonb_build_array(
        entry.organisation_id, entry.id, extract(epoch FROM entry.at), entry.actor_id, entry.action,
        entry.subject_type, entry.subject_id, entry.subject_label, entry.changes)::text, 'UTF8'))
$$;

CREATE FUNCTION audit_link(previous bytea, organisation bigint, seq bigint, id uuid, digest bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(previous || int8send(organisation) || int8send(seq) || uuid_send(id) || digest)
$$;

-- An organisation's first hash: 32 zero bytes come before it.
CREATE FUNCTION audit_newest_link(organisation bigint, OUT seq bigint, OUT hash bytea) LANGUAGE plpgsql AS $$
BEGIN
    SELECT c.seq, c.hash INTO seq, hash FROM audit_auditchain c WHERE c.organisation_id = organisation FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO audit_auditchain (organisation_id, id, seq, hash)
        SELECT organisation, gen_random_uuid(), coalesce(max(s.seq), 0),
               coalesce((array_agg(s.hash ORDER BY s.seq DESC))[1], decode(repeat('00', 32), 'hex'))
        FROM (SELECT * FROM audit_auditseal a WHERE a.organisation_id = organisation AND a.seq IS NOT NULL
              ORDER BY a.seq DESC LIMIT 1) s
        ON CONFLICT (organisation_id) DO NOTHING;
        SELECT c.seq, c.hash INTO STRICT seq, hash FROM audit_auditchain c
        WHERE c.organisation_id = organisation FOR UPDATE;
    END IF;
END $$;

-- The policies bind the owner too; a scope that ended inside the transaction has left no organisation set.
CREATE FUNCTION audit_await_seal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    outer_organisation text := coalesce(current_setting('app.organisation_id', true), '');
BEGIN
    PERFORM set_config('app.organisation_id', NEW.organisation_id::text, true);
    INSERT INTO audit_auditseal (organisation_id, id, digest)
    VALUES (NEW.organisation_id, NEW.id, audit_digest(NEW));
    PERFORM set_config('app.organisation_id', outer_organisation, true);
    RETURN NULL;
END $$;

CREATE FUNCTION audit_seal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    outer_organisation text := coalesce(current_setting('app.organisation_id', true), '');
    newest record;
BEGIN
    PERFORM set_config('app.organisation_id', NEW.organisation_id::text, true);
    newest := audit_newest_link(NEW.organisation_id);
    newest.seq := newest.seq + 1;
    newest.hash := audit_link(newest.hash, NEW.organisation_id, newest.seq, NEW.id, NEW.digest);
    UPDATE audit_auditseal SET seq = newest.seq, hash = newest.hash
    WHERE organisation_id = NEW.organisation_id AND id = NEW.id;
    UPDATE audit_auditchain SET seq = newest.seq, hash = newest.hash WHERE organisation_id = NEW.organisation_id;
    PERFORM set_config('app.organisation_id', outer_organisation, true);
    RETURN NULL;
END $$;

-- For entries from before there were seals, and rows loaded with the triggers off. Only the owner may call it.
CREATE FUNCTION audit_seal_the_unsealed(organisation bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    entry audit_auditentry;
    newest record;
    sealed bigint := 0;
BEGIN
    PERFORM set_config('app.organisation_id', organisation::text, true);
    newest := audit_newest_link(organisation);
    FOR entry IN
        SELECT e.* FROM audit_auditentry e WHERE e.organisation_id = organisation AND NOT EXISTS (
            SELECT FROM audit_auditseal s WHERE s.organisation_id = e.organisation_id AND s.id = e.id)
        ORDER BY e.at, e.id
    LOOP
        newest.seq := newest.seq + 1;
        newest.hash := audit_link(newest.hash, organisation, newest.seq, entry.id, audit_digest(entry));
        INSERT INTO audit_auditseal (organisation_id, id, digest, seq, hash)
        VALUES (organisation, entry.id, audit_digest(entry), newest.seq, newest.hash);
        sealed := sealed + 1;
    END LOOP;
    UPDATE audit_auditchain SET seq = newest.seq, hash = newest.hash
    WHERE organisation_id = organisation AND sealed > 0;
    PERFORM set_config('app.organisation_id', '', true);
    RETURN sealed;
END $$;
REVOKE EXECUTE ON FUNCTION audit_seal_the_unsealed(bigint), audit_newest_link(bigint) FROM PUBLIC;
"""
TRIGGERS = """
CREATE CONSTRAINT TRIGGER audit_await_seal AFTER INSERT ON audit_auditentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_await_seal();
CREATE CONSTRAINT TRIGGER audit_seal AFTER INSERT ON audit_auditseal
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.seq IS NULL) EXECUTE FUNCTION audit_seal();

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit_auditentry EXECUTE FUNCTION audit_is_append_only();

CREATE TRIGGER audit_no_change BEFORE UPDATE ON audit_auditseal FOR EACH ROW
    WHEN (OLD.seq IS NOT NULL OR NEW.id <> OLD.id OR NEW.organisation_id <> OLD.organisation_id
          OR NEW.digest <> OLD.digest OR NEW.seq IS NULL) EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_no_deletion BEFORE DELETE ON audit_auditseal
    FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit_auditseal EXECUTE FUNCTION audit_is_append_only();

CREATE TRIGGER audit_no_change BEFORE UPDATE ON audit_auditchain FOR EACH ROW
    WHEN (NEW.seq <= OLD.seq OR NEW.id <> OLD.id OR NEW.organisation_id <> OLD.organisation_id)
    EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_no_deletion BEFORE DELETE ON audit_auditchain
    FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit_auditchain EXECUTE FUNCTION audit_is_append_only();

CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit_audithead
    FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit_audithead EXECUTE FUNCTION audit_is_append_only();
"""
UNDO = """
DROP TRIGGER audit_no_truncate ON audit_audithead;
DROP TRIGGER audit_no_change ON audit_audithead;
DROP TRIGGER audit_no_truncate ON audit_auditchain;
DROP TRIGGER audit_no_deletion ON audit_auditchain;
DROP TRIGGER audit_no_change ON audit_auditchain;
DROP TRIGGER audit_no_truncate ON audit_auditseal;
DROP TRIGGER audit_no_deletion ON audit_auditseal;
DROP TRIGGER audit_no_change ON audit_auditseal;
DROP TRIGGER audit_no_truncate ON audit_auditentry;
DROP TRIGGER audit_seal ON audit_auditseal;
DROP TRIGGER audit_await_seal ON audit_auditentry;
DROP FUNCTION audit_seal_the_unsealed(bigint);
DROP FUNCTION audit_seal();
DROP FUNCTION audit_await_seal();
DROP FUNCTION audit_newest_link(bigint);
DROP FUNCTION audit_link(bytea, bigint, bigint, uuid, bytea);
DROP FUNCTION audit_digest(audit_auditentry);
"""


def revoke(apps, schema_editor):
    """Seals and links are written by the triggers, as the owner; the other roles read them."""
    for role in sorted({settings.APPLICATION_ROLE, settings.SYSTEM_ROLE}):
        if role != schema_editor.connection.settings_dict["USER"]:
            quoted = schema_editor.quote_name(role)
            schema_editor.execute(
                f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON audit_auditseal, audit_auditchain FROM {quoted}"
            )
            schema_editor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON audit_audithead FROM {quoted}")


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_seals")]

    operations = [
        migrations.RunSQL(FUNCTIONS + TRIGGERS, UNDO),
        migrations.RunPython(revoke, migrations.RunPython.noop),
    ]

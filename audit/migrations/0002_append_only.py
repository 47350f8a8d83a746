from django.conf import settings
from django.db import migrations

REFUSE = """
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit_auditentry
    FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
"""
ALLOW = """
DROP TRIGGER audit_no_change ON audit_auditentry;
DROP FUNCTION audit_is_append_only();
"""


def revoke(apps, schema_editor):
    for role in sorted({settings.APPLICATION_ROLE, settings.SYSTEM_ROLE}):
        if role != schema_editor.connection.settings_dict["USER"]:
            quoted = schema_editor.quote_name(role)
            schema_editor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON audit_auditentry FROM {quoted}")


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(REFUSE, ALLOW),
        migrations.RunPython(revoke, migrations.RunPython.noop),
    ]

"""What was tried stands: attempts are written once, and erasure alone empties what a server said."""

from django.db import migrations

KEEP = """
CREATE FUNCTION notices_attempt_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'attempts are append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER notices_attempt_no_change BEFORE UPDATE ON notices_attempt FOR EACH ROW
    WHEN (NEW.detail NOT IN (OLD.detail, '') OR NEW.id <> OLD.id OR NEW.organisation_id <> OLD.organisation_id
          OR NEW.delivery_id <> OLD.delivery_id OR NEW.at <> OLD.at OR NEW.outcome <> OLD.outcome)
    EXECUTE FUNCTION notices_attempt_stands();
CREATE TRIGGER notices_attempt_no_deletion BEFORE DELETE ON notices_attempt
    FOR EACH ROW EXECUTE FUNCTION notices_attempt_stands();
"""
FREE = """
DROP TRIGGER notices_attempt_no_deletion ON notices_attempt;
DROP TRIGGER notices_attempt_no_change ON notices_attempt;
DROP FUNCTION notices_attempt_stands();
"""


class Migration(migrations.Migration):
    dependencies = [("notices", "0007_lifted_by")]
    operations = [migrations.RunSQL(KEEP, FREE)]

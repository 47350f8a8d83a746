"""A function by which the application's role, which owns no table, refreshes the planner's figures after a mass load."""

from django.db import migrations

CREATE = """
CREATE FUNCTION owners_analyze_registry() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    ANALYZE public.owners_building, public.owners_unit, public.owners_person,
            public.owners_ownership, public.owners_occupancy;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("owners", "0002_import_attempts")]

    operations = [migrations.RunSQL(CREATE, "DROP FUNCTION owners_analyze_registry()")]

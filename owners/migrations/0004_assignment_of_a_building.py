"""An assignment may be of one building instead of a whole estate."""

import django.db.models.deletion
import tenancy.models
import tenancy.schema
from django.db import migrations, models


def drop_limited(apps, schema_editor):
    """Backwards: what was of one building must not become of the whole estate, so it goes."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id FROM tenancy_organisation")
        for (organisation_id,) in cursor.fetchall():
            cursor.execute(f"SET LOCAL app.organisation_id = '{int(organisation_id)}'")
            cursor.execute("DELETE FROM owners_estateassignment WHERE building_id IS NOT NULL")
        cursor.execute("SET LOCAL app.organisation_id = ''")
        # Pending checks of references would stop the ALTER TABLE that follows.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


class Migration(migrations.Migration):

    dependencies = [
        ('owners', '0003_analyze_registry'),
        ('tenancy', '0001_initial'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='estateassignment',
            name='one_assignment_per_estate',
        ),
        migrations.AddField(
            model_name='estateassignment',
            name='building',
            field=tenancy.models.OrganisationForeignKey(blank=True, db_constraint=False, help_text='Leave empty for the whole estate.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to='owners.building', verbose_name='only this building'),
        ),
        migrations.AddConstraint(
            model_name='estateassignment',
            constraint=tenancy.schema.OrganisationReference(field='building', name='owners_estateassignment_building_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='estateassignment',
            constraint=models.UniqueConstraint(fields=('organisation', 'membership', 'estate', 'building'), name='one_assignment_per_place', nulls_distinct=False),
        ),
        migrations.RunPython(migrations.RunPython.noop, drop_limited),
    ]

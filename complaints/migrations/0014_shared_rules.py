"""Rules by words of the place and for a role, in an order of their own; who joins without an account has no name."""

import django.db.models.deletion
import tenancy.models
from django.db import migrations, models

# Until now a building came before an estate and a class before none, whatever number was typed. The first that holds
# counts from here on: numbered in just that order, every rule says what it said.
NUMBER = """
UPDATE complaints_assignmentrule AS rule SET position = ranked.place FROM (
    SELECT id, row_number() OVER (
        ORDER BY building_id IS NULL, estate_id IS NULL, category_id IS NULL, position, id
    ) AS place FROM complaints_assignmentrule
) AS ranked WHERE rule.id = ranked.id
"""
# Backwards every joining has somebody who made it; of these it is not known who.
FORGET = "DELETE FROM complaints_joining WHERE actor_id IS NULL"


def in_every_organisation(statement):
    def run(apps, schema_editor):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT id FROM tenancy_organisation")
            for (organisation_id,) in cursor.fetchall():
                cursor.execute(f"SET LOCAL app.organisation_id = '{int(organisation_id)}'")
                cursor.execute(statement)
            cursor.execute("SET LOCAL app.organisation_id = ''")
            # Pending checks of references would stop the ALTER TABLE that follows.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    return run


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0013_desk_marks'),
        ('tenancy', '0003_factor_resets'),
    ]

    operations = [
        migrations.RunPython(in_every_organisation(NUMBER), migrations.RunPython.noop),
        migrations.AddField(
            model_name='assignmentrule',
            name='place_words',
            field=models.CharField(blank=True, db_default='', default='', max_length=300, verbose_name='words of the place'),
        ),
        migrations.AddField(
            model_name='assignmentrule',
            name='role',
            field=models.CharField(blank=True, choices=[('owner', 'Owner'), ('occupant', 'Occupant'), ('committee', 'Committee member'), ('partner', 'Partner contact'), ('clerk', 'Customer-service clerk'), ('engineer', 'Engineer'), ('supervisor', 'Supervisor'), ('manager', 'Estate manager'), ('quality', 'Company quality department'), ('admin', 'Administrator'), ('auditor', 'Auditor')], db_default='', default='', max_length=12, verbose_name='role'),
        ),
        migrations.AddField(
            model_name='assignmentrule',
            name='sharing',
            field=models.CharField(choices=[('load', 'whoever has least open'), ('turn', 'one after the other')], db_default='load', default='load', max_length=4, verbose_name='next is'),
        ),
        migrations.AlterField(
            model_name='joining',
            name='actor',
            field=tenancy.models.OrganisationForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.membership', verbose_name='joined by'),
        ),
        migrations.RunPython(migrations.RunPython.noop, in_every_organisation(FORGET)),
    ]

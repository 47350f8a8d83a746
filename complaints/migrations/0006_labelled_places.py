import complaints.models.places
import django.db.models.deletion
import tenancy.context
import tenancy.models
import tenancy.schema
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0005_honest_clocks'),
        ('owners', '0005_erased_at'),
        ('tenancy', '0003_factor_resets'),
    ]

    operations = [
        migrations.CreateModel(
            name='Place',
            fields=[
                ('id', models.UUIDField(default=tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name_en', models.CharField(help_text='As it stands on the label, for example Lift 2.', max_length=90, verbose_name='name in English')),
                ('name_zh', models.CharField(max_length=90, verbose_name='name in Chinese')),
                ('code', models.CharField(default=complaints.models.places.new_code, editable=False, max_length=16, verbose_name='code')),
                ('is_active', models.BooleanField(default=True, help_text='Switched off, the label leads to a page that says so.', verbose_name='active')),
                ('building', tenancy.models.OrganisationForeignKey(blank=True, db_constraint=False, help_text='Empty for what stands in the grounds.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='labelled_places', to='owners.building', verbose_name='building')),
                ('category', tenancy.models.OrganisationForeignKey(db_constraint=False, help_text='Filled in for whoever scans the label; they can choose another.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='complaints.category', verbose_name='likely category')),
                ('estate', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='labelled_places', to='owners.estate', verbose_name='estate')),
                ('organisation', models.ForeignKey(db_index=False, default=tenancy.context.default_organisation_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organisation', verbose_name='organisation')),
            ],
            options={
                'verbose_name': 'place with a label',
                'verbose_name_plural': 'places with labels',
                'ordering': ['estate', 'building', 'name_en'],
                'base_manager_name': 'objects',
                'constraints': [tenancy.schema.OrganisationTable(name='complaints_place_organisation'), tenancy.schema.OrganisationReference(field='estate', name='complaints_place_estate_id_ref'), tenancy.schema.OrganisationReference(field='building', name='complaints_place_building_id_ref'), tenancy.schema.OrganisationReference(field='category', name='complaints_place_category_id_ref'), models.UniqueConstraint(fields=('organisation', 'code'), name='one_place_per_code')],
            },
        ),
    ]

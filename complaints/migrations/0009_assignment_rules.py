import django.db.models.deletion
import tenancy.context
import tenancy.models
import tenancy.schema
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0008_joined_complaints'),
        ('owners', '0005_erased_at'),
        ('tenancy', '0003_factor_resets'),
    ]

    operations = [
        migrations.CreateModel(
            name='AssignmentRule',
            fields=[
                ('id', models.UUIDField(default=tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('position', models.PositiveSmallIntegerField(default=10, verbose_name='order')),
                ('is_active', models.BooleanField(default=True, verbose_name='in force')),
                ('created_at', models.DateTimeField(editable=False)),
                ('building', tenancy.models.OrganisationForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='owners.building', verbose_name='building')),
                ('category', tenancy.models.OrganisationForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='complaints.category', verbose_name='category')),
                ('estate', tenancy.models.OrganisationForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='owners.estate', verbose_name='estate')),
                ('organisation', models.ForeignKey(db_index=False, default=tenancy.context.default_organisation_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organisation', verbose_name='organisation')),
            ],
            options={
                'verbose_name': 'rule of assignment',
                'verbose_name_plural': 'rules of assignment',
                'ordering': ['position', 'name'],
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='AssignmentTurn',
            fields=[
                ('id', models.UUIDField(default=tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('last_at', models.DateTimeField(editable=False, null=True)),
                ('member', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='assignment_turns', to='tenancy.membership')),
                ('organisation', models.ForeignKey(db_index=False, default=tenancy.context.default_organisation_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organisation', verbose_name='organisation')),
                ('rule', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='turns', to='complaints.assignmentrule')),
            ],
            options={
                'ordering': ['member__name'],
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddConstraint(
            model_name='assignmentrule',
            constraint=tenancy.schema.OrganisationTable(name='complaints_assignmentrule_organisation'),
        ),
        migrations.AddConstraint(
            model_name='assignmentrule',
            constraint=tenancy.schema.OrganisationReference(field='estate', name='complaints_assignmentrule_estate_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='assignmentrule',
            constraint=tenancy.schema.OrganisationReference(field='building', name='complaints_assignmentrule_building_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='assignmentrule',
            constraint=tenancy.schema.OrganisationReference(field='category', name='complaints_assignmentrule_category_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='assignmentrule',
            constraint=models.CheckConstraint(condition=models.Q(('building__isnull', True), ('estate__isnull', False), _connector='OR'), name='assignment_building_of_estate'),
        ),
        migrations.AddConstraint(
            model_name='assignmentturn',
            constraint=tenancy.schema.OrganisationTable(name='complaints_assignmentturn_organisation'),
        ),
        migrations.AddConstraint(
            model_name='assignmentturn',
            constraint=tenancy.schema.OrganisationReference(field='rule', name='complaints_assignmentturn_rule_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='assignmentturn',
            constraint=tenancy.schema.OrganisationReference(field='member', name='complaints_assignmentturn_member_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='assignmentturn',
            constraint=models.UniqueConstraint(fields=('organisation', 'rule', 'member'), name='one_turn_per_member'),
        ),
    ]

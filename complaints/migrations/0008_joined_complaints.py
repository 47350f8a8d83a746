import django.db.models.deletion
import tenancy.context
import tenancy.models
import tenancy.schema
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0007_inbound_mail'),
        ('tenancy', '0003_factor_resets'),
    ]

    operations = [
        migrations.AddField(
            model_name='handlingrules',
            name='part_days',
            field=models.PositiveSmallIntegerField(default=30, verbose_name='days in which a joined complaint is parted again'),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name='Joining',
            fields=[
                ('id', models.UUIDField(default=tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(verbose_name='since')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='parted')),
                ('actor', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.membership', verbose_name='joined by')),
                ('complaint', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='joinings', to='complaints.complaint', verbose_name='complaint')),
                ('ended_by', tenancy.models.OrganisationForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.membership', verbose_name='parted by')),
                ('leading', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='led', to='complaints.complaint', verbose_name='dealt with under')),
                ('organisation', models.ForeignKey(db_index=False, default=tenancy.context.default_organisation_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organisation', verbose_name='organisation')),
            ],
            options={
                'verbose_name': 'joining',
                'verbose_name_plural': 'joinings',
                'base_manager_name': 'objects',
                'indexes': [models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['organisation', 'leading', 'at'], name='joining_of_leading')],
                'constraints': [tenancy.schema.OrganisationTable(name='complaints_joining_organisation'), tenancy.schema.OrganisationReference(field='complaint', name='complaints_joining_complaint_id_ref'), tenancy.schema.OrganisationReference(field='leading', name='complaints_joining_leading_id_ref'), tenancy.schema.OrganisationReference(field='actor', name='complaints_joining_actor_id_ref'), tenancy.schema.OrganisationReference(field='ended_by', name='complaints_joining_ended_by_id_ref'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('organisation', 'complaint'), name='one_leading_case'), models.CheckConstraint(condition=models.Q(('complaint', models.F('leading')), _negated=True), name='complaint_leads_not_itself')],
            },
        ),
    ]

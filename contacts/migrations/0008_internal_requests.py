import django.db.models.deletion
import tenancy.context
import tenancy.models
import tenancy.schema
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contacts', '0007_dealings'),
        ('owners', '0005_erased_at'),
        ('tenancy', '0003_factor_resets'),
    ]

    operations = [
        migrations.AlterField(
            model_name='duty',
            name='kind',
            field=models.CharField(choices=[('lift_service', 'Lift service'), ('lift_inspection', 'Lift inspection'), ('fire_test', 'Fire test'), ('tank_cleaning', 'Tank cleaning'), ('inspection', 'Inspection'), ('licence', 'Licence'), ('insurance', 'Insurance'), ('filing', 'Filing'), ('report', 'Report or publication'), ('communication', 'Regular talk'), ('other', 'Something else')], max_length=20, verbose_name='kind'),
        ),
        migrations.CreateModel(
            name='InternalRequest',
            fields=[
                ('id', models.UUIDField(default=tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(editable=False, max_length=40, verbose_name='number')),
                ('from_department', models.CharField(choices=[('front_desk', 'Front desk'), ('engineering', 'Engineering'), ('security', 'Security'), ('cleaning', 'Cleaning'), ('greening', 'Greening'), ('finance', 'Finance'), ('quality', 'Quality'), ('management', 'Management')], max_length=12, verbose_name='from')),
                ('to_department', models.CharField(choices=[('front_desk', 'Front desk'), ('engineering', 'Engineering'), ('security', 'Security'), ('cleaning', 'Cleaning'), ('greening', 'Greening'), ('finance', 'Finance'), ('quality', 'Quality'), ('management', 'Management')], max_length=12, verbose_name='to')),
                ('need', models.TextField(max_length=2000, verbose_name='what is needed')),
                ('wanted_on', models.DateField(blank=True, null=True, verbose_name='wanted by')),
                ('asked_at', models.DateTimeField(verbose_name='asked')),
                ('answer_due_at', models.DateTimeField(verbose_name='answer due')),
                ('state', models.CharField(choices=[('asked', 'Asked'), ('accepted', 'Accepted'), ('declined', 'Declined'), ('done', 'Done'), ('rated', 'Rated')], default='asked', editable=False, max_length=10, verbose_name='state')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered')),
                ('reason', models.CharField(blank=True, default='', max_length=500, verbose_name='reason')),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='done')),
                ('result', models.TextField(blank=True, default='', max_length=2000, verbose_name='result')),
                ('rated_at', models.DateTimeField(blank=True, null=True, verbose_name='rated')),
                ('rating', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='rating')),
                ('rating_words', models.TextField(blank=True, default='', max_length=1000, verbose_name='what is said of it')),
                ('escalated_at', models.DateTimeField(blank=True, null=True, verbose_name='passed on')),
                ('entry_key', models.UUIDField(blank=True, editable=False, null=True)),
                ('answered_by', tenancy.models.OrganisationForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.membership', verbose_name='answered by')),
                ('asked_by', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.membership', verbose_name='asked by')),
                ('building', tenancy.models.OrganisationForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='owners.building', verbose_name='building')),
                ('done_by', tenancy.models.OrganisationForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.membership', verbose_name='done by')),
                ('estate', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='owners.estate', verbose_name='estate')),
                ('organisation', models.ForeignKey(db_index=False, default=tenancy.context.default_organisation_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organisation', verbose_name='organisation')),
                ('rated_by', tenancy.models.OrganisationForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.membership', verbose_name='rated by')),
            ],
            options={
                'verbose_name': 'request between departments',
                'verbose_name_plural': 'requests between departments',
                'ordering': ['-asked_at', '-id'],
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organisation', '-asked_at', '-id'], name='request_newest'), models.Index(condition=models.Q(('state', 'asked')), fields=['organisation', 'answer_due_at'], name='request_unanswered')],
                'constraints': [tenancy.schema.OrganisationTable(name='contacts_internalrequest_organisation'), tenancy.schema.OrganisationReference(field='estate', name='contacts_internalrequest_estate_id_ref'), tenancy.schema.OrganisationReference(field='building', name='contacts_internalrequest_building_id_ref'), tenancy.schema.OrganisationReference(field='asked_by', name='contacts_internalrequest_asked_by_id_ref'), tenancy.schema.OrganisationReference(field='answered_by', name='contacts_internalrequest_answered_by_id_ref'), tenancy.schema.OrganisationReference(field='done_by', name='contacts_internalrequest_done_by_id_ref'), tenancy.schema.OrganisationReference(field='rated_by', name='contacts_internalrequest_rated_by_id_ref'), models.UniqueConstraint(fields=('organisation', 'number'), name='one_request_per_number'), models.UniqueConstraint(condition=models.Q(('entry_key__isnull', False)), fields=('organisation', 'entry_key'), name='one_request_per_form'), models.CheckConstraint(condition=models.Q(('from_department', models.F('to_department')), _negated=True), name='request_to_another_department'), models.CheckConstraint(condition=models.Q(('rating__isnull', True), ('rating__range', (1, 5)), _connector='OR'), name='request_rating_1_to_5')],
            },
        ),
    ]

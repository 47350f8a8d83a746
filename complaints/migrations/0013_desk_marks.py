import django.db.models.deletion
import tenancy.context
import tenancy.models
import tenancy.schema
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0012_confidential_cases'),
        ('tenancy', '0003_factor_resets'),
    ]

    operations = [
        migrations.AddField(
            model_name='savedfilter',
            name='is_shared',
            field=models.BooleanField(db_default=False, default=False, verbose_name='for all colleagues'),
        ),
        migrations.CreateModel(
            name='BulkRun',
            fields=[
                ('id', models.UUIDField(default=tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('act', models.CharField(max_length=10)),
                ('at', models.DateTimeField(verbose_name='at')),
                ('rows', models.JSONField(default=list)),
                ('undone_at', models.DateTimeField(null=True, verbose_name='undone')),
                ('membership', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.membership', verbose_name='done by')),
                ('organisation', models.ForeignKey(db_index=False, default=tenancy.context.default_organisation_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organisation', verbose_name='organisation')),
            ],
            options={
                'verbose_name': 'act on several cases',
                'verbose_name_plural': 'acts on several cases',
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organisation', 'membership', '-at'], name='bulk_run_newest')],
                'constraints': [tenancy.schema.OrganisationTable(name='complaints_bulkrun_organisation'), tenancy.schema.OrganisationReference(field='membership', name='complaints_bulkrun_membership_id_ref')],
            },
        ),
        migrations.CreateModel(
            name='Checklist',
            fields=[
                ('id', models.UUIDField(default=tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=80, verbose_name='title')),
                ('steps', models.TextField(help_text='One a line.', max_length=4000, verbose_name='steps')),
                ('position', models.PositiveSmallIntegerField(default=10, verbose_name='order')),
                ('is_active', models.BooleanField(default=True, verbose_name='in force')),
                ('category', tenancy.models.OrganisationForeignKey(blank=True, db_constraint=False, help_text='Offered for complaints of this category alone; empty: for all.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='complaints.category', verbose_name='category')),
                ('organisation', models.ForeignKey(db_index=False, default=tenancy.context.default_organisation_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organisation', verbose_name='organisation')),
            ],
            options={
                'verbose_name': 'checklist',
                'verbose_name_plural': 'checklists',
                'ordering': ['position', 'title'],
                'base_manager_name': 'objects',
                'constraints': [tenancy.schema.OrganisationTable(name='complaints_checklist_organisation'), tenancy.schema.OrganisationReference(field='category', name='complaints_checklist_category_id_ref'), models.UniqueConstraint(fields=('organisation', 'title'), name='one_checklist_per_title')],
            },
        ),
        migrations.CreateModel(
            name='Snooze',
            fields=[
                ('id', models.UUIDField(default=tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(verbose_name='since')),
                ('until', models.DateTimeField(verbose_name='until')),
                ('complaint', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='snoozes', to='complaints.complaint')),
                ('member', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.membership', verbose_name='member')),
                ('organisation', models.ForeignKey(db_index=False, default=tenancy.context.default_organisation_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organisation', verbose_name='organisation')),
            ],
            options={
                'verbose_name': 'case put aside',
                'verbose_name_plural': 'cases put aside',
                'base_manager_name': 'objects',
                'constraints': [tenancy.schema.OrganisationTable(name='complaints_snooze_organisation'), tenancy.schema.OrganisationReference(field='complaint', name='complaints_snooze_complaint_id_ref'), tenancy.schema.OrganisationReference(field='member', name='complaints_snooze_member_id_ref'), models.UniqueConstraint(fields=('organisation', 'member', 'complaint'), name='one_snooze_per_member')],
            },
        ),
        migrations.CreateModel(
            name='Task',
            fields=[
                ('id', models.UUIDField(default=tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('text', models.CharField(max_length=300, verbose_name='what is to be done')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='by')),
                ('added_at', models.DateTimeField(verbose_name='added')),
                ('done_at', models.DateTimeField(null=True, verbose_name='done')),
                ('added_by', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.membership', verbose_name='added by')),
                ('assignee', tenancy.models.OrganisationForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.membership', verbose_name='by whom')),
                ('complaint', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='tasks', to='complaints.complaint')),
                ('done_by', tenancy.models.OrganisationForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.membership', verbose_name='done by')),
                ('organisation', models.ForeignKey(db_index=False, default=tenancy.context.default_organisation_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organisation', verbose_name='organisation')),
            ],
            options={
                'verbose_name': 'task',
                'verbose_name_plural': 'tasks',
                'ordering': ['added_at', 'id'],
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organisation', 'complaint', 'added_at'], name='task_of_complaint'), models.Index(condition=models.Q(('done_at__isnull', True)), fields=['organisation', 'assignee', 'due_on'], name='task_open')],
                'constraints': [tenancy.schema.OrganisationTable(name='complaints_task_organisation'), tenancy.schema.OrganisationReference(field='complaint', name='complaints_task_complaint_id_ref'), tenancy.schema.OrganisationReference(field='assignee', name='complaints_task_assignee_id_ref'), tenancy.schema.OrganisationReference(field='added_by', name='complaints_task_added_by_id_ref'), tenancy.schema.OrganisationReference(field='done_by', name='complaints_task_done_by_id_ref')],
            },
        ),
        migrations.CreateModel(
            name='Watch',
            fields=[
                ('id', models.UUIDField(default=tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(verbose_name='since')),
                ('complaint', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='watches', to='complaints.complaint')),
                ('member', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.membership', verbose_name='member')),
                ('organisation', models.ForeignKey(db_index=False, default=tenancy.context.default_organisation_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organisation', verbose_name='organisation')),
            ],
            options={
                'verbose_name': 'watch',
                'verbose_name_plural': 'watches',
                'base_manager_name': 'objects',
                'constraints': [tenancy.schema.OrganisationTable(name='complaints_watch_organisation'), tenancy.schema.OrganisationReference(field='complaint', name='complaints_watch_complaint_id_ref'), tenancy.schema.OrganisationReference(field='member', name='complaints_watch_member_id_ref'), models.UniqueConstraint(fields=('organisation', 'member', 'complaint'), name='one_watch_per_member')],
            },
        ),
    ]

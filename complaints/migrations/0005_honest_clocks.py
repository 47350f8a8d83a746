import django.db.models.deletion
import tenancy.context
import tenancy.models
import tenancy.schema
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0004_erased_at'),
        ('contacts', '0007_dealings'),
        ('owners', '0005_erased_at'),
        ('tenancy', '0003_factor_resets'),
    ]

    operations = [
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.UUIDField(default=tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('from_on', models.DateField(verbose_name='from')),
                ('to_on', models.DateField(verbose_name='until')),
            ],
            options={
                'verbose_name': 'absence',
                'verbose_name_plural': 'absences',
                'ordering': ['-from_on', 'membership'],
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Extension',
            fields=[
                ('id', models.UUIDField(default=tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('days', models.PositiveSmallIntegerField(verbose_name='working days')),
                ('reason', models.TextField(max_length=2000, verbose_name='reason')),
                ('due_before', models.DateTimeField(verbose_name='due before')),
                ('due_after', models.DateTimeField(verbose_name='due now')),
                ('at', models.DateTimeField(verbose_name='at')),
            ],
            options={
                'verbose_name': 'extension',
                'verbose_name_plural': 'extensions',
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='HandlingRules',
            fields=[
                ('id', models.UUIDField(default=tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('pause_complainant_days', models.PositiveSmallIntegerField(verbose_name='longest wait for the complainant, working days')),
                ('pause_access_days', models.PositiveSmallIntegerField(verbose_name='longest wait for access, working days')),
                ('pause_party_days', models.PositiveSmallIntegerField(verbose_name='longest wait for an outside party, working days')),
                ('extension_days', models.PositiveSmallIntegerField(verbose_name='longest extension, working days')),
                ('update_days', models.PositiveSmallIntegerField(verbose_name='latest next word, working days')),
                ('reopen_days', models.PositiveSmallIntegerField(verbose_name='days in which a closed complaint is reopened')),
                ('failed_attempts', models.PositiveSmallIntegerField(verbose_name='attempts without contact before closing, on as many days')),
                ('good_rating', models.PositiveSmallIntegerField(verbose_name='lowest rating that closes')),
                ('low_rating_days', models.PositiveSmallIntegerField(verbose_name='answer to a low rating, working days')),
                ('silence_remind_days', models.PositiveSmallIntegerField(verbose_name='days of silence before the reminder')),
                ('silence_close_days', models.PositiveSmallIntegerField(verbose_name='days of silence before closing')),
                ('stage_2_accept_days', models.PositiveSmallIntegerField(verbose_name='second look: confirmed in, working days')),
                ('stage_2_answer_days', models.PositiveSmallIntegerField(verbose_name='second look: answered in, working days')),
                ('unacknowledged_minutes', models.PositiveIntegerField(verbose_name='business minutes before what nobody takes up passes on')),
                ('untouched_minutes', models.PositiveIntegerField(verbose_name='business minutes before an untouched case returns to the pool')),
                ('outside_bodies_en', models.TextField(blank=True, max_length=2000, verbose_name='bodies outside, in English')),
                ('outside_bodies_zh', models.TextField(blank=True, max_length=2000, verbose_name='bodies outside, in Chinese')),
            ],
            options={
                'verbose_name': 'rules of handling',
                'verbose_name_plural': 'rules of handling',
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Pause',
            fields=[
                ('id', models.UUIDField(default=tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('reason', models.CharField(choices=[('complainant', "The complainant's reply"), ('access', 'Access'), ('party', 'An outside party')], max_length=12, verbose_name='waiting for')),
                ('words', models.TextField(max_length=2000, verbose_name='what is waited for')),
                ('party', models.CharField(blank=True, max_length=200, verbose_name='outside party')),
                ('promised_on', models.DateField(null=True, verbose_name='promised by')),
                ('began_at', models.DateTimeField(verbose_name='since')),
                ('until', models.DateTimeField(verbose_name='at the latest until')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended')),
                ('ending', models.CharField(blank=True, choices=[('answered', 'They replied'), ('resumed', 'Staff went on'), ('cap', 'The time was over')], max_length=10, verbose_name='how it ended')),
                ('minutes', models.PositiveIntegerField(null=True)),
            ],
            options={
                'verbose_name': 'pause',
                'verbose_name_plural': 'pauses',
                'base_manager_name': 'objects',
            },
        ),
        migrations.RemoveConstraint(
            model_name='ladderstep',
            name='one_step_per_level',
        ),
        migrations.AddField(
            model_name='complaint',
            name='closed_how',
            field=models.CharField(blank=True, choices=[('said', 'The complainant said that it is solved'), ('visited', 'Return visit'), ('attempts', 'Nobody reached, on several days'), ('anonymous', 'Anonymous: nobody to ask'), ('silence', 'No word from the complainant')], db_default='', default='', editable=False, max_length=10, verbose_name='closed how'),
        ),
        migrations.AddField(
            model_name='complaint',
            name='first_handler',
            field=tenancy.models.OrganisationForeignKey(db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.membership'),
        ),
        migrations.AddField(
            model_name='complaint',
            name='reasons',
            field=models.TextField(blank=True, db_default='', default='', max_length=5000, verbose_name='reasons'),
        ),
        migrations.AddField(
            model_name='complaint',
            name='wake_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='escalation',
            name='passes_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='ladderstep',
            name='content_class',
            field=models.CharField(blank=True, choices=[('services', 'Services'), ('charges', 'Charges'), ('activities', 'Community activities'), ('emergencies', 'Emergencies'), ('neighbours', 'Neighbours')], default='', help_text='Empty: every class.', max_length=12, verbose_name='class'),
        ),
        migrations.AddField(
            model_name='ladderstep',
            name='member',
            field=tenancy.models.OrganisationForeignKey(blank=True, db_constraint=False, help_text='Empty: everybody of this level who works for the place.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.membership', verbose_name='named person'),
        ),
        migrations.AddField(
            model_name='ladderstep',
            name='priority',
            field=models.CharField(blank=True, choices=[('p1', 'P1 Safety'), ('p2', 'P2 Urgent'), ('p3', 'P3 Important'), ('p4', 'P4 Minor')], default='', help_text='Empty: every priority.', max_length=2, verbose_name='priority'),
        ),
        migrations.AlterField(
            model_name='clock',
            name='kind',
            field=models.CharField(choices=[('accept', 'Acceptance'), ('answer', 'First answer'), ('resolve', 'Resolution'), ('statutory', 'Statutory limit'), ('update', 'Next word'), ('visit', 'Return visit')], max_length=10),
        ),
        migrations.AlterField(
            model_name='complaint',
            name='state',
            field=models.CharField(choices=[('received', 'Received'), ('accepted', 'Accepted'), ('rejected_invalid', 'Outside our duty'), ('referred_out', 'Referred to another body'), ('assigned', 'Assigned'), ('investigating', 'Being looked into'), ('waiting_for_complainant', 'Waiting for the complainant'), ('waiting_for_party', 'Waiting for an outside party'), ('waiting_for_access', 'Waiting for access'), ('proposed', 'Solution proposed'), ('answered', 'Answered'), ('implementing', 'Being carried out'), ('resolved', 'Resolved'), ('return_visit', 'Return visit'), ('closed', 'Closed'), ('reopened', 'Reopened'), ('stage_2', 'Second look')], default='received', editable=False, max_length=24, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='move',
            name='to_state',
            field=models.CharField(choices=[('received', 'Received'), ('accepted', 'Accepted'), ('rejected_invalid', 'Outside our duty'), ('referred_out', 'Referred to another body'), ('assigned', 'Assigned'), ('investigating', 'Being looked into'), ('waiting_for_complainant', 'Waiting for the complainant'), ('waiting_for_party', 'Waiting for an outside party'), ('waiting_for_access', 'Waiting for access'), ('proposed', 'Solution proposed'), ('answered', 'Answered'), ('implementing', 'Being carried out'), ('resolved', 'Resolved'), ('return_visit', 'Return visit'), ('closed', 'Closed'), ('reopened', 'Reopened'), ('stage_2', 'Second look')], max_length=24),
        ),
        migrations.AlterField(
            model_name='servicelevel',
            name='kind',
            field=models.CharField(choices=[('accept', 'Acceptance'), ('answer', 'First answer'), ('resolve', 'Resolution'), ('statutory', 'Statutory limit'), ('update', 'Next word'), ('visit', 'Return visit')], max_length=10, verbose_name='target'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(condition=models.Q(('wake_at__isnull', False)), fields=['organisation', 'wake_at'], name='complaint_wakes'),
        ),
        migrations.AddIndex(
            model_name='escalation',
            index=models.Index(condition=models.Q(('passes_at__isnull', False)), fields=['organisation', 'passes_at'], name='escalation_passes'),
        ),
        migrations.AddConstraint(
            model_name='complaint',
            constraint=tenancy.schema.OrganisationReference(field='first_handler', name='complaints_complaint_first_handler_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='ladderstep',
            constraint=tenancy.schema.OrganisationReference(field='member', name='complaints_ladderstep_member_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='ladderstep',
            constraint=models.UniqueConstraint(fields=('organisation', 'content_class', 'priority', 'level'), name='one_step_per_level'),
        ),
        migrations.AddField(
            model_name='absence',
            name='deputy',
            field=tenancy.models.OrganisationForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.membership', verbose_name='deputy'),
        ),
        migrations.AddField(
            model_name='absence',
            name='membership',
            field=tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='absences', to='tenancy.membership', verbose_name='who is away'),
        ),
        migrations.AddField(
            model_name='absence',
            name='organisation',
            field=models.ForeignKey(db_index=False, default=tenancy.context.default_organisation_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organisation', verbose_name='organisation'),
        ),
        migrations.AddField(
            model_name='extension',
            name='actor',
            field=tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.membership'),
        ),
        migrations.AddField(
            model_name='extension',
            name='complaint',
            field=tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='extensions', to='complaints.complaint'),
        ),
        migrations.AddField(
            model_name='extension',
            name='organisation',
            field=models.ForeignKey(db_index=False, default=tenancy.context.default_organisation_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organisation', verbose_name='organisation'),
        ),
        migrations.AddField(
            model_name='handlingrules',
            name='organisation',
            field=models.ForeignKey(db_index=False, default=tenancy.context.default_organisation_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organisation', verbose_name='organisation'),
        ),
        migrations.AddField(
            model_name='pause',
            name='actor',
            field=tenancy.models.OrganisationForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.membership'),
        ),
        migrations.AddField(
            model_name='pause',
            name='complaint',
            field=tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='pauses', to='complaints.complaint'),
        ),
        migrations.AddField(
            model_name='pause',
            name='matter',
            field=tenancy.models.OrganisationForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contacts.matter', verbose_name='dealing'),
        ),
        migrations.AddField(
            model_name='pause',
            name='organisation',
            field=models.ForeignKey(db_index=False, default=tenancy.context.default_organisation_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organisation', verbose_name='organisation'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=tenancy.schema.OrganisationTable(name='complaints_absence_organisation'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=tenancy.schema.OrganisationReference(field='membership', name='complaints_absence_membership_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=tenancy.schema.OrganisationReference(field='deputy', name='complaints_absence_deputy_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(('to_on__gte', models.F('from_on'))), name='absence_ends_after_it_begins'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(('deputy__isnull', True), models.Q(('deputy', models.F('membership')), _negated=True), _connector='OR'), name='absence_deputy_is_another'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=tenancy.schema.OrganisationTable(name='complaints_extension_organisation'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=tenancy.schema.OrganisationReference(field='complaint', name='complaints_extension_complaint_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=tenancy.schema.OrganisationReference(field='actor', name='complaints_extension_actor_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=models.UniqueConstraint(fields=('organisation', 'complaint'), name='one_extension_per_complaint'),
        ),
        migrations.AddConstraint(
            model_name='handlingrules',
            constraint=tenancy.schema.OrganisationTable(name='complaints_handlingrules_organisation'),
        ),
        migrations.AddConstraint(
            model_name='handlingrules',
            constraint=models.UniqueConstraint(fields=('organisation',), name='one_handling_rules'),
        ),
        migrations.AddIndex(
            model_name='pause',
            index=models.Index(fields=['organisation', 'complaint', 'began_at'], name='pause_of_complaint'),
        ),
        migrations.AddConstraint(
            model_name='pause',
            constraint=tenancy.schema.OrganisationTable(name='complaints_pause_organisation'),
        ),
        migrations.AddConstraint(
            model_name='pause',
            constraint=tenancy.schema.OrganisationReference(field='complaint', name='complaints_pause_complaint_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='pause',
            constraint=tenancy.schema.OrganisationReference(field='matter', name='complaints_pause_matter_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='pause',
            constraint=tenancy.schema.OrganisationReference(field='actor', name='complaints_pause_actor_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='pause',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('organisation', 'complaint'), name='one_open_pause'),
        ),
    ]

import django.core.validators
import django.db.models.deletion
import tenancy.context
import tenancy.models
import tenancy.schema
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('disclosures', '0002_articles'),
        ('owners', '0005_erased_at'),
        ('tenancy', '0003_factor_resets'),
    ]

    operations = [
        migrations.CreateModel(
            name='FeeSchedule',
            fields=[
                ('id', models.UUIDField(default=tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(editable=False, max_length=40, verbose_name='number')),
                ('version', models.PositiveSmallIntegerField(default=1, verbose_name='version')),
                ('unit_kind', models.CharField(blank=True, choices=[('', 'All units'), ('flat', 'Flat'), ('shop', 'Shop'), ('parking', 'Parking space'), ('storage', 'Storage room')], default='', max_length=10, verbose_name='for which units')),
                ('valid_from', models.DateField(verbose_name='in force from')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('explanation', models.TextField(blank=True, default='', max_length=2000, verbose_name='why it is so')),
                ('decision', models.CharField(blank=True, default='', max_length=200, verbose_name="decision of the owners' congress")),
                ('decided_on', models.DateField(blank=True, null=True, verbose_name='decided on')),
                ('is_rise', models.BooleanField(default=False, editable=False, verbose_name='a rise')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('checked', 'Checked'), ('published', 'Published')], default='draft', editable=False, max_length=9, verbose_name='state')),
                ('entered_at', models.DateTimeField(verbose_name='entered')),
                ('changed_at', models.DateTimeField(verbose_name='changed')),
                ('back_reason', models.TextField(blank=True, default='', max_length=2000, verbose_name='why it was sent back')),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='published')),
                ('entry_key', models.UUIDField(blank=True, editable=False, null=True)),
                ('changed_by', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.membership', verbose_name='changed by')),
                ('checked_by', tenancy.models.OrganisationForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.membership', verbose_name='checked by')),
                ('entered_by', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.membership', verbose_name='entered by')),
                ('estate', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='owners.estate', verbose_name='estate')),
                ('organisation', models.ForeignKey(db_index=False, default=tenancy.context.default_organisation_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organisation', verbose_name='organisation')),
                ('published_by', tenancy.models.OrganisationForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.membership', verbose_name='published by')),
                ('replaces', tenancy.models.OrganisationForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followers', to='disclosures.feeschedule', verbose_name='replaces')),
            ],
            options={
                'verbose_name': 'fee schedule',
                'verbose_name_plural': 'fee schedules',
                'ordering': ['-valid_from', '-id'],
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='FeeItem',
            fields=[
                ('id', models.UUIDField(default=tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('key', models.UUIDField(editable=False)),
                ('place', models.PositiveSmallIntegerField(verbose_name='place')),
                ('name_en', models.CharField(blank=True, default='', max_length=200, verbose_name='name, English')),
                ('name_zh', models.CharField(blank=True, default='', max_length=200, verbose_name='name, Chinese')),
                ('rate', models.DecimalField(decimal_places=4, max_digits=14, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='rate')),
                ('per', models.CharField(choices=[('m2_month', 'per m² and month'), ('unit_month', 'per unit and month'), ('space_month', 'per parking space and month'), ('m2_year', 'per m² and year'), ('unit_year', 'per unit and year'), ('m3', 'per m³'), ('kwh', 'per kWh'), ('hour', 'per hour'), ('time', 'each time')], max_length=12, verbose_name='per')),
                ('note', models.CharField(blank=True, default='', max_length=500, verbose_name='note')),
                ('organisation', models.ForeignKey(db_index=False, default=tenancy.context.default_organisation_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organisation', verbose_name='organisation')),
                ('schedule', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='items', to='disclosures.feeschedule')),
            ],
            options={
                'verbose_name': 'item of a fee schedule',
                'verbose_name_plural': 'items of a fee schedule',
                'ordering': ['place', 'id'],
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.UUIDField(default=tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(blank=True, default='', editable=False, max_length=40, verbose_name='number')),
                ('kind', models.CharField(choices=[('accounts', 'Account statement'), ('audit', 'Result of an audit'), ('fees', 'Fee schedule'), ('fee_rise', 'Fee rise'), ('budget', 'Budget'), ('performance', 'Report on the services'), ('decision', 'Notice of a decision'), ('committee', 'Disclosure of the committee'), ('contract', 'Summary of a contract'), ('other', 'Something else')], max_length=12, verbose_name='kind')),
                ('title_en', models.CharField(blank=True, default='', max_length=200, verbose_name='title, English')),
                ('title_zh', models.CharField(blank=True, default='', max_length=200, verbose_name='title, Chinese')),
                ('text_en', models.TextField(blank=True, default='', max_length=8000, verbose_name='text, English')),
                ('text_zh', models.TextField(blank=True, default='', max_length=8000, verbose_name='text, Chinese')),
                ('subject_type', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('subject_id', models.UUIDField(blank=True, editable=False, null=True)),
                ('subject_number', models.CharField(blank=True, default='', editable=False, max_length=60, verbose_name='makes known')),
                ('period_from', models.DateField(blank=True, null=True, verbose_name='period from')),
                ('period_to', models.DateField(blank=True, null=True, verbose_name='period to')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('live', 'Shown'), ('ended', 'Ended'), ('withdrawn', 'Withdrawn')], default='draft', editable=False, max_length=9, verbose_name='state')),
                ('min_days', models.PositiveSmallIntegerField(default=0, verbose_name='shown for at least so many days')),
                ('start_on', models.DateField(blank=True, null=True, verbose_name='shown from')),
                ('min_until', models.DateField(blank=True, null=True, verbose_name='shown at least until')),
                ('end_on', models.DateField(blank=True, null=True, verbose_name='shown until')),
                ('entered_at', models.DateTimeField(verbose_name='entered')),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='published')),
                ('moved_at', models.DateTimeField(verbose_name='moved')),
                ('withdrawal_reason', models.TextField(blank=True, default='', max_length=2000, verbose_name='why it is withdrawn')),
                ('legal_order', models.CharField(blank=True, default='', max_length=200, verbose_name='legal order')),
                ('withdrawal_asked_at', models.DateTimeField(blank=True, null=True, verbose_name='asked to withdraw at')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn')),
                ('entry_key', models.UUIDField(blank=True, editable=False, null=True)),
                ('entered_by', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.membership', verbose_name='entered by')),
                ('estate', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='owners.estate', verbose_name='estate')),
                ('organisation', models.ForeignKey(db_index=False, default=tenancy.context.default_organisation_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organisation', verbose_name='organisation')),
                ('published_by', tenancy.models.OrganisationForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.membership', verbose_name='published by')),
                ('withdrawal_asked_by', tenancy.models.OrganisationForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.membership', verbose_name='asked to withdraw')),
                ('withdrawn_by', tenancy.models.OrganisationForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.membership', verbose_name='withdrawn by')),
            ],
            options={
                'verbose_name': 'publication',
                'verbose_name_plural': 'publications',
                'ordering': ['-entered_at', '-id'],
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='PublicationPlace',
            fields=[
                ('id', models.UUIDField(default=tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('portal', 'Portal'), ('board', 'Notice board'), ('mail', 'Mail')], max_length=6, verbose_name='kind')),
                ('where', models.CharField(blank=True, default='', max_length=200, verbose_name='where')),
                ('from_on', models.DateField(verbose_name='since')),
                ('to_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('noted_at', models.DateTimeField(verbose_name='noted')),
                ('entry_key', models.UUIDField(blank=True, editable=False, null=True)),
                ('noted_by', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.membership', verbose_name='noted by')),
                ('organisation', models.ForeignKey(db_index=False, default=tenancy.context.default_organisation_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organisation', verbose_name='organisation')),
                ('publication', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='places_shown', to='disclosures.publication')),
            ],
            options={
                'verbose_name': 'place of a publication',
                'verbose_name_plural': 'places of a publication',
                'ordering': ['from_on', 'id'],
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='PublicationPlan',
            fields=[
                ('id', models.UUIDField(default=tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('pack', models.CharField(default='default', max_length=20, verbose_name='rules')),
                ('kinds', models.JSONField(blank=True, default=list, verbose_name='duties')),
                ('from_on', models.DateField(verbose_name='from which day on')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('changed_at', models.DateTimeField(verbose_name='changed')),
                ('changed_by', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.membership', verbose_name='changed by')),
                ('estate', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='owners.estate', verbose_name='estate')),
                ('organisation', models.ForeignKey(db_index=False, default=tenancy.context.default_organisation_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organisation', verbose_name='organisation')),
            ],
            options={
                'verbose_name': 'plan of publications',
                'verbose_name_plural': 'plans of publications',
                'ordering': ['id'],
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='PublicationRead',
            fields=[
                ('id', models.UUIDField(default=tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(verbose_name='at')),
                ('member', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.membership', verbose_name='member')),
                ('organisation', models.ForeignKey(db_index=False, default=tenancy.context.default_organisation_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organisation', verbose_name='organisation')),
                ('publication', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='reads', to='disclosures.publication')),
            ],
            options={
                'verbose_name': 'reading of a publication',
                'verbose_name_plural': 'readings of publications',
                'ordering': ['id'],
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='PublicationTask',
            fields=[
                ('id', models.UUIDField(default=tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('pack', models.CharField(max_length=20, verbose_name='rules')),
                ('kind', models.CharField(max_length=20, verbose_name='duty')),
                ('period_from', models.DateField(verbose_name='period from')),
                ('period_to', models.DateField(verbose_name='period to')),
                ('due_on', models.DateField(verbose_name='due')),
                ('kept_on', models.DateField(blank=True, null=True, verbose_name='kept on')),
                ('computed_at', models.DateTimeField(verbose_name='computed')),
                ('estate', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='owners.estate', verbose_name='estate')),
                ('named_by', tenancy.models.OrganisationForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.membership', verbose_name='named by')),
                ('organisation', models.ForeignKey(db_index=False, default=tenancy.context.default_organisation_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organisation', verbose_name='organisation')),
                ('publication', tenancy.models.OrganisationForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='disclosures.publication', verbose_name='kept by')),
            ],
            options={
                'verbose_name': 'task of publication',
                'verbose_name_plural': 'tasks of publication',
                'ordering': ['-due_on', 'kind', 'id'],
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddConstraint(
            model_name='feeschedule',
            constraint=tenancy.schema.OrganisationTable(name='disclosures_feeschedule_organisation'),
        ),
        migrations.AddConstraint(
            model_name='feeschedule',
            constraint=tenancy.schema.OrganisationReference(field='estate', name='disclosures_feeschedule_estate_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='feeschedule',
            constraint=tenancy.schema.OrganisationReference(field='replaces', name='disclosures_feeschedule_replaces_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='feeschedule',
            constraint=tenancy.schema.OrganisationReference(field='entered_by', name='disclosures_feeschedule_entered_by_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='feeschedule',
            constraint=tenancy.schema.OrganisationReference(field='changed_by', name='disclosures_feeschedule_changed_by_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='feeschedule',
            constraint=tenancy.schema.OrganisationReference(field='checked_by', name='disclosures_feeschedule_checked_by_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='feeschedule',
            constraint=tenancy.schema.OrganisationReference(field='published_by', name='disclosures_feeschedule_published_by_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='feeschedule',
            constraint=models.UniqueConstraint(fields=('organisation', 'number'), name='one_fee_schedule_per_number'),
        ),
        migrations.AddConstraint(
            model_name='feeschedule',
            constraint=models.UniqueConstraint(fields=('organisation', 'estate', 'unit_kind', 'version'), name='one_fee_schedule_per_version'),
        ),
        migrations.AddConstraint(
            model_name='feeschedule',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('organisation', 'estate', 'unit_kind', 'valid_from'), name='one_fee_schedule_per_day'),
        ),
        migrations.AddConstraint(
            model_name='feeschedule',
            constraint=models.UniqueConstraint(condition=models.Q(('entry_key__isnull', False)), fields=('organisation', 'entry_key'), name='one_fee_schedule_per_form'),
        ),
        migrations.AddConstraint(
            model_name='feeitem',
            constraint=tenancy.schema.OrganisationTable(name='disclosures_feeitem_organisation'),
        ),
        migrations.AddConstraint(
            model_name='feeitem',
            constraint=tenancy.schema.OrganisationReference(field='schedule', name='disclosures_feeitem_schedule_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='feeitem',
            constraint=models.UniqueConstraint(fields=('organisation', 'schedule', 'key'), name='one_fee_item_per_key'),
        ),
        migrations.AddConstraint(
            model_name='feeitem',
            constraint=models.CheckConstraint(condition=models.Q(('rate__gte', 0)), name='fee_rate_not_below_zero'),
        ),
        migrations.AddIndex(
            model_name='publication',
            index=models.Index(fields=['organisation', 'estate', '-start_on', '-id'], name='publication_newest'),
        ),
        migrations.AddIndex(
            model_name='publication',
            index=models.Index(condition=models.Q(('state', 'live')), fields=['organisation', 'end_on'], name='publication_ending'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=tenancy.schema.OrganisationTable(name='disclosures_publication_organisation'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=tenancy.schema.OrganisationReference(field='estate', name='disclosures_publication_estate_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=tenancy.schema.OrganisationReference(field='entered_by', name='disclosures_publication_entered_by_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=tenancy.schema.OrganisationReference(field='published_by', name='disclosures_publication_published_by_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=tenancy.schema.OrganisationReference(field='withdrawal_asked_by', name='disclosures_publication_withdrawal_asked_by_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=tenancy.schema.OrganisationReference(field='withdrawn_by', name='disclosures_publication_withdrawn_by_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.UniqueConstraint(condition=models.Q(('number', ''), _negated=True), fields=('organisation', 'number'), name='one_publication_per_number'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.UniqueConstraint(condition=models.Q(('subject_id__isnull', False)), fields=('organisation', 'subject_type', 'subject_id'), name='one_publication_per_subject'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.UniqueConstraint(condition=models.Q(('entry_key__isnull', False)), fields=('organisation', 'entry_key'), name='one_publication_per_form'),
        ),
        migrations.AddConstraint(
            model_name='publicationplace',
            constraint=tenancy.schema.OrganisationTable(name='disclosures_publicationplace_organisation'),
        ),
        migrations.AddConstraint(
            model_name='publicationplace',
            constraint=tenancy.schema.OrganisationReference(field='publication', name='disclosures_publicationplace_publication_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='publicationplace',
            constraint=tenancy.schema.OrganisationReference(field='noted_by', name='disclosures_publicationplace_noted_by_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='publicationplace',
            constraint=models.UniqueConstraint(condition=models.Q(('entry_key__isnull', False)), fields=('organisation', 'entry_key'), name='one_publication_place_per_form'),
        ),
        migrations.AddConstraint(
            model_name='publicationplace',
            constraint=models.CheckConstraint(condition=models.Q(('to_on__isnull', True), ('to_on__gte', models.F('from_on')), _connector='OR'), name='publication_place_span'),
        ),
        migrations.AddConstraint(
            model_name='publicationplan',
            constraint=tenancy.schema.OrganisationTable(name='disclosures_publicationplan_organisation'),
        ),
        migrations.AddConstraint(
            model_name='publicationplan',
            constraint=tenancy.schema.OrganisationReference(field='estate', name='disclosures_publicationplan_estate_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='publicationplan',
            constraint=tenancy.schema.OrganisationReference(field='changed_by', name='disclosures_publicationplan_changed_by_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='publicationplan',
            constraint=models.UniqueConstraint(fields=('organisation', 'estate'), name='one_publication_plan_per_estate'),
        ),
        migrations.AddConstraint(
            model_name='publicationread',
            constraint=tenancy.schema.OrganisationTable(name='disclosures_publicationread_organisation'),
        ),
        migrations.AddConstraint(
            model_name='publicationread',
            constraint=tenancy.schema.OrganisationReference(field='publication', name='disclosures_publicationread_publication_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='publicationread',
            constraint=tenancy.schema.OrganisationReference(field='member', name='disclosures_publicationread_member_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='publicationread',
            constraint=models.UniqueConstraint(fields=('organisation', 'publication', 'member'), name='one_read_per_member'),
        ),
        migrations.AddIndex(
            model_name='publicationtask',
            index=models.Index(condition=models.Q(('publication', None)), fields=['organisation', 'due_on'], name='publication_task_open'),
        ),
        migrations.AddConstraint(
            model_name='publicationtask',
            constraint=tenancy.schema.OrganisationTable(name='disclosures_publicationtask_organisation'),
        ),
        migrations.AddConstraint(
            model_name='publicationtask',
            constraint=tenancy.schema.OrganisationReference(field='estate', name='disclosures_publicationtask_estate_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='publicationtask',
            constraint=tenancy.schema.OrganisationReference(field='publication', name='disclosures_publicationtask_publication_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='publicationtask',
            constraint=tenancy.schema.OrganisationReference(field='named_by', name='disclosures_publicationtask_named_by_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='publicationtask',
            constraint=models.UniqueConstraint(fields=('organisation', 'estate', 'kind', 'period_from', 'period_to'), name='one_task_per_period'),
        ),
        migrations.AddConstraint(
            model_name='publicationtask',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kept_on__isnull', True), ('publication__isnull', True)), models.Q(('kept_on__isnull', False), ('publication__isnull', False)), _connector='OR'), name='publication_task_kept_whole'),
        ),
    ]

import django.db.models.deletion
import tenancy.context
import tenancy.models
import tenancy.schema
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('owners', '0005_erased_at'),
        ('tenancy', '0003_factor_resets'),
    ]

    operations = [
        migrations.CreateModel(
            name='AccountStatement',
            fields=[
                ('id', models.UUIDField(default=tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(editable=False, max_length=40, verbose_name='number')),
                ('version', models.PositiveSmallIntegerField(default=1, verbose_name='version')),
                ('explanation', models.TextField(blank=True, default='', max_length=2000, verbose_name='what is corrected')),
                ('kind', models.CharField(choices=[('lump_sum', 'Service charge, lump sum'), ('remuneration', 'Service charge, remuneration basis'), ('public_revenue', 'Revenue of common parts'), ('maintenance_fund', 'Maintenance fund'), ('utility', 'Shared utility costs'), ('committee', "Funds of the owners' committee")], max_length=20, verbose_name='kind')),
                ('from_on', models.DateField(verbose_name='from')),
                ('to_on', models.DateField(verbose_name='to')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('opening', models.DecimalField(decimal_places=3, max_digits=18, verbose_name='opening balance')),
                ('closing', models.DecimalField(decimal_places=3, max_digits=18, verbose_name='closing balance')),
                ('bank_balance', models.DecimalField(blank=True, decimal_places=3, max_digits=18, null=True, verbose_name='balance at the bank')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('prepared', 'Prepared'), ('finance_checked', 'Checked'), ('committee_review', 'With the committee'), ('approved', 'Approved'), ('returned', 'Returned'), ('published', 'Published'), ('questioned', 'Questioned'), ('answered', 'Answered'), ('closed', 'Closed')], default='draft', editable=False, max_length=20, verbose_name='state')),
                ('entered_at', models.DateTimeField(verbose_name='entered')),
                ('review_due_at', models.DateTimeField(blank=True, null=True, verbose_name='review due')),
                ('back_reason', models.TextField(blank=True, default='', max_length=2000, verbose_name='why it was sent back')),
                ('moved_at', models.DateTimeField(verbose_name='moved')),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='published')),
                ('checked_by', tenancy.models.OrganisationForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.membership', verbose_name='checked by')),
                ('corrects', tenancy.models.OrganisationForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='disclosures.accountstatement', verbose_name='corrects')),
                ('entered_by', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.membership', verbose_name='entered by')),
                ('estate', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='owners.estate', verbose_name='estate')),
                ('organisation', models.ForeignKey(db_index=False, default=tenancy.context.default_organisation_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organisation', verbose_name='organisation')),
                ('prepared_by', tenancy.models.OrganisationForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.membership', verbose_name='prepared by')),
                ('published_by', tenancy.models.OrganisationForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.membership', verbose_name='published by')),
            ],
            options={
                'verbose_name': 'account statement',
                'verbose_name_plural': 'account statements',
                'ordering': ['-to_on', '-id'],
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.UUIDField(default=tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('looked_at', models.DateTimeField(blank=True, null=True, verbose_name='looked at')),
                ('decision', models.CharField(blank=True, choices=[('', 'Has not decided'), ('signed', 'Signed off'), ('returned', 'Returned it')], default='', max_length=8, verbose_name='decision')),
                ('reason', models.TextField(blank=True, default='', max_length=2000, verbose_name='reasons')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                ('member', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.membership', verbose_name='member')),
                ('organisation', models.ForeignKey(db_index=False, default=tenancy.context.default_organisation_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organisation', verbose_name='organisation')),
                ('statement', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='reviews', to='disclosures.accountstatement')),
            ],
            options={
                'verbose_name': 'review of a statement',
                'verbose_name_plural': 'reviews of statements',
                'ordering': ['id'],
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='StatementLine',
            fields=[
                ('id', models.UUIDField(default=tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('place', models.PositiveIntegerField(verbose_name='line')),
                ('booked_on', models.DateField(blank=True, null=True, verbose_name='date')),
                ('voucher', models.CharField(blank=True, default='', max_length=80, verbose_name='voucher')),
                ('direction', models.CharField(choices=[('income', 'Income'), ('expense', 'Expense')], max_length=7, verbose_name='income or expense')),
                ('category', models.CharField(max_length=40, verbose_name='category')),
                ('category_en', models.CharField(blank=True, default='', max_length=200, verbose_name='category, English')),
                ('category_zh', models.CharField(blank=True, default='', max_length=200, verbose_name='category, Chinese')),
                ('counterparty', models.CharField(blank=True, default='', max_length=200, verbose_name='to or from whom')),
                ('building', models.CharField(blank=True, default='', max_length=80, verbose_name='building')),
                ('text_en', models.CharField(blank=True, default='', max_length=500, verbose_name='description, English')),
                ('text_zh', models.CharField(blank=True, default='', max_length=500, verbose_name='description, Chinese')),
                ('amount', models.DecimalField(decimal_places=3, max_digits=18, verbose_name='amount')),
                ('budget', models.DecimalField(blank=True, decimal_places=3, max_digits=18, null=True, verbose_name='budget')),
                ('note', models.CharField(blank=True, default='', max_length=500, verbose_name='note')),
                ('organisation', models.ForeignKey(db_index=False, default=tenancy.context.default_organisation_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organisation', verbose_name='organisation')),
                ('statement', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='disclosures.accountstatement')),
            ],
            options={
                'verbose_name': 'line of a statement',
                'verbose_name_plural': 'lines of a statement',
                'ordering': ['place'],
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Remark',
            fields=[
                ('id', models.UUIDField(default=tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('stage', models.CharField(choices=[('review', "In the committee's review"), ('published', 'After publication')], max_length=9, verbose_name='stage')),
                ('is_question', models.BooleanField(verbose_name='a question')),
                ('body', models.TextField(max_length=2000, verbose_name='words')),
                ('asked_at', models.DateTimeField(verbose_name='asked')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='answer due')),
                ('answer', models.TextField(blank=True, default='', max_length=4000, verbose_name='answer')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered')),
                ('public_body', models.TextField(blank=True, default='', max_length=2000, verbose_name='the question as everybody reads it')),
                ('is_public', models.BooleanField(default=False, verbose_name='open to all owners')),
                ('entry_key', models.UUIDField(blank=True, editable=False, null=True)),
                ('answered_by', tenancy.models.OrganisationForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.membership', verbose_name='answered by')),
                ('asked_by', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.membership', verbose_name='asked by')),
                ('organisation', models.ForeignKey(db_index=False, default=tenancy.context.default_organisation_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organisation', verbose_name='organisation')),
                ('statement', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='remarks', to='disclosures.accountstatement')),
                ('line', tenancy.models.OrganisationForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='remarks', to='disclosures.statementline', verbose_name='line')),
            ],
            options={
                'verbose_name': 'remark on a statement',
                'verbose_name_plural': 'remarks on statements',
                'ordering': ['asked_at', 'id'],
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='LineSeen',
            fields=[
                ('id', models.UUIDField(default=tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(verbose_name='at')),
                ('member', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.membership', verbose_name='member')),
                ('organisation', models.ForeignKey(db_index=False, default=tenancy.context.default_organisation_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organisation', verbose_name='organisation')),
                ('line', tenancy.models.OrganisationForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='seen', to='disclosures.statementline')),
            ],
            options={
                'verbose_name': 'line gone through',
                'verbose_name_plural': 'lines gone through',
                'ordering': ['id'],
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddIndex(
            model_name='accountstatement',
            index=models.Index(fields=['organisation', 'estate', '-to_on', '-id'], name='statement_newest'),
        ),
        migrations.AddConstraint(
            model_name='accountstatement',
            constraint=tenancy.schema.OrganisationTable(name='disclosures_accountstatement_organisation'),
        ),
        migrations.AddConstraint(
            model_name='accountstatement',
            constraint=tenancy.schema.OrganisationReference(field='corrects', name='disclosures_accountstatement_corrects_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='accountstatement',
            constraint=tenancy.schema.OrganisationReference(field='estate', name='disclosures_accountstatement_estate_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='accountstatement',
            constraint=tenancy.schema.OrganisationReference(field='entered_by', name='disclosures_accountstatement_entered_by_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='accountstatement',
            constraint=tenancy.schema.OrganisationReference(field='prepared_by', name='disclosures_accountstatement_prepared_by_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='accountstatement',
            constraint=tenancy.schema.OrganisationReference(field='checked_by', name='disclosures_accountstatement_checked_by_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='accountstatement',
            constraint=tenancy.schema.OrganisationReference(field='published_by', name='disclosures_accountstatement_published_by_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='accountstatement',
            constraint=models.UniqueConstraint(fields=('organisation', 'number', 'version'), name='one_statement_per_version'),
        ),
        migrations.AddConstraint(
            model_name='accountstatement',
            constraint=models.UniqueConstraint(condition=models.Q(('corrects__isnull', False)), fields=('organisation', 'corrects'), name='one_correction_per_version'),
        ),
        migrations.AddConstraint(
            model_name='accountstatement',
            constraint=models.CheckConstraint(condition=models.Q(('to_on__gte', models.F('from_on'))), name='statement_period'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=tenancy.schema.OrganisationTable(name='disclosures_review_organisation'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=tenancy.schema.OrganisationReference(field='statement', name='disclosures_review_statement_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=tenancy.schema.OrganisationReference(field='member', name='disclosures_review_member_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.UniqueConstraint(fields=('organisation', 'statement', 'member'), name='one_review_per_member'),
        ),
        migrations.AddConstraint(
            model_name='statementline',
            constraint=tenancy.schema.OrganisationTable(name='disclosures_statementline_organisation'),
        ),
        migrations.AddConstraint(
            model_name='statementline',
            constraint=tenancy.schema.OrganisationReference(field='statement', name='disclosures_statementline_statement_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='statementline',
            constraint=models.UniqueConstraint(fields=('organisation', 'statement', 'place'), name='one_line_per_place'),
        ),
        migrations.AddIndex(
            model_name='remark',
            index=models.Index(condition=models.Q(('answered_at', None), ('is_question', True)), fields=['organisation', 'due_on'], name='remark_unanswered'),
        ),
        migrations.AddConstraint(
            model_name='remark',
            constraint=tenancy.schema.OrganisationTable(name='disclosures_remark_organisation'),
        ),
        migrations.AddConstraint(
            model_name='remark',
            constraint=tenancy.schema.OrganisationReference(field='statement', name='disclosures_remark_statement_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='remark',
            constraint=tenancy.schema.OrganisationReference(field='line', name='disclosures_remark_line_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='remark',
            constraint=tenancy.schema.OrganisationReference(field='asked_by', name='disclosures_remark_asked_by_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='remark',
            constraint=tenancy.schema.OrganisationReference(field='answered_by', name='disclosures_remark_answered_by_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='remark',
            constraint=models.UniqueConstraint(condition=models.Q(('entry_key__isnull', False)), fields=('organisation', 'entry_key'), name='one_remark_per_form'),
        ),
        migrations.AddConstraint(
            model_name='lineseen',
            constraint=tenancy.schema.OrganisationTable(name='disclosures_lineseen_organisation'),
        ),
        migrations.AddConstraint(
            model_name='lineseen',
            constraint=tenancy.schema.OrganisationReference(field='line', name='disclosures_lineseen_line_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='lineseen',
            constraint=tenancy.schema.OrganisationReference(field='member', name='disclosures_lineseen_member_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='lineseen',
            constraint=models.UniqueConstraint(fields=('organisation', 'line', 'member'), name='one_mark_per_member'),
        ),
    ]

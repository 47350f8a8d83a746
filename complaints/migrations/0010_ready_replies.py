import django.db.models.deletion
import tenancy.context
import tenancy.models
import tenancy.schema
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0009_assignment_rules'),
        ('tenancy', '0003_factor_resets'),
    ]

    operations = [
        migrations.CreateModel(
            name='CannedReply',
            fields=[
                ('id', models.UUIDField(default=tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=80, verbose_name='title')),
                ('body_en', models.TextField(blank=True, max_length=4000, verbose_name='text, English')),
                ('body_zh', models.TextField(blank=True, max_length=4000, verbose_name='text, Chinese')),
                ('position', models.PositiveSmallIntegerField(default=10, verbose_name='order')),
                ('is_active', models.BooleanField(default=True, verbose_name='in force')),
                ('category', tenancy.models.OrganisationForeignKey(blank=True, db_constraint=False, help_text='Offered for complaints of this category alone; empty: for all.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='complaints.category', verbose_name='category')),
                ('organisation', models.ForeignKey(db_index=False, default=tenancy.context.default_organisation_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organisation', verbose_name='organisation')),
            ],
            options={
                'verbose_name': 'ready reply',
                'verbose_name_plural': 'ready replies',
                'ordering': ['position', 'title'],
                'base_manager_name': 'objects',
                'constraints': [tenancy.schema.OrganisationTable(name='complaints_cannedreply_organisation'), tenancy.schema.OrganisationReference(field='category', name='complaints_cannedreply_category_id_ref'), models.CheckConstraint(condition=models.Q(('body_en', ''), ('body_zh', ''), _negated=True), name='canned_reply_says_something'), models.UniqueConstraint(fields=('organisation', 'title'), name='one_canned_reply_per_title')],
            },
        ),
    ]

import django.db.models.deletion
from django.db import migrations, models

import tenancy.models

# Every line there is has its own id as key, so that what hangs on it stays valid. Rewriting the column asks no policy of
# rows, and comes before the key may no longer be empty.
OWN_KEYS = 'ALTER TABLE disclosures_statementline ALTER COLUMN "key" TYPE uuid USING id'
# A correction began as a copy: where its lines are still those of the version before, they have that one's keys.
KEYS_OF_BEFORE = """
UPDATE disclosures_statementline AS line SET "key" = before."key"
FROM disclosures_accountstatement AS statement, disclosures_statementline AS before
WHERE line.statement_id = statement.id AND statement.version = %s AND before.statement_id = statement.corrects_id
  AND (line.place, line.direction, line.category, line.voucher, line.text_en, line.text_zh)
    = (before.place, before.direction, before.category, before.voucher, before.text_en, before.text_zh)
"""


# What the references of the rows wait to check is checked now: a table with checks that wait cannot be altered.
CHECK_NOW = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"


def keep_keys(apps, schema_editor):
    """Organisation by organisation, as their policies ask, the earlier versions first."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.organisation_id', true)")
        (outer,) = cursor.fetchone()
        cursor.execute("SELECT id FROM tenancy_organisation ORDER BY id")
        for (organisation_id,) in cursor.fetchall():
            cursor.execute("SELECT set_config('app.organisation_id', %s, true)", [str(organisation_id)])
            cursor.execute("SELECT DISTINCT version FROM disclosures_accountstatement WHERE version > 1 ORDER BY 1")
            for (version,) in cursor.fetchall():
                cursor.execute(KEYS_OF_BEFORE, [version])
        cursor.execute(CHECK_NOW)
        cursor.execute("SELECT set_config('app.organisation_id', %s, true)", [outer or ""])


# An earlier state of the code knows one review a member: that of the last round.
LAST_ROUND = """
DELETE FROM disclosures_review AS review USING disclosures_review AS later
WHERE review.statement_id = later.statement_id AND review.round < later.round
"""


def keep_last_round(apps, schema_editor):
    """The way back: one review a member."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.organisation_id', true)")
        (outer,) = cursor.fetchone()
        cursor.execute("SELECT id FROM tenancy_organisation ORDER BY id")
        for (organisation_id,) in cursor.fetchall():
            cursor.execute("SELECT set_config('app.organisation_id', %s, true)", [str(organisation_id)])
            cursor.execute(LAST_ROUND)
        cursor.execute(CHECK_NOW)
        cursor.execute("SELECT set_config('app.organisation_id', %s, true)", [outer or ""])


class Migration(migrations.Migration):

    dependencies = [
        ('disclosures', '0008_standards_and_articles_shown'),
        ('tenancy', '0003_factor_resets'),
    ]

    operations = [
        migrations.AddField(
            model_name='statementline',
            name='key',
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.RunSQL(OWN_KEYS, migrations.RunSQL.noop),
        migrations.RunPython(keep_keys, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='statementline',
            name='key',
            field=models.UUIDField(default=tenancy.models.uuid7, editable=False),
        ),
        migrations.AddConstraint(
            model_name='statementline',
            constraint=models.UniqueConstraint(fields=('organisation', 'statement', 'key'), name='one_line_per_key'),
        ),
        migrations.AddIndex(
            model_name='statementline',
            index=models.Index(fields=['organisation', 'key'], name='line_by_key'),
        ),
        migrations.AddField(
            model_name='accountstatement',
            name='review_round',
            field=models.PositiveSmallIntegerField(default=1, editable=False, verbose_name='round of the review'),
        ),
        migrations.AddField(
            model_name='accountstatement',
            name='has_loose_vouchers',
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.RemoveConstraint(
            model_name='review',
            name='one_review_per_member',
        ),
        migrations.AddField(
            model_name='review',
            name='round',
            field=models.PositiveSmallIntegerField(default=1, verbose_name='round'),
        ),
        migrations.RunPython(migrations.RunPython.noop, keep_last_round),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.UniqueConstraint(
                fields=('organisation', 'statement', 'member', 'round'), name='one_review_per_round',
            ),
        ),
        migrations.AddField(
            model_name='remark',
            name='line_was',
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
        migrations.AlterField(
            model_name='remark',
            name='line',
            field=tenancy.models.OrganisationForeignKey(
                blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.RESTRICT,
                related_name='remarks', to='disclosures.statementline', verbose_name='line',
            ),
        ),
    ]

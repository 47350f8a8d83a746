import django.core.validators
import django.db.models.deletion
import tenancy.models
import tenancy.schema
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0010_ready_replies'),
        ('owners', '0005_erased_at'),
        ('tenancy', '0003_factor_resets'),
    ]

    operations = [
        migrations.AddField(
            model_name='complaint',
            name='arose_from',
            field=tenancy.models.OrganisationForeignKey(db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='led_to', to='complaints.complaint', verbose_name='arose from'),
        ),
        migrations.AddField(
            model_name='complaint',
            name='kind',
            field=models.CharField(choices=[('complaint', 'Complaint'), ('request', 'Request')], db_default='complaint', default='complaint', editable=False, max_length=10, verbose_name='kind'),
        ),
        migrations.AddField(
            model_name='handlingrules',
            name='request_visit_percent',
            field=models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='return visits after requests, per cent of them'),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name='complaint',
            name='closed_how',
            field=models.CharField(blank=True, choices=[('said', 'The complainant said that it is solved'), ('visited', 'Return visit'), ('attempts', 'Nobody reached, on several days'), ('anonymous', 'Anonymous: nobody to ask'), ('silence', 'No word from the complainant'), ('converted', 'Became a complaint')], db_default='', default='', editable=False, max_length=10, verbose_name='closed how'),
        ),
        migrations.AddConstraint(
            model_name='complaint',
            constraint=tenancy.schema.OrganisationReference(field='arose_from', name='complaints_complaint_arose_from_id_ref'),
        ),
        migrations.AddConstraint(
            model_name='complaint',
            constraint=models.UniqueConstraint(condition=models.Q(('arose_from__isnull', False)), fields=('organisation', 'arose_from'), name='one_complaint_per_request'),
        ),
    ]

import django.db.models.deletion
import tenancy.context
import tenancy.models
import tenancy.schema
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0006_labelled_places'),
        ('owners', '0005_erased_at'),
        ('tenancy', '0003_factor_resets'),
    ]

    operations = [
        migrations.CreateModel(
            name='InboundMail',
            fields=[
                ('id', models.UUIDField(default=tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(editable=False, max_length=64)),
                ('sender', models.CharField(blank=True, max_length=254, verbose_name='sender')),
                ('sender_name', models.CharField(blank=True, max_length=200, verbose_name='name of the sender')),
                ('subject', models.CharField(blank=True, max_length=200, verbose_name='subject')),
                ('text', models.TextField(blank=True, verbose_name='words')),
                ('reply_token', models.CharField(blank=True, editable=False, max_length=64)),
                ('files_count', models.PositiveSmallIntegerField(default=0, verbose_name='files')),
                ('left_out', models.PositiveSmallIntegerField(default=0, verbose_name='parts left out')),
                ('raw_name', models.CharField(blank=True, editable=False, max_length=200)),
                ('received_at', models.DateTimeField(verbose_name='received')),
                ('state', models.CharField(choices=[('received', 'Just received'), ('waiting', 'Waiting'), ('stopped', 'Held back'), ('filed', 'Became a complaint'), ('attached', 'Added to a case'), ('discarded', 'Discarded')], default='received', editable=False, max_length=10, verbose_name='state')),
                ('why', models.CharField(blank=True, choices=[('unknown', 'Nobody in the registry has this address.'), ('several', 'Several people, or units in several estates, have this address.'), ('staff', 'It is from a member of staff, and not a reply to a case.'), ('forged', 'It went to a reply address that was not made for this sender.'), ('refused', 'The case takes no more words this way.'), ('doubtful', 'The sender’s mail service says that it did not send it.'), ('empty', 'It has no words.'), ('unreadable', 'It could not be read.'), ('too_big', 'It is too big; only its head was taken.'), ('ours', 'We sent it ourselves.'), ('report', 'A report of a mail server.'), ('auto_submitted', 'An automatic answer.'), ('list', 'A mailing list or bulk mail.'), ('machine', 'An address that no person writes from.'), ('absence', 'An out-of-office note.'), ('rate', 'Too many mails from this address within an hour.')], editable=False, max_length=16, verbose_name='why')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('complaint', tenancy.models.OrganisationForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='mails', to='complaints.complaint', verbose_name='complaint')),
                ('decided_by', tenancy.models.OrganisationForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.membership')),
                ('organisation', models.ForeignKey(db_index=False, default=tenancy.context.default_organisation_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organisation', verbose_name='organisation')),
                ('person', tenancy.models.OrganisationForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='owners.person')),
            ],
            options={
                'verbose_name': 'mail',
                'verbose_name_plural': 'mails',
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organisation', 'state', '-received_at', '-id'], name='mail_in_state'), models.Index(fields=['organisation', 'sender', 'received_at'], name='mail_of_sender')],
                'constraints': [tenancy.schema.OrganisationTable(name='complaints_inboundmail_organisation'), tenancy.schema.OrganisationReference(field='complaint', name='complaints_inboundmail_complaint_id_ref'), tenancy.schema.OrganisationReference(field='person', name='complaints_inboundmail_person_id_ref'), tenancy.schema.OrganisationReference(field='decided_by', name='complaints_inboundmail_decided_by_id_ref'), models.UniqueConstraint(fields=('organisation', 'key'), name='one_mail_per_message_id')],
            },
        ),
        migrations.CreateModel(
            name='MailDoor',
            fields=[
                ('id', models.UUIDField(default=tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('sealed', models.TextField(blank=True, default='', editable=False)),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('organisation', models.ForeignKey(db_index=False, default=tenancy.context.default_organisation_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organisation', verbose_name='organisation')),
            ],
            options={
                'verbose_name': 'door for mail',
                'verbose_name_plural': 'door for mail',
                'base_manager_name': 'objects',
                'constraints': [tenancy.schema.OrganisationTable(name='complaints_maildoor_organisation'), models.UniqueConstraint(fields=('organisation',), name='one_mail_door')],
            },
        ),
    ]

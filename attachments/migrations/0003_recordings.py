from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('attachments', '0002_waiting_for_the_scanner'),
    ]

    operations = [
        migrations.AlterField(
            model_name='attachment',
            name='kind',
            field=models.CharField(choices=[('image', 'Image'), ('document', 'Document'), ('audio', 'Recording')], max_length=10, verbose_name='kind'),
        ),
    ]

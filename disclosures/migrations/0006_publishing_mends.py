from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('disclosures', '0005_standard_mends'),
    ]

    operations = [
        migrations.AddField(
            model_name='feeschedule',
            name='writers',
            field=models.JSONField(default=list, editable=False),
        ),
        migrations.AddField(
            model_name='publication',
            name='order_files',
            field=models.JSONField(default=list, editable=False),
        ),
    ]

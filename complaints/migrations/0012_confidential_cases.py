from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0011_service_requests'),
    ]

    operations = [
        migrations.AddField(
            model_name='complaint',
            name='is_confidential',
            field=models.BooleanField(db_default=False, default=False, verbose_name='confidential'),
        ),
    ]

"""A target whose days were given to its round alone says so: a change of priority leaves it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0015_first_signers'),
    ]

    operations = [
        migrations.AddField(
            model_name='clock',
            name='own_days',
            field=models.PositiveSmallIntegerField(null=True),
        ),
    ]

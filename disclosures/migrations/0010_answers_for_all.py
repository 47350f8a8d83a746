from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('disclosures', '0009_statement_mends'),
    ]

    operations = [
        migrations.AddField(
            model_name='remark',
            name='public_answer',
            field=models.TextField(blank=True, default='', max_length=4000, verbose_name='the answer as everybody reads it'),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('disclosures', '0011_enquiries_become_cases'),
    ]

    operations = [
        migrations.AddField(
            model_name='accountstatement',
            name='fund_ratio',
            field=models.DecimalField(blank=True, decimal_places=4, max_digits=8, null=True, verbose_name='maintenance fund, as a part of its first amount'),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('disclosures', '0010_answers_for_all'),
    ]

    operations = [
        migrations.AlterField(
            model_name='enquiry',
            name='state',
            field=models.CharField(choices=[('asked', 'Asked'), ('assigned', 'Being answered'), ('answered', 'Answered'), ('clarified', 'Answered once more'), ('converted', 'Became a case'), ('closed', 'Closed')], default='asked', editable=False, max_length=10, verbose_name='state'),
        ),
    ]

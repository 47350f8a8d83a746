"""My data and the privacy officer's desk in the browser: everything there is to press, on phone and desktop."""

from datetime import timedelta

import pytest
from django.utils import timezone

from owners.models import Occupancy, Person
from privacy.models import DataExport, DataRequest, LegalHold
from privacy.tasks import make_export_task

"""Two organisations, one with very many messages: `python -m tests.chaos.killed.crowd provide GATEWAY | probe`.

`probe` tells one person of the small organisation something every second, by e-mail and by SMS, as a room of the product
does. How long each waited stands in its row.
"""

import sys
import time
from datetime import datetime

import django

from tests.chaos.killed.feeder import in_scope

MANY, FEW = "many", "few"
NUMBER = "+442079460000"


def provide(gateway: str) -> None:
    """The big organisation's SMS leave by ``gateway``, the small one's as files."""
    from django.core.management import call_command

    from notices.models import NoticeSettings, Provider
    from tenancy.context import scope
    from tenancy.models import Organisation

    carriers = {MANY: ("sms-gateway", {"url": gateway}), FEW: ("sms-files", {})}
    for slug, (code, options) in carriers.items():
        call_command("create_organisation", slug, name=slug.title(), admin_email=f"admin@{slug}.example")
        with scope(Organisation.objects.get(slug=slug).pk):
            Provider.objects.create(channel="sms", code=code, options=options)
            NoticeSettings.objects.update_or_create(defaults={"quiet_from": None, "quiet_until": None})


def probe() -> None:
    from django.utils import timezone

    from tenancy.models import Organisation

    organisation_id = Organisation.objects.get(slug=FEW).pk
    number = 0
    while True:
        now = timezone.now()
        in_scope(organisation_id, lambda key=f"probe:{number}", now=now: tell(key, now))
        number += 1
        time.sleep(1)


def tell(key: str, now: datetime) -> None:
    from notices.models import Delivery
    from notices.services.queueing import nudge_after_commit

    shared = {
        "event": "probe", "dedupe_key": key, "recipient_name": "Reader", "language": "en", "subject": "Trial",
        "text": "Trial", "created_at": now, "next_attempt_at": now,
    }  # fmt: skip
    Delivery.objects.create(channel="email", address=f"{key.replace(':', '-')}@sink.example", **shared)
    Delivery.objects.create(channel="sms", address=NUMBER, **shared)
    nudge_after_commit()


if __name__ == "__main__":
    django.setup()
    provide(sys.argv[2]) if sys.argv[1] == "provide" else probe()

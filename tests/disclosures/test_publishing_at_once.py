"""Two connections at once: numbers without a gap or a twin, one withdrawal, each task once and kept once."""

from datetime import timedelta

from audit.models import AuditEntry
from disclosures.models import Publication, PublicationPlan, PublicationTask
from disclosures.services import fees, publications, publicduties, withdrawing
from tenancy.context import scope
from tests.disclosures.fees_making import filled
from tests.disclosures.publishing_making import drafted, planned
from tests.disclosures.test_at_once import committed, inside, pytestmark  # noqa: F401 (a fixture and a mark)
from tests.factories.house import NOON
from tests.owners.test_import_at_once import at_once

LATER = NOON + timedelta(days=16)


def test_of_two_at_once_there_is_one_of_everything_published(committed):  # noqa: F811
    house = committed
    with scope(house.organisation.pk):
        planned(house, "budget")
        PublicationTask.objects.all().delete()
        plan = PublicationPlan.objects.select_related("estate__calendar").get()
        span = {"kind": "budget", "period_from": NOON.date().replace(month=1, day=1)}
        span["period_to"] = NOON.date().replace(month=12, day=31)
        keys = [drafted(house, **span).pk for _ in range(2)]
        fee_key = filled(house).pk
        fees.check(schedule_id=fee_key, actor=house.manager, now=NOON)
    compute = inside(house, lambda: publicduties.compute(plan=plan, now=NOON))
    at_once(compute, compute)

    def publish(key):
        return inside(house, lambda: publications.publish(publication_id=key, actor=house.manager, now=NOON).number)

    assert sorted(at_once(publish(keys[0]), publish(keys[1]))) == ["P-2026-000001", "P-2026-000002"]
    assert len(set(at_once(publish(keys[0]), publish(keys[0])))) == 1
    charge = inside(house, lambda: fees.publish(schedule_id=fee_key, actor=house.manager, now=NOON).pk)
    assert len(set(at_once(charge, charge))) == 1
    with scope(house.organisation.pk):
        withdrawing.ask(publication_id=keys[0], reason="Wrong", actor=house.supervisor, now=LATER)
    confirm = inside(house, lambda: withdrawing.confirm(publication_id=keys[0], actor=house.manager, now=LATER).state)
    assert at_once(confirm, confirm) == ["withdrawn"] * 2
    with scope(house.organisation.pk):
        assert Publication.objects.exclude(number="").count() == 3
        assert PublicationTask.objects.filter(period_from=span["period_from"]).count() == 1
        actions = list(AuditEntry.objects.values_list("action", flat=True))
    assert [actions.count(name) for name in ("publicduty.kept", "publication.withdrawn", "feeschedule.published")] == [
        1,
        1,
        1,
    ]

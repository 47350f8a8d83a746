import time, pytest
from datetime import timedelta
from django.utils import timezone
from tests.factories.notices import *
from notices.services.proving import make_proof, request_proof
from tests.factories.house import in_scope_of
def test_scale(house):
    at=timezone.now()-timedelta(hours=1)
    n=sent_notice(house, at=at)
    for i in range(2000):
        received_by(n, house.unit, name=f"Person {i}")
    p=request_proof(notice_id=n.pk, language="en", actor=house.manager, now=timezone.now())
    t=time.time()
    print(in_scope_of(None, lambda: make_proof(organisation_id=house.organisation.pk, pack_id=p.pk, clock=timezone.now)), time.time()-t)
    import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss//1024)

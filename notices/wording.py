"""The words of a message that is about to leave: as they were written, unsealed, or put together from its notice."""

from collections.abc import Iterable
from uuid import UUID

from notices.models import Delivery, NoticeVersion
from notices.rendering import render_notice
from notices.sealing import unseal
from notices.writing import Words
from tenancy.models import Organisation

Versions = dict[UUID, NoticeVersion]


def versions_of(deliveries: Iterable[Delivery]) -> Versions:
    """The newest version of each notice that these are of, by the notice; one statement whatever their number."""
    notices = {row.notice_id for row in deliveries if row.notice_id}
    rows = (
        NoticeVersion.objects.filter(notice__in=notices).select_related("notice__approver").order_by("number")
        if notices
        else ()
    )
    return {row.notice_id: row for row in rows}


def words_of(delivery: Delivery, organisation: Organisation, versions: Versions | None = None) -> Words:
    """What is handed over. Reads the notice's newest version when it is not among ``versions``.

    Raises ValueError for sealed words that cannot be opened any more, and for a notice without words.
    """
    if delivery.notice_id and delivery.recipient is not None:
        known = versions if versions is not None else versions_of([delivery])
        if delivery.notice_id not in known:
            raise ValueError("the notice has no words")
        version = known[delivery.notice_id]
        return render_notice(
            version, delivery.recipient, organisation, delivery.language, delivery.channel, link=delivery.link
        )
    if delivery.sealed:
        parts = unseal(delivery.sealed)
        return Words(delivery.subject, parts["text"], parts["text"], parts["html"])
    return Words(delivery.subject, delivery.text, delivery.text, delivery.html)

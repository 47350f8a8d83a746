"""What columns mean is kept for the next file."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from contacts.rules.access import reach_for
from disclosures.exchange.columns import Choice, to_remember
from disclosures.models import RememberedColumns
from owners.models import Estate
from owners.registry.workbook import Sheet
from tenancy.errors import NotAllowed
from tenancy.models import Membership


@transaction.atomic
def remember(
    *, sheets: Sequence[Sheet], chosen: Mapping[str, Choice], estate: Estate, actor: Membership | None, now: datetime
) -> list[RememberedColumns]:
    """Keep the choice of each part under its row of headings, in place of an earlier one for the same headings.

    Writes what is new or differs, with an audit entry each; the statements themselves are not touched. Raises
    NotAllowed unless ``actor`` may enter accounts of the estate.
    """
    if actor is None or not reach_for(actor, "statement.write").covers(estate.pk):
        raise NotAllowed(_("You cannot enter accounts of this estate."))
    kept = []
    for part, choice in chosen.items():
        signature, headings = to_remember(part, sheets, choice)
        places = dict(choice.places)
        row = RememberedColumns.objects.select_for_update().filter(part=part, signature=signature).first()
        if row is not None and row.places == places:
            continue
        values = {"headings": headings, "places": places, "chosen_by": actor, "chosen_at": now}
        row, _is_new = RememberedColumns.objects.update_or_create(part=part, signature=signature, defaults=values)
        record(action="columns.chosen", subject=row, actor=actor, now=now, changes={"part": part, "places": places})
        kept.append(row)
    return kept

"""The columns that an organisation's earlier files had."""

from disclosures.models import RememberedColumns


def remembered() -> dict[tuple[str, str], dict[str, int]]:
    rows = RememberedColumns.objects.values_list("part", "signature", "places")
    return {(part, signature): places for part, signature, places in rows}

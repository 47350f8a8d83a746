"""What each unit pays is kept as it was on the day an account of shared costs is published."""

from dataclasses import asdict

from disclosures.models import AccountStatement, PublishedShare
from disclosures.sharing_queries import divided


def keep_shares(statement: AccountStatement) -> None:
    """Write the units, their areas and shares, so that a later change of the registry changes no published account.

    Called within the transaction that publishes it; an account of another kind has no shares.
    """
    if statement.kind != AccountStatement.Kind.UTILITY:
        return
    rows = [
        PublishedShare(statement=statement, **{name: value for name, value in asdict(share).items() if name != "parts"})
        for share in divided(statement).shares
    ]
    PublishedShare.objects.bulk_create(rows, batch_size=1000)

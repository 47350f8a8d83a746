"""Stored files go when the transaction that forgot them is through, never before."""

import logging
from collections.abc import Iterable
from functools import partial

from django.core.files.storage import storages
from django.db import transaction

log = logging.getLogger(__name__)
STORAGE = "private"


def delete_on_commit(names: Iterable[str]) -> None:
    """Delete these files of the private storage after commit; empty names are passed over."""
    wanted = [name for name in names if name]
    if wanted:
        transaction.on_commit(partial(_delete, wanted), robust=True)


def _delete(names: list[str]) -> None:
    storage = storages[STORAGE]
    for name in names:
        try:
            storage.delete(name)
        except OSError:  # one file that cannot go must not keep the others
            log.exception("a stored file could not be deleted")

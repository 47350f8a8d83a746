from typing import Any

from django.conf import settings


class MigrateAsOwner:
    """Only the owner's connection changes the schema; the application's role owns nothing."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return bool(db == settings.MIGRATION_DATABASE)

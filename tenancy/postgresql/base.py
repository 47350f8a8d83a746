"""PostgreSQL whose organisation tables have the key (organisation_id, id)."""

from typing import Any

from django.db.backends.postgresql import base, features


class DatabaseFeatures(features.DatabaseFeatures):
    def allows_group_by_selected_pks_on_model(self, model: Any) -> bool:
        # `id` alone is no key of an organisation's table, so PostgreSQL refuses GROUP BY id.
        return not hasattr(model, "organisation_id") and super().allows_group_by_selected_pks_on_model(model)


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures

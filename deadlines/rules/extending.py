"""``extends: code``: a calendar or rule pack that says only what differs from another one."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _


def merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Mappings merge key by key at every depth; scalars and lists replace; None switches off."""
    result = dict(base)
    for key, change in changes.items():
        below = result.get(key)
        result[key] = merged(below, change) if isinstance(change, Mapping) and isinstance(below, Mapping) else change
    return result


def resolved(reference: Any, library: Mapping[str, Any], _chain: tuple[str, ...] = ()) -> dict[str, Any]:
    """The complete mapping behind a code, or behind a mapping that may say ``extends``.

    Raises ValueError when a code is not in the library or extends itself.
    """
    if isinstance(reference, str):
        if reference in _chain:
            raise ValueError(_("%(code)s extends itself.") % {"code": reference})
        if reference not in library:
            raise ValueError(_("There is no %(code)s to refer to.") % {"code": reference})
        return resolved(library[reference], library, (*_chain, reference))
    if not isinstance(reference, Mapping):
        raise ValueError(_("Neither a code nor a mapping: %(value)s") % {"value": reference})
    changes = {key: value for key, value in reference.items() if key != "extends"}
    base = reference.get("extends")
    return changes if base is None else merged(resolved(base, library, _chain), changes)

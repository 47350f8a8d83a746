#!/usr/bin/env python
"""Django's commands. Without DATABASE_URL they use this checkout's embedded database, or join a running demo."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "propcomm.settings")
    from embedded.environment import ensure
    from embedded.processes import CannotStart

    try:
        ensure()
    except CannotStart as error:
        sys.exit(str(error))
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

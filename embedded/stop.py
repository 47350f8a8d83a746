"""`make stop`, and the end of a test run: stop the embedded PostgreSQL unless somebody uses it."""

import sys

from embedded.environment import stop_when_unused

if __name__ == "__main__":
    stopped = stop_when_unused()
    if "--quiet" not in sys.argv:
        print("The embedded PostgreSQL is stopped." if stopped else "Nothing to stop, or it is in use.")

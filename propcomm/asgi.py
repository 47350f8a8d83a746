"""For servers that speak ASGI. The pages are synchronous: WSGI serves them faster."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "propcomm.settings")
application = get_asgi_application()

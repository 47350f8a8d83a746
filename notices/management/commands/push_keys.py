from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from django.core.management.base import BaseCommand

from notices.channels.encrypting import CURVE, b64


class Command(BaseCommand):
    help = "Make the key of this installation for push messages to browsers: a line for the environment."

    def handle(self, *args: Any, **options: Any) -> None:
        secret = ec.generate_private_key(CURVE).private_numbers().private_value
        self.stdout.write(f"PROPCOMM_PUSH_KEY={b64(secret.to_bytes(32, 'big'))}")

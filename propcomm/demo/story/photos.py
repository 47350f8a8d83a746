"""The few photographs of the story, taken in through the upload gate once each."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import storages

from attachments.models import Attachment
from attachments.rules import holder_key
from attachments.services import receive_upload
from attachments.stores import STORAGE
from propcomm.demo.story.cast import DATA
from tenancy.models import Membership, uuid7

Pictures = Callable[[datetime, Membership | None], Sequence[Attachment]]


class Album:
    """A picture goes through the gate the first time; later ones are copies of what came out of it."""

    def __init__(self) -> None:
        self._clean: dict[str, Attachment] = {}

    def pictures(self, name: str) -> Pictures:
        def take(now: datetime, author: Membership | None) -> Sequence[Attachment]:
            first = self._clean.get(name)
            if first is None:
                content = (DATA / "photos" / f"{name}.jpg").read_bytes()
                file = ContentFile(content, name=f"{name}.jpg")
                first = self._clean[name] = receive_upload(file=file, actor=author, now=now)  # type: ignore[arg-type]
                return [first]
            return [_copy(first, author, now)]

        return take


def _copy(first: Attachment, author: Membership | None, now: datetime) -> Attachment:
    storage = storages[STORAGE]
    stored = []
    stem = f"{first.stored_name.rsplit('/', 1)[0]}/{uuid7()}"
    for name, ending in ((first.stored_name, ""), (first.thumb_name, "-thumb")):
        with storage.open(name) as content:
            stored.append(storage.save(f"{stem}{ending}", content))
    copy = Attachment(
        original_name=first.original_name, kind=first.kind, mime=first.mime, size=first.size,
        received_bytes=first.received_bytes, sha256=first.sha256, width=first.width, height=first.height,
        state=Attachment.State.CLEAN, uploaded_by=author, holder=holder_key(membership_id=author.pk if author else None, visitor=""),
        created_at=now, stored_name=stored[0], thumb_name=stored[1],
    )  # fmt: skip
    copy.save(force_insert=True)
    return copy

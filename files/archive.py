"""Archives that are the same bytes whenever and wherever they are made: several papers in one, office documents."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import date

#: Parts of an office document that are documents themselves, such as the figures behind a chart.
_INNER = ".xlsx"
_PROPERTIES = "docProps/core.xml"
_TIME = re.compile(rb"(<dcterms:(?:created|modified)\b[^>]*>)[^<]*")
_PACKED = (1980, 1, 1, 0, 0, 0)
_UNIX = 3


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The ``files`` by name in one archive, in their order."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            # Libraries put the time and the system of writing in here.
            entry = zipfile.ZipInfo(name, _PACKED)
            entry.create_system = _UNIX
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def settled(document: bytes, day: date) -> bytes:
    """An office document (.docx, .pptx, .xlsx) with ``day`` in place of every time of writing."""
    with zipfile.ZipFile(io.BytesIO(document)) as parts:
        return zipped({name: _settled_part(name, parts.read(name), day) for name in parts.namelist()})


def _settled_part(name: str, content: bytes, day: date) -> bytes:
    if name.endswith(_INNER):
        return settled(content, day)
    if name == _PROPERTIES:
        return _TIME.sub(rb"\g<1>" + f"{day.isoformat()}T00:00:00Z".encode(), content)
    return content

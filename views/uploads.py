"""What a server holds of uploads: of each session a few files and no more bytes than the largest of them needs."""

from __future__ import annotations

from functools import cache

from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

MOST_BOUNDARY_BYTES = 25_000_000
"""Of a file of boundaries, which is the largest that a page takes."""
#: Each is read as soon as it is there. Bytes: the largest and two workbooks, whose limit is stated here again because
#: the first page loads nothing of them.
MOST_FILES, MOST_HELD = 6, MOST_BOUNDARY_BYTES + 10_000_000


@cache
def limit_uploads() -> None:
    """Has the server keep within the limits, from the first page on; a page that is only tested has no server."""
    manager = getattr(runtime.get_instance(), "_uploaded_file_mgr", None) if runtime.exists() else None
    if isinstance(manager, MemoryUploadedFileManager):
        limit(manager)


def limit(manager: MemoryUploadedFileManager) -> None:
    """Has ``manager`` forget the earliest uploads of a session that sends more than can be held."""
    # Streamlit limits each file, and not how many there are.
    add = manager.add_file

    def add_and_forget(session_id: str, file: UploadedFileRec) -> None:
        held = [(id, len(one.data)) for id, one in manager.file_storage[session_id].copy().items()]
        room = MOST_HELD - len(file.data)
        while held and (len(held) >= MOST_FILES or sum(size for _, size in held) > room):
            manager.remove_file(session_id, held.pop(0)[0])
        add(session_id, file)

    manager.add_file = add_and_forget  # type: ignore[method-assign]

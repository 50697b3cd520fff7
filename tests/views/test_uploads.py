from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from files.workbook_cells import MOST_BYTES
from views.uploads import MOST_BOUNDARY_BYTES, MOST_FILES, MOST_HELD, limit


def test_a_session_holds_a_few_uploads_and_another_has_its_own() -> None:
    manager = MemoryUploadedFileManager("/upload")
    limit(manager)

    def put(session: str, id: str, size: int) -> None:
        manager.add_file(session, UploadedFileRec(id, f"{id}.csv", "text/csv", b"x" * size))

    for number in range(10):
        put("a", str(number), 1)
    assert list(manager.file_storage["a"]) == [str(number) for number in range(10 - MOST_FILES, 10)]
    put("b", "other", 1)
    put("a", "large", MOST_HELD)
    assert list(manager.file_storage["a"]) == ["large"]
    assert list(manager.file_storage["b"]) == ["other"]


def test_the_largest_file_and_two_workbooks_are_held() -> None:
    assert MOST_HELD == MOST_BOUNDARY_BYTES + 2 * MOST_BYTES

"""Files that are turned away at the door, and names that are not kept as they are."""

from tests.claims.evidence.corpus.documents import letter
from tests.claims.evidence.corpus.entry import SCANNER, Expected, clean, entry, noise, turned_away
from tests.claims.evidence.corpus.honest import MEGABYTE, of_size
from tests.claims.evidence.corpus.pdf_writer import document, stream
from tests.claims.evidence.corpus.pictures import jpeg, png

# In two halves, so that no scanner mistakes this file for what it looks for.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
OTHER_TYPE, OTHER_CONTENT = turned_away("file_type_not_allowed"), turned_away("file_content_mismatch")
VIRUS = Expected("file_unsafe", "virus", by=SCANNER)

DOOR = [
    entry("nothing at all", "proof.pdf", lambda: b"", turned_away("file_empty")),
    entry("one byte", "proof.pdf", lambda: b"%", OTHER_CONTENT),
    entry("one byte too many", "proof.pdf", lambda: of_size(25 * MEGABYTE + 1), turned_away("file_too_large")),
    entry("a PDF called PNG", "proof.png", document, OTHER_CONTENT),
    entry("a PNG called PDF", "proof.pdf", png, OTHER_CONTENT),
    entry("a JPEG called PNG", "proof.png", jpeg, OTHER_CONTENT),
    entry("a PNG called JPEG", "proof.jpg", png, OTHER_CONTENT),
    entry("a DOCX called PDF", "proof.pdf", letter, OTHER_CONTENT),
    entry("a PDF called DOCX", "proof.docx", document, OTHER_CONTENT),
    entry("a program called PDF", "proof.pdf", lambda: b"MZ" + noise(5000), OTHER_CONTENT),
    entry("a GIF called PNG", "proof.png", lambda: b"GIF89a" + noise(500), OTHER_CONTENT),
    entry("a GIF header before a PDF", "proof.pdf", lambda: b"GIF89a" + document(), OTHER_CONTENT),
    entry("HTML before a PDF", "proof.pdf", lambda: b"<script>alert(1)</script>" + document(), OTHER_CONTENT),
    entry("a program", "proof.exe", lambda: b"MZ" + noise(5000), OTHER_TYPE),
    entry("a program called .pdf.exe", "proof.pdf.exe", lambda: b"MZ" + noise(5000), OTHER_TYPE),
    entry("a document with macros", "proof.docm", letter, OTHER_TYPE),
    entry("a workbook with macros", "proof.xlsm", letter, OTHER_TYPE),
    entry("a web page", "proof.html", lambda: b"<script>alert(1)</script>", OTHER_TYPE),
    entry("a drawing that is a program", "proof.svg", lambda: b"<svg onload='alert(1)'/>", OTHER_TYPE),
    entry("no extension", "proof", document, OTHER_TYPE),
    entry("only an extension", ".pdf", document, OTHER_TYPE, "pdf"),
    entry("EICAR as text", "eicar.txt", lambda: EICAR, OTHER_TYPE),
    entry("EICAR as a program", "eicar.com", lambda: EICAR, OTHER_TYPE),
    entry("EICAR called PDF", "eicar.pdf", lambda: EICAR, OTHER_CONTENT),
    entry("EICAR inside a PDF", "eicar.pdf", lambda: document(stream(EICAR)), VIRUS),
    entry("EICAR inside a DOCX", "eicar.docx", lambda: stored(EICAR), VIRUS),
]
NAMES = [
    entry("name: from right to left", "proof\u202efdp.exe", document, OTHER_TYPE, "prooffdp.exe"),
    entry("name: from right to left, honest", "contract\u202e.pdf", document, clean(1), "contract.pdf"),
    entry("name: up and away", "../../etc/cron.d/proof.pdf", document, clean(1), "proof.pdf"),
    entry("name: of a folder of Windows", "C:\\fakepath\\proof.pdf", document, clean(1), "proof.pdf"),
    entry("name: of a device", "NUL.pdf", document, clean(1), "_NUL.pdf"),
    entry("name: with two lines", "proof\r\nX: y.pdf", document, clean(1), "proofX_ y.pdf"),
    entry("name: with a zero", "proof.exe\0.pdf", document, clean(1), "proof.exe.pdf"),
    entry("name: of 300 letters", "p" * 300 + ".pdf", document, clean(1), "p" * 116 + ".pdf"),
    entry("name: of markup", "<img src=x>.pdf", document, clean(1), "_img src=x_.pdf"),
    entry("name: invisible", "\u200b\u2060.pdf", document, OTHER_TYPE, "pdf"),
]


def stored(content: bytes) -> bytes:
    """A letter with this, not compressed, as its picture."""
    from zipfile import ZIP_STORED

    from tests.claims.evidence.corpus.zips import unzipped, zipped

    return zipped(unzipped(letter({"word/media/image1.png": content})), method=ZIP_STORED)


ALL = [*DOOR, *NAMES]

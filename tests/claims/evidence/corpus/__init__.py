"""The files that people might send: one table of what they are, how they are made, and what becomes of each.

Nothing is stored: every file is made when it is needed, the same one each time.
"""

from tests.claims.evidence.corpus.disguises import DISGUISES
from tests.claims.evidence.corpus.entry import DOOR, INSPECTION, SCANNER, Entry, Expected
from tests.claims.evidence.corpus.honest import HONEST
from tests.claims.evidence.corpus.names import ALL, EICAR
from tests.claims.evidence.corpus.object_streams import OBJECT_STREAMS
from tests.claims.evidence.corpus.offices import OFFICES
from tests.claims.evidence.corpus.pdfs import PDFS
from tests.claims.evidence.corpus.pictures import PICTURES
from tests.claims.evidence.corpus.readers import READERS

MANIFEST = (*ALL, *PDFS, *OBJECT_STREAMS, *PICTURES, *OFFICES, *DISGUISES, *READERS, *HONEST)

__all__ = ["DOOR", "EICAR", "INSPECTION", "MANIFEST", "SCANNER", "Entry", "Expected"]

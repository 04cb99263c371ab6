"""What goes out compressed: pages, to browsers that take it."""

import gzip

from tests.claims.given import draft
from tests.world import World


def test_a_page_goes_out_compressed(world: World) -> None:
    browser = world.web("jonas.weber")
    plain, small = (browser.get("/claims/", headers={"Accept-Encoding": how}) for how in ("identity", "gzip, br"))
    assert ("Content-Encoding" in plain.headers, small.headers["Content-Encoding"]) == (False, "gzip")
    assert "Accept-Encoding" in small.headers["Vary"]
    assert len(small.content) < len(plain.content) / 2
    assert "<h1>" in gzip.decompress(small.content).decode()


def test_what_a_program_reads_goes_as_it_is_with_the_etag_that_it_sends_back(world: World) -> None:
    reference = draft(world, "jonas.weber")
    answer = world.api("jonas.weber").send("GET", f"claims/{reference}/", Accept_Encoding="gzip")
    assert ("Content-Encoding" in answer.headers, answer.headers["ETag"][:1]) == (False, '"')

"""Pre-flight over the API."""

from tests.world import World, claim_of


def test_a_claim_that_is_right_in_everything_has_no_findings(world: World) -> None:
    response = world.api("jonas.weber").send("POST", "claims/preflight/", claim_of())

    assert response.status_code == 200
    assert response.json() == {"ready": True, "findings": []}

"""Documents in a bucket: the same story against a real S3 client and a server that speaks its protocol."""

import hashlib
import logging
import socket
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import boto3
import pytest
from django.conf import LazySettings

from claims.actions.inspections import inspect_due
from claims.models import Evidence
from claims.storage import kept, local_copy, spool_folder, sweep_files, vault
from claims.uploads import Upload
from cpor import environment
from tests.claims.evidence.doors import added, drop, files, inspect_one, inspected, remove, rows, spooled, upload
from tests.claims.evidence.files import pdf, with_script
from tests.claims.given import draft, everything, stored
from tests.events.post_office import free_port, wait_until
from tests.events.processes import Process
from tests.world import NOW, World

WHO = "jonas.weber"
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an S3 server of our own, in a process of its own, so that its memory is not ours."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = Process(command, tmp_path_factory.mktemp("moto") / "moto.log", stdout=subprocess.DEVNULL)
    wait_until(lambda: _listens(port), seconds=60, what="the S3 server answers")
    yield f"http://127.0.0.1:{port}"
    process.kill()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """The credentials as the environment gives them."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")


@pytest.fixture
def bucket(server: str, keys: None, settings: LazySettings, tmp_path: Path) -> Iterator[Any]:
    """An empty bucket in which the documents are kept, below a prefix."""
    rows = boto3.resource("s3", endpoint_url=server, region_name="eu-west-1")
    made = rows.create_bucket(Bucket="evidence", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    use(settings, f"s3://evidence/claims/kept?endpoint={server}&region=eu-west-1", tmp_path)
    yield made
    made.objects.all().delete()
    made.delete()
    rows.meta.client.close()


def use(settings: LazySettings, url: str, data: Path) -> None:
    chosen = environment.evidence({"CPOR_EVIDENCE_URL": url}, data)
    settings.STORAGES = {**settings.STORAGES, "evidence": chosen}


@pytest.fixture
def reference(world: World) -> str:
    """A draft without any proof."""
    return draft(world, WHO, proof=False)


def keys_in(bucket: Any) -> list[str]:
    return sorted(found.key.removeprefix("claims/kept/") for found in bucket.objects.all())


def test_a_document_is_added_inspected_read_and_removed(world: World, reference: str, bucket: Any) -> None:
    document = added(world, WHO, reference, pdf(3))
    assert keys_in(bucket) == rows()
    assert rows() == [f"{stored(reference).partner_id}/{document['sha256']}/{document['id']}"]
    inspect_one()
    content = f"claims/{reference}/evidence/{document['id']}/content/"
    answer = world.api(WHO).send("GET", content)
    assert b"".join(answer.streaming_content) == pdf(3)
    assert answer["Content-Disposition"] == 'attachment; filename="sow.pdf"'
    assert answer["Content-Length"] == str(len(pdf(3)))
    assert remove(world.api(WHO), reference, document["id"]) == 204
    assert (keys_in(bucket), spooled()) == ([], [])


def test_a_refused_document_is_gone_from_the_bucket(world: World, reference: str, bucket: Any) -> None:
    assert inspected(world, WHO, reference, with_script())["state"] == "refused"
    assert (keys_in(bucket), spooled()) == ([], [])


def test_nobody_else_may_read_the_bucket(world: World, reference: str, bucket: Any) -> None:
    added(world, WHO, reference)
    (found,) = bucket.objects.all()
    grants = found.Acl().grants
    assert [grant["Permission"] for grant in grants] == ["FULL_CONTROL"]
    assert {grant["Grantee"]["Type"] for grant in grants} == {"CanonicalUser"}, "no group, such as all users"
    assert found.Object().content_type == "application/octet-stream"


def test_what_is_not_taken_leaves_nothing_in_the_bucket(world: World, reference: str, bucket: Any) -> None:
    first = upload(world.api(WHO), reference, Idempotency_Key="once")
    assert upload(world.api(WHO), reference, Idempotency_Key="once").json() == first.json()
    assert upload(world.api(WHO), reference, If_Match='"another"').status_code == 412
    assert keys_in(bucket) == rows()
    assert len(rows()) == 1


def test_the_sweep_removes_what_has_no_row_and_names_what_is_missing(
    world: World, reference: str, bucket: Any, caplog: pytest.LogCaptureFixture
) -> None:
    added(world, WHO, reference)
    orphan = f"{stored(reference).partner_id}/{1:064x}/{1:032x}"
    for key in (f"claims/kept/{orphan}", "claims/kept/notes/readme.txt", f"elsewhere/{orphan}"):
        bucket.put_object(Key=key, Body=b"left behind")
    written = next(iter(bucket.objects.all())).last_modified
    assert sweep_files(now=written + HOUR - MINUTE).removed == 0
    assert sweep_files(now=written + HOUR + MINUTE).removed == 1
    assert keys_in(bucket) == sorted([*rows(), "notes/readme.txt", f"elsewhere/{orphan}"])

    lost = Evidence.objects.get().stored
    vault().delete(lost)
    with caplog.at_level(logging.ERROR, "claims.storage"):
        assert sweep_files(now=written + 2 * HOUR).missing == (lost,)
    assert lost in caplog.text


def test_a_large_document_is_never_whole_in_memory(world: World, reference: str, bucket: Any) -> None:
    content = pdf() + bytes(24 * MEGABYTE)
    upload(world.api(WHO), reference)  # what is imported once
    spool = spool_folder() / "upload-large"
    spool.write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    large = Upload("large.pdf", spool, len(content), sha256, content[:100])
    tracemalloc.start()
    try:
        with kept(large, partner_id=1, random=Random(1)) as file, local_copy(Evidence(stored=file.stored)) as copy:
            assert copy.stat().st_size == len(content)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 * MEGABYTE
    spool.unlink()
    assert (spooled(), keys_in(bucket)) == ([], rows())


@pytest.mark.parametrize("trouble", ["nobody listens", "no such bucket"])
def test_a_bucket_that_cannot_be_reached_takes_nothing_and_says_so_within_seconds(
    world: World, reference: str, server: str, keys: None, settings: LazySettings, tmp_path: Path, trouble: str
) -> None:
    where = f"http://127.0.0.1:{free_port()}" if trouble == "nobody listens" else server
    use(settings, f"s3://nowhere?endpoint={where}&region=eu-west-1", tmp_path)
    browser = world.web(WHO)
    before, began = everything(), time.monotonic()
    answer = upload(world.api(WHO), reference)
    assert (answer.status_code, answer.json()["code"]) == (503, "file_not_stored")
    page = drop(browser, reference, files(("a.pdf", pdf())))
    assert page.status_code == 422
    assert "file_not_stored" in page.content.decode()
    assert time.monotonic() - began < 60, "not the minutes that the client would wait by itself"
    assert (everything(), spooled()) == (before, [])


def test_a_bucket_that_is_gone_for_a_while_gives_up_no_document(
    world: World, reference: str, bucket: Any, server: str, settings: LazySettings, tmp_path: Path
) -> None:
    added(world, WHO, reference)
    use(settings, f"s3://evidence?endpoint=http://127.0.0.1:{free_port()}&region=eu-west-1", tmp_path)
    for minute in range(6):
        assert inspect_due(now=NOW + minute * MINUTE) == 0
    assert (Evidence.objects.get().scan, Evidence.objects.get().attempts) == ("pending", 0)
    use(settings, f"s3://evidence/claims/kept?endpoint={server}&region=eu-west-1", tmp_path)
    assert inspect_due(now=NOW + 6 * MINUTE) == 1
    assert Evidence.objects.get().scan == "clean"
    assert spooled() == []

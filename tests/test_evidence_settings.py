"""Where documents are kept and who scans them: what is wrong or unsafe stops the start with one clear line."""

from pathlib import Path
from typing import Any

import pytest

from tests.test_settings import PRODUCTION, read, refusal


def chosen(data: Path, environment: dict[str, str]) -> tuple[str, dict[str, Any], str, str]:
    """Backend, options, spool and scanner of a start with this environment."""
    settings = read(data, environment)
    storage = settings["STORAGES"]["evidence"]
    backend = storage["BACKEND"].rpartition(".")[2]
    return backend, storage["OPTIONS"], str(settings["EVIDENCE_SPOOL"]), settings["CLAMD"]


def test_without_a_word_documents_lie_beside_the_data_for_our_eyes_only(tmp_path: Path) -> None:
    backend, options, spool, clamd = chosen(tmp_path, {})
    assert backend == "FileSystemStorage"
    assert options == {
        "location": str(tmp_path / "evidence"),
        "file_permissions_mode": 0o600,
        "directory_permissions_mode": 0o700,
    }
    assert (spool, clamd) == (str(tmp_path / "spool"), "")
    assert (tmp_path / "evidence").stat().st_mode & 0o777 == 0o700


def test_a_folder_may_be_named(tmp_path: Path) -> None:
    folder = tmp_path / "a b" / "documents"
    options = chosen(tmp_path, {"CPOR_EVIDENCE_URL": folder.as_uri()})[1]
    assert options["location"] == str(folder)
    assert folder.is_dir()


def test_a_bucket_may_be_named_with_its_prefix_endpoint_and_region(tmp_path: Path) -> None:
    url = "s3://proof-of.work/claims/kept/?endpoint=https://s3.example:9000&region=eu-west-1"
    backend, options, _spool, _clamd = chosen(tmp_path, {"CPOR_EVIDENCE_URL": url})
    assert backend == "S3Storage"
    wanted = {
        "bucket_name": "proof-of.work",
        "location": "claims/kept",
        "endpoint_url": "https://s3.example:9000",
        "region_name": "eu-west-1",
        "default_acl": None,
        "querystring_auth": True,
    }
    assert {name: options[name] for name in wanted} == wanted
    plain = chosen(tmp_path, {"CPOR_EVIDENCE_URL": "s3://documents"})[1]
    assert (plain["location"], plain["endpoint_url"], plain["region_name"]) == ("", None, None)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:3310", "tcp://[::1]:3310", "unix:///run/clamav/clamd.ctl"])
def test_a_scanner_may_be_named(tmp_path: Path, address: str) -> None:
    assert chosen(tmp_path, {"CPOR_CLAMD": address})[3] == address


@pytest.mark.parametrize(
    "url",
    [
        "/srv/documents",
        "file:srv/documents",
        "file://server/srv/documents",
        "file:///",
        "file:///srv/documents?mode=0644",
        "s3://",
        "s3:///prefix",
        "s3://Bucket_With_Capitals",
        "s3://key:pass-word-9@bucket",
        "s3://bucket?acl=public-read",
        "s3://bucket?endpoint=s3.example",
        "s3://bucket?endpoint=ftp://s3.example",
        "s3://bucket?endpoint=https://s3.example:port",
        "s3://bucket?endpoint=",
        "s3://bucket?region=",
        "s3://[bucket",
        "https://bucket.s3.example/pass-word-9",
    ],
)
def test_what_is_no_place_for_documents_is_refused_and_not_repeated(tmp_path: Path, url: str) -> None:
    line = refusal(tmp_path, {"CPOR_EVIDENCE_URL": url})
    assert line.startswith(
        "CPOR cannot start: CPOR_EVIDENCE_URL cannot be read. Set where documents are kept: file:///"
    )
    assert "pass-word-9" not in line


@pytest.mark.parametrize("folder", ["static", "static/documents", "elsewhere"])
def test_documents_never_lie_where_everybody_may_read_them(tmp_path: Path, folder: str) -> None:
    environment = {"CPOR_EVIDENCE_URL": (tmp_path / folder).as_uri()}
    if folder == "elsewhere":
        environment["CPOR_STATIC_DIR"] = str(tmp_path / folder)
    line = refusal(tmp_path, environment)
    assert line.startswith("CPOR cannot start: CPOR_EVIDENCE_URL ")
    assert "static files" in line
    assert not (tmp_path / folder).is_dir() or not any((tmp_path / folder).iterdir())


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for url in ((tmp_path / "file" / "documents").as_uri(), "file:///proc/documents"):
        line = refusal(tmp_path, {"CPOR_EVIDENCE_URL": url})
        assert line.startswith("CPOR cannot start: CPOR_EVIDENCE_URL ")
        assert "cannot be written" in line


@pytest.mark.parametrize(
    "address",
    [
        "clamav:3310",
        "tcp://clamav",
        "tcp://clamav:port",
        "tcp://clamav:99999",
        "tcp://:3310",
        "tcp://[::1:3310",
        "tcp://clamav:3310/path",
        "tcp://clamav:3310?x=1",
        "unix://run/clamd.ctl",
        "unix:///",
        "http://clamav:3310",
    ],
)
def test_what_is_no_scanner_is_refused(tmp_path: Path, address: str) -> None:
    line = refusal(tmp_path, {**PRODUCTION, "CPOR_CLAMD": address})
    assert line == f"CPOR cannot start: CPOR_CLAMD is {address!r}. Set tcp://host:port or unix:///path."

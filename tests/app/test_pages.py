"""The page and its files: cached so that an upgrade is seen, compressed, loading nothing that is not ours."""

import re
from html.parser import HTMLParser

import pytest

from app import __version__
from app.routes.pages import find_directory


class Loads(HTMLParser):
    """What a page makes the browser load, and its inline scripts and styles."""

    def __init__(self, text):
        super().__init__()
        self.addresses = []
        self.inline = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        address = given.get("src") or (given.get("href") if tag == "link" else None)
        if address:
            self.addresses.append(address)
        if (tag == "script" and "src" not in given) or tag == "style" or "style" in given:
            self.inline.append((tag, given.get("nonce")))
        self.inline += [(tag, name) for name in given if name.startswith("on")]


@pytest.fixture(scope="module")
def page(client):
    answer = client.get("/")
    assert answer.status_code == 200
    return answer


def test_the_page_is_html_of_this_version(page):
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-cache"
    assert "<!doctype html>" in page.text


def test_the_page_loads_our_own_files_only_and_all_exist(client, page):
    addresses = Loads(page.text).addresses
    assert len(addresses) > 4
    for address in addresses:
        assert address.startswith("/static/")
        assert client.get(address).status_code == 200, address


def test_inline_is_the_import_map_alone_with_the_nonce_of_the_policy(page):
    nonce = re.search(r"'nonce-([\w-]+)'", page.headers["content-security-policy"])[1]
    assert Loads(page.text).inline == [("script", nonce)]


def test_the_imports_exist(client, page):
    modules = re.findall(r'"(/static/vendor/[^"]+\.js)"', page.text)
    assert modules
    for module in modules:
        answer = client.get(module)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/javascript")


def test_head_answers_without_a_body(client, page):
    answer = client.head("/")
    assert (answer.status_code, answer.content) == (200, b"")


def test_files_are_revalidated(client):
    first = client.get("/static/css/base.css")
    assert first.headers["cache-control"] == "no-cache"
    again = client.get("/static/css/base.css", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/", "/static/css/base.css", "/static/vendor/preact.js", "/api/v1/catalog"])
def test_text_is_compressed_for_those_who_take_it(client, path):
    small = client.get(path, headers={"accept-encoding": "gzip"})
    plain = client.get(path, headers={"accept-encoding": "identity"})
    assert small.headers["content-encoding"] == "gzip"
    assert small.headers["vary"].lower() == "accept-encoding"
    assert "content-encoding" not in plain.headers
    assert int(small.headers["content-length"]) < int(plain.headers["content-length"])


def test_fonts_are_compressed_already(client):
    font = client.get("/static/fonts/np-sans-latin.woff2", headers={"accept-encoding": "gzip"})
    assert font.status_code == 200
    assert "content-encoding" not in font.headers


def test_the_catalog_is_asked_for_with_its_etag(client):
    first = client.get("/api/v1/catalog")
    assert (first.status_code, first.json()["version"]) == (200, 1)
    assert first.headers["cache-control"] == "no-cache"
    for known in (first.headers["etag"], f"W/{first.headers['etag']}", f'"x", {first.headers["etag"]}', "*"):
        again = client.get("/api/v1/catalog", headers={"if-none-match": known})
        assert (again.status_code, again.content) == (304, b"")
    assert client.get("/api/v1/catalog", headers={"if-none-match": '"x"'}).status_code == 200


def test_a_specification_is_checked_and_priced(client):
    answer = client.post("/api/v1/validate", json={"spec": {"layers": [{"units": 3}]}}).json()
    assert (answer["valid"], answer["errors"]) == (True, [])
    assert answer["spec"]["layers"][0]["units"] == 3
    assert answer["cost"]["parameters"] == 3 * 3 + 4
    answer = client.post("/api/v1/validate", json={"spec": {"layers": [{"units": 0}]}}).json()
    assert (answer["valid"], [error["pointer"] for error in answer["errors"]]) == (False, ["/layers/0/units"])
    assert client.post("/api/v1/validate", json={}).json()["errors"][0]["pointer"] == "/spec"


@pytest.mark.parametrize("path", ["/health", "/api/v1/health"])
def test_the_server_says_that_it_is_well(client, new_run, path):
    before = client.get(path).json()
    assert before == {"status": "ok", "version": __version__, "workers": 2, "runs": before["runs"]}
    new_run()
    assert client.get(path).json()["runs"] == before["runs"] + 1


@pytest.mark.parametrize("path", ["/ready", "/api/v1/ready"])
def test_the_server_says_that_it_takes_work(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})
    assert answer.headers["cache-control"] == "no-store"


def test_a_checkout_is_told_from_an_installation(tmp_path):
    package = tmp_path / "app"
    (package / "static").mkdir(parents=True)
    (tmp_path / "static").mkdir()
    assert find_directory("static", package) == package / "static"
    (tmp_path / "pyproject.toml").touch()
    assert find_directory("static", package) == tmp_path / "static"
    with pytest.raises(FileNotFoundError, match="Install neuronpark again"):
        find_directory("templates", package)

"""What opening the page costs: every script and style sheet it can load, as they are sent."""

import re
from urllib.parse import urljoin

MOST_BYTES = 120_000
LINK = re.compile(r"""(?:href|src)="([^"]+\.(?:css|js))\"""")
IMPORT_MAP = re.compile(r'<script type="importmap"[^>]*>(.*?)</script>', re.DOTALL)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["'](\.{1,2}/[^"']+|/[^"']+)["']""")


def served(client):
    """Address → compressed size of everything the page's HTML, import map and imports lead to."""
    page = client.get("/").text
    [entries] = IMPORT_MAP.findall(page)
    ahead = [*LINK.findall(page), *re.findall(r': "([^"]+)"', entries)]
    sizes = {}
    while ahead:
        address = ahead.pop()
        if address in sizes:
            continue
        answer = client.get(address, headers={"accept-encoding": "gzip"})
        assert answer.status_code == 200, address
        sizes[address] = int(answer.headers["content-length"])
        if address.endswith(".js"):
            code = COMMENT.sub("", answer.text)
            ahead += [urljoin(address, found) for found in IMPORT.findall(code)]
    return sizes


def test_scripts_and_styles_are_small(client):
    sizes = served(client)
    assert any("uplot" in address for address in sizes)
    assert any(address.endswith(".css") for address in sizes)
    assert sum(sizes.values()) <= MOST_BYTES, sizes

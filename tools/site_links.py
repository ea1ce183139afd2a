"""For mkdocs: links to files of the repository that are no pages of the site lead to where the repository is."""

from __future__ import annotations

import posixpath
import re
from typing import Any

_LINK = re.compile(r"(\]\()(\.\./[^)\s]+)")


def on_page_markdown(markdown: str, page: Any, config: Any, **_: Any) -> str:
    """The text of a page with its links that leave docs/ turned into addresses."""

    def turned(found: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join("docs", posixpath.dirname(page.file.src_uri), found[2]))
        if target.startswith("docs/"):
            return found[0]
        return f"{found[1]}{config.repo_url.rstrip('/')}/blob/main/{target}"

    return _LINK.sub(turned, markdown)

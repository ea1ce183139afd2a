"""The text of a Dockerfile to search for words in: what it does not have, no instruction has."""

from dockerfile_astro_lint.dockerfile.parser import Dockerfile

_FEW = 16
"""Lines that are searched for one by one."""


def search_text(dockerfile: Dockerfile) -> str:
    """A Dockerfile in lower case, without the quotes, escapes and line continuations that can split a word."""
    scan, text = dockerfile.scan, dockerfile.source.text
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    if scan.escape in text:
        text = text.replace(f"{scan.escape}\n", "")
        # What has comments or spaces behind its escape characters.
        continued = [line.text for line in scan.continued]
        known = text if len(continued) < _FEW else set(text.split("\n"))
        text = "\n".join([text, *[line for line in continued if line not in known]])
    return plain(text)


def plain(text: str) -> str:
    """A text in lower case, without what can split a word: quotes, escapes and line continuations."""
    for char in ("\\\n", "`\n", "\\", "`", "'", '"'):
        if char in text:
            text = text.replace(char, "")
    return text.lower()

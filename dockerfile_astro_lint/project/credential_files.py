"""Credential files, by their names."""

_ENDS = (".env", ".p8", ".p12", ".pem", ".json")


def is_credentials(name: str) -> bool:
    """Whether a file, by its name in lower case, holds credentials."""
    if name.startswith("id_rsa"):
        return not name.endswith(".pub")
    if not name.endswith(_ENDS):
        return False
    if name.endswith(".env"):
        return name == ".env"
    if name.endswith(".pem"):
        return not _is_authority(name)
    if name.endswith(".json"):
        service = name.find("service")
        return (
            (service >= 0 and "account" in name[service:])
            or "keyfile" in name
            or name.endswith("_key.json")
            or "credentials" in name
        )
    return True


def _is_authority(name: str) -> bool:
    """Whether a .pem file holds certificates of authorities, which are not secret."""
    words = "".join(char if char.isalpha() else " " for char in name).split()
    return (
        any(word == "ca" or word.endswith("rootca") or word.startswith("cacert") for word in words) or "bundle" in name
    )

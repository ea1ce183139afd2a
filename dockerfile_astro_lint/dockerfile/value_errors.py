"""Values that BuildKit refuses: why, as a sentence or the end of one, None for good ones."""

_UNITS = {"ns": 1, "us": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}
"""Nanoseconds; BuildKit reads a flag byte by byte, so that it does not know `µs` there."""


_DURATION = r"[+-]?(?:0|(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|ms|s|m|h))+)"


_MODE = r"[augo]*(?:[+\-=][rstwXxugo]*)+(?:,[augo]*(?:[+\-=][rstwXxugo]*)+)*"


_SIGNALS = frozenset((
    "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE", "POLL",
    "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU", "URG", "USR1",
    "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ", "RTMIN", "RTMAX",
))  # fmt: skip


_SYSTEMS = frozenset((
    "aix", "android", "darwin", "macos", "dragonfly", "freebsd", "hurd", "illumos", "ios", "js", "linux", "nacl",
    "netbsd", "openbsd", "plan9", "solaris", "windows", "zos",
))  # fmt: skip


_ARCHITECTURES = frozenset((
    "386", "amd64", "amd64p32", "arm", "armbe", "arm64", "arm64be", "ppc64", "ppc64le", "loong64", "mips", "mipsle",
    "mips64", "mips64le", "mips64p32", "mips64p32le", "ppc", "riscv", "riscv64", "s390", "s390x", "sparc", "sparc64",
    "wasm", "i386", "x86_64", "x86-64", "aarch64", "armhf", "armel",
))  # fmt: skip


_DIGITS = {"sha256": 64, "sha384": 96, "sha512": 128}


_CHECKS = ("skip", "experimental", "error")


BOOLEANS = frozenset(("1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"))
"""What Go reads as true or false."""


def integer(text: str) -> int | None:
    """A decimal number as Go reads it, None for what is none."""
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not (digits.isascii() and digits.isdecimal()) or len(digits.lstrip("0")) > 19:
        return None
    number = int(digits) if text[:1] != "-" else -int(digits)
    return number if -(2**63) <= number < 2**63 else None


def duration(value: str) -> str | None:
    """Why a duration of HEALTHCHECK is refused."""
    import re

    if re.fullmatch(_DURATION, value) is None:
        return f"takes a duration such as `30s` or `1m30s`, not `{value}`"
    total = sum(_parts(value))
    if total >= 2**63:
        return f"takes a shorter duration than `{value}`"
    if total and (total < 10**6 or value.startswith("-")):
        return f"takes at least `1ms`, not `{value}`"
    return None


def _parts(value: str) -> list[int]:
    import re

    found = []
    for whole, _, fraction, unit in re.findall(r"([0-9]*)(\.?)([0-9]*)([a-z]+)", value):
        if len(whole) > 19:
            return [2**63]
        fraction = fraction[:18]  # of nanoseconds, more digits mean nothing
        found.append(int(whole or "0") * _UNITS[unit] + int(fraction or "0") * _UNITS[unit] // 10 ** len(fraction))
    return found


def retries(value: str) -> str | None:
    """Why the number of retries of a HEALTHCHECK is refused."""
    number = integer(value)
    if number is None or not -(2**31) <= number < 2**31:
        return f"takes a number, not `{value}`"
    return f"cannot be negative: `{value}`" if number < 0 else None


def signal(value: str) -> str | None:
    """Why a stop signal is refused."""
    number = integer(value)
    if number is not None:
        return "`0` is not a signal" if number == 0 else None
    name = value.upper().removeprefix("SIG")
    start, sign, more = name[:5], name[5:6], name[6:]
    known = name in _SIGNALS or (
        (start, sign) in (("RTMIN", "+"), ("RTMAX", "-"))
        and more in _REALTIME
        and int(more) <= (15 if start == "RTMIN" else 14)
    )
    return None if known else f"`{value}` is not a signal: use a name such as `SIGTERM` or a number"


_REALTIME = frozenset(str(number) for number in range(1, 16))


def port(value: str) -> str | None:
    """Why a word of EXPOSE, with its variables expanded, is refused."""
    address, _, rest = value.rpartition(":")
    address, host_colon, host = address.rpartition(":") if address else ("", "", "")
    if not host_colon:
        address, host = "", value.rpartition(":")[0]
    container, _, protocol = rest.partition("/")
    if not container:
        return f"`{value}` names no port"
    if protocol.lower() not in ("", "tcp", "udp", "sctp"):
        return f"`{protocol}` is not a protocol: use `tcp`, `udp` or `sctp`"
    if address and not _is_address(address):
        return f"`{address}` is not an IP address"
    ports = _range(container)
    if ports is None:
        return f"`{container}` is not a port or a range of ports from 0 to 65535"
    if host:
        hosts = _range(host)
        if hosts is None:
            return f"`{host}` is not a port or a range of ports from 0 to 65535"
        if ports[1] > ports[0] and hosts[1] - hosts[0] != ports[1] - ports[0]:
            return f"the ranges `{host}` and `{container}` differ in length"
    return None


def _is_address(text: str) -> bool:
    import ipaddress

    if text.startswith("["):
        if not text.endswith("]"):
            return False
        text = text[1:-1]
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return not text
    return "%" not in text


def _range(text: str) -> tuple[int, int] | None:
    start, dash, end = text.partition("-")
    first = integer(start)
    last = first if not dash or start == end else integer(end)
    if first is None or last is None or not 0 <= first <= last <= 65535:
        return None
    return first, last


def mode(value: str) -> str | None:
    """Why `--chmod` is refused."""
    import re

    if value.isascii() and value.isdecimal() and not {"8", "9"} & set(value):
        return None if int(value[-12:], 8) <= 0o7777 and not value[:-12].strip("0") else _octal(value)
    if re.fullmatch(_MODE, value) is None:
        return _octal(value)
    return None


def _octal(value: str) -> str:
    return f"takes octal digits up to `7777` or a mode such as `u+x`, not `{value}`"


def checksum(value: str) -> str | None:
    """Why the checksum of a file from the network is refused."""
    algorithm, _, digits = value.partition(":")
    length = _DIGITS.get(algorithm)
    if length is None:
        return f"takes `sha256:` and 64 hexadecimal digits, not `{value}`"
    if len(digits) != length:
        return f"needs {length} hexadecimal digits after `{algorithm}:`, not {len(digits)}"
    if not set(digits) <= set("0123456789abcdef"):
        return f"takes hexadecimal digits in lower case, not `{value}`"
    return None


def platform(value: str) -> str | None:
    """Why a platform is refused."""
    import re

    parts = value.split("/")
    system = re.fullmatch(r"([A-Za-z0-9_-]+)(?:\(([A-Za-z0-9_.%-]*)((?:\+[A-Za-z0-9_.%-]+)*)\))?", parts[0])
    good = system is not None and len(parts) <= 3
    good = good and all(re.fullmatch(r"[A-Za-z0-9_.-]+", part) for part in parts[1:])
    good = good and re.search("%(?![0-9A-Fa-f]{2})", parts[0]) is None
    if good and system and len(parts) == 1:
        # Only one that is known by itself says what the other half is.
        good = system[1].lower() in _SYSTEMS or parts[0].lower() in _ARCHITECTURES
    return None if good else f"`{value}` is not a platform: use `OS/ARCHITECTURE`, such as `linux/amd64`"


def check_options(value: str) -> tuple[str, str] | None:
    """Why the options of a `# check=` directive are refused, and the text at fault."""
    if not value:
        return None
    for part in value.split(";", 2):
        key, equals, text = part.partition("=")
        key = key.strip()
        if not key:
            return "a `;` of `# check=` needs an option on both sides, without spaces", value
        if not equals and key in _CHECKS:
            return f"`{key}` of `# check=` needs a value: `{key}=…`", part
        if key not in _CHECKS:
            return f"`{key}` is not an option of `# check=`: use `skip=`, `experimental=` or `error=`", part
        if key == "error" and text.strip() not in BOOLEANS:
            return f"`error=` takes `true` or `false`, not `{text.strip()}`", part
    return None

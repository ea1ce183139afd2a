"""Platforms as `--platform` names them."""

ARM64 = ("arm64", "aarch64", "arm64/v8", "aarch64/v8")


AMD64 = ("amd64", "x86_64", "x86-64", "amd64/v1", "amd64/v2", "amd64/v3", "amd64/v4", "x86_64/v1", "x86_64/v2",
         "x86_64/v3", "x86_64/v4")  # fmt: skip


def split_platform(platform: str) -> tuple[str, str]:
    """Operating system and architecture (with its variant) of `linux/arm64`, `linux` or `arm64`, in lower case."""
    platform = platform.lower()
    system, slash, architecture = platform.partition("/")
    if system not in ("linux", "windows") and (not slash or platform in ARM64 + AMD64):
        return "linux", platform
    return system, architecture

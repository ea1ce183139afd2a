"""Build sdist and wheel so that whoever builds the same commit gets the same bytes.

    python tools/build_release.py FOLDER

Times are the commit's, or SOURCE_DATE_EPOCH; the sdist, which setuptools packs with the times and names of the machine,
is packed anew.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).parent.parent


def epoch() -> int:
    """The second that everything is said to be of."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        return int(given)
    done = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=True)
    return int(done.stdout)


def packed_anew(data: bytes, seconds: int) -> bytes:
    """The bytes of a .tar.gz with its files in order, of one time, and nobody's."""
    out = io.BytesIO()
    with (
        tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as before,
        gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=seconds) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT) as after,
    ):
        for member in sorted(before.getmembers(), key=lambda one: one.name):
            content = before.extractfile(member) if member.isreg() else None
            member.mtime, member.uid, member.gid, member.uname, member.gname = seconds, 0, 0, "", ""
            member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
            member.pax_headers = {}
            after.addfile(member, content)
    return out.getvalue()


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", metavar="FOLDER", type=Path)
    folder = parser.parse_args(argv).folder
    seconds = epoch()
    command = [sys.executable, "-m", "build", "--quiet", "--outdir", str(folder), str(ROOT)]
    # The mask decides over the modes inside the wheel.
    os.umask(0o022)
    subprocess.run(command, check=True, env={**os.environ, "SOURCE_DATE_EPOCH": str(seconds)})
    for path in sorted(folder.iterdir()):
        if path.name.endswith(".tar.gz"):
            path.write_bytes(packed_anew(path.read_bytes(), seconds))
        print(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

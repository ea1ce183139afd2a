#!/usr/bin/env bash
# Install astro-lint into a separate virtual environment, and pass its Python to the next step.
#
# Reads ASTRO_ACTION_VERSION (empty: the action's own checkout), GITHUB_ACTION_PATH, RUNNER_TEMP; writes GITHUB_OUTPUT.
set -euo pipefail

version=${ASTRO_ACTION_VERSION:-}
versions='^[0-9A-Za-z][0-9A-Za-z.!+_-]*$'
if [[ -z $version ]]; then
    package=$GITHUB_ACTION_PATH
elif [[ $version =~ $versions ]]; then
    package=dockerfile-astro-lint==$version
else
    # %q escapes line breaks: a line of its own could be a workflow command.
    printf 'astro-lint: input version: not a valid version such as 0.1.0: %q\n' "$version"
    exit 2
fi

# -I, here and below: neither the workspace nor PYTHONPATH can shadow modules of the standard library.
base=
for candidate in python3 python; do
    if "$candidate" -I -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
        base=$candidate
        break
    fi
done
if [[ -z $base ]]; then
    echo "::error title=astro-lint::Python 3.10 or newer not found: add actions/setup-python in an earlier step"
    exit 2
fi

venv=$(mktemp -d "$RUNNER_TEMP/astro-lint-venv.XXXXXXXX")
"$base" -I -m venv "$venv"
python=$venv/bin/python
[[ -e $python ]] || python=$venv/Scripts/python.exe

# Settings of the job that would make pip install outside this environment.
unset PIP_PREFIX PIP_ROOT PIP_TARGET PIP_USER
"$python" -I -m pip install --quiet --disable-pip-version-check --no-input "$package"

echo "python=$python" >>"$GITHUB_OUTPUT"

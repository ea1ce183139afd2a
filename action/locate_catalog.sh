#!/usr/bin/env bash
# Say where the catalog is cached, and which day it is, so that the next steps restore it or fetch it once a day.
#
# Reads ASTRO_ACTION_PYTHON (with astro-lint installed); writes GITHUB_OUTPUT.
set -euo pipefail

# -I: neither the workspace nor PYTHONPATH can shadow modules.
path=$("$ASTRO_ACTION_PYTHON" -I -m dockerfile_astro_lint catalog path)
path=${path%$'\r'}
printf 'path=%s\nday=%s\n' "$path" "$(date -u +%Y-%m-%d)" >>"$GITHUB_OUTPUT"

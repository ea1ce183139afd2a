#!/usr/bin/env bash
# Fetch the catalog of Runtime releases. Where that fails, the run uses the one that it has, and says so.
#
# Reads ASTRO_ACTION_PYTHON (with astro-lint installed) and RUNNER_TEMP; writes GITHUB_OUTPUT.
set -euo pipefail

work=$(mktemp -d "$RUNNER_TEMP/astro-lint.XXXXXXXXXXXXXXXX")
fetched=true
"$ASTRO_ACTION_PYTHON" -I -m dockerfile_astro_lint catalog update >"$work/log" 2>&1 || fetched=false

# The log may quote what the server answered, so commands are stopped until an unpredictable token.
token=${work##*/}
echo "::stop-commands::$token"
cat "$work/log"
echo "::$token::"

if [[ $fetched == false ]]; then
    echo "::warning title=astro-lint::The catalog was not refreshed, so an older one is used: see the log"
fi
printf 'fetched=%s\n' "$fetched" >>"$GITHUB_OUTPUT"

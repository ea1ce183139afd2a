#!/usr/bin/env bash
# Runs astro-lint, shows its findings as annotations, counts them in the outputs, and exits as it does.
#
# Reads ASTRO_LINT_PYTHON (one that has astro-lint), ASTRO_LINT_PATH, ASTRO_LINT_ARGS, ASTRO_LINT_ENVIRONMENT,
# ASTRO_LINT_FAIL_ON and RUNNER_TEMP; writes GITHUB_OUTPUT.
set -euo pipefail

work=$(mktemp -d "$RUNNER_TEMP/astro-lint.XXXXXXXXXXXXXXXX")
command=(
    # -I: nothing in the workspace or in PYTHONPATH can stand in for a module of ours or of the standard library.
    "$ASTRO_LINT_PYTHON" -I -m dockerfile_astro_lint
    --format github
    --format "json=$work/report.json"
)
if [[ -n ${ASTRO_LINT_ENVIRONMENT:-} ]]; then
    command+=("--environment=$ASTRO_LINT_ENVIRONMENT")
fi
if [[ -n ${ASTRO_LINT_FAIL_ON:-} ]]; then
    command+=("--fail-on=$ASTRO_LINT_FAIL_ON")
fi

paths=0
while IFS= read -r path; do
    case $path in
        *[![:space:]]*) ;;
        *) continue ;;
    esac
    # With ./ it is no option, and a lone - is no standard input.
    [[ $path != -* ]] || path=./$path
    command+=("$path")
    paths=$((paths + 1))
done <<<"${ASTRO_LINT_PATH:-}"
((paths)) || command+=(.)

# Splits into words and does nothing else. It ends with "no delimiter found", which is no failure.
read -r -d '' -a words <<<"${ASTRO_LINT_ARGS:-}" || true
# Bash before 4.4, as on macOS, takes an empty array for an unset variable.
command+=(${words[@]+"${words[@]}"})

code=0
"${command[@]}" 2>"$work/stderr" || code=$?

# The runner takes commands from any line, even `##[command]` in the middle of one. These lines are sentences that may
# quote file names, so it stops listening until it reads a word that nobody can have known before.
if [[ -s $work/stderr ]]; then
    token=${work##*/}
    echo "::stop-commands::$token"
    cat "$work/stderr"
    echo "::$token::"
fi

if [[ -s $work/report.json ]]; then
    "$ASTRO_LINT_PYTHON" -I -c '
import json, sys
with open(sys.argv[1], encoding="utf-8") as file:
    summary = json.load(file)["summary"]
print("errors=%d" % summary["error"])
print("warnings=%d" % summary["warning"])
' "$work/report.json" >>"$GITHUB_OUTPUT"
fi

exit "$code"

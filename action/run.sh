#!/usr/bin/env bash
# Runs astro-lint, shows its findings as annotations or writes them as SARIF, tells them in the step's summary, counts
# them in the outputs, and exits as it does.
#
# Reads ASTRO_LINT_PYTHON (one that has astro-lint), ASTRO_LINT_PATH, ASTRO_LINT_ARGS, ASTRO_LINT_ENVIRONMENT,
# ASTRO_LINT_FAIL_ON, ASTRO_LINT_FORMAT, ASTRO_LINT_SARIF_FILE and RUNNER_TEMP; writes GITHUB_OUTPUT,
# GITHUB_STEP_SUMMARY and the SARIF file.
set -euo pipefail

# Splits into words and does nothing else. It ends with "no delimiter found", which is no failure.
formats=${ASTRO_LINT_FORMAT:-}
read -r -d '' -a formats <<<"${formats//,/ }" || true
annotations='' sarif=''
# Bash before 4.4, as on macOS, takes an empty array for an unset variable.
for format in ${formats[@]+"${formats[@]}"}; do
    case $format in
        annotations) annotations=yes ;;
        sarif) sarif=yes ;;
        *)
            # %q keeps a line end in it from beginning a line, where it could be a workflow command.
            printf 'astro-lint: the input format is annotations, sarif or both, not %q\n' "$format"
            exit 2
            ;;
    esac
done
[[ -n $sarif ]] || annotations=yes
sarif_file=${ASTRO_LINT_SARIF_FILE:-astro-lint.sarif}
if [[ -n $sarif && $sarif_file == *[[:cntrl:]]* ]]; then
    printf 'astro-lint: the input sarif-file is no name of a file: %q\n' "$sarif_file"
    exit 2
fi

work=$(mktemp -d "$RUNNER_TEMP/astro-lint.XXXXXXXXXXXXXXXX")
command=(
    # -I: nothing in the workspace or in PYTHONPATH can stand in for a module of ours or of the standard library.
    "$ASTRO_LINT_PYTHON" -I -m dockerfile_astro_lint
    --format "json=$work/report.json"
    --format "markdown=$work/summary.md"
)
if [[ -n $annotations ]]; then
    command+=(--format github)
else
    command+=(--format "concise=$work/findings")
fi
if [[ -n $sarif ]]; then
    command+=(--format "sarif=$work/report.sarif")
fi
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

read -r -d '' -a words <<<"${ASTRO_LINT_ARGS:-}" || true
command+=(${words[@]+"${words[@]}"})

code=0
"${command[@]}" 2>"$work/stderr" || code=$?

# Code scanning opens an alert for what an ignore comment takes back, however it is marked.
if [[ -s $work/report.sarif ]]; then
    if "$ASTRO_LINT_PYTHON" -I -c '
import json, sys
with open(sys.argv[1], encoding="utf-8") as file:
    document = json.load(file)
for run in document["runs"]:
    run["results"] = [result for result in run["results"] if not result["suppressions"]]
try:
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        json.dump(document, file, ensure_ascii=False)
except OSError as error:
    sys.exit("astro-lint: the input sarif-file: %s: %s" % (sys.argv[2], error.strerror))
' "$work/report.sarif" "$sarif_file" 2>>"$work/stderr"; then
        printf 'sarif_file=%s\n' "$sarif_file" >>"$GITHUB_OUTPUT"
    else
        code=2
    fi
fi

# The runner takes commands from any line, even `##[command]` in the middle of one. These lines are sentences that may
# quote file names, so it stops listening until it reads a word that nobody can have known before.
if [[ -s $work/findings || -s $work/stderr ]]; then
    token=${work##*/}
    echo "::stop-commands::$token"
    [[ ! -s $work/findings ]] || cat "$work/findings"
    [[ ! -s $work/stderr ]] || cat "$work/stderr"
    echo "::$token::"
fi

if [[ -n ${GITHUB_STEP_SUMMARY:-} && -s $work/summary.md ]]; then
    cat "$work/summary.md" >>"$GITHUB_STEP_SUMMARY" || echo "astro-lint: the step's summary could not be written"
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

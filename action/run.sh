#!/usr/bin/env bash
# Run astro-lint: write annotations or SARIF, the step summary and the outputs, and exit with its exit code. Or upgrade:
# write newer tags, the step summary, the same as a file for a pull request, and the outputs.
#
# Reads ASTRO_ACTION_PYTHON (with astro-lint installed), ASTRO_ACTION_MODE, ASTRO_ACTION_TO, ASTRO_ACTION_PATH,
# ASTRO_ACTION_ARGS, ASTRO_ACTION_ENVIRONMENT, ASTRO_ACTION_FAIL_ON, ASTRO_ACTION_FORMAT, ASTRO_ACTION_SARIF_FILE,
# ASTRO_ACTION_REQUIRE_FILES, ASTRO_ACTION_REFRESH_CATALOG, ASTRO_ACTION_PROBLEM_MATCHER, GITHUB_ACTION_PATH and RUNNER_TEMP;
# writes GITHUB_OUTPUT, GITHUB_STEP_SUMMARY and the SARIF file.
set -euo pipefail

# These are inputs of the action, and no settings of the command line.
export -n ASTRO_ACTION_MODE ASTRO_ACTION_TO ASTRO_ACTION_PATH ASTRO_ACTION_ARGS ASTRO_ACTION_ENVIRONMENT \
    ASTRO_ACTION_FAIL_ON ASTRO_ACTION_FORMAT ASTRO_ACTION_SARIF_FILE ASTRO_ACTION_REQUIRE_FILES \
    ASTRO_ACTION_REFRESH_CATALOG ASTRO_ACTION_PROBLEM_MATCHER

# The refresh itself is a step of its own, which any other word than `true` would leave out in silence.
for switch in "require-files ${ASTRO_ACTION_REQUIRE_FILES:-true}" \
    "refresh-catalog ${ASTRO_ACTION_REFRESH_CATALOG:-false}" \
    "problem-matcher ${ASTRO_ACTION_PROBLEM_MATCHER:-false}"; do
    case ${switch#* } in
        true | false) ;;
        *)
            # %q escapes line breaks: a line of its own could be a workflow command.
            printf 'astro-lint: input %s: must be true or false, not %q\n' "${switch%% *}" "${switch#* }"
            exit 2
            ;;
    esac
done

mode=${ASTRO_ACTION_MODE:-lint}
case $mode in
    lint | upgrade) ;;
    *)
        printf 'astro-lint: input mode: must be lint or upgrade, not %q\n' "$mode"
        exit 2
        ;;
esac

# Split into words, without globbing. read returns 1 because it finds no delimiter; that is expected.
formats=${ASTRO_ACTION_FORMAT:-}
read -r -d '' -a formats <<<"${formats//,/ }" || true
annotations='' sarif=''
# Bash before 4.4, as on macOS, treats an empty array as an unset variable.
for format in ${formats[@]+"${formats[@]}"}; do
    case $format in
        annotations) annotations=yes ;;
        sarif) sarif=yes ;;
        *)
            # %q escapes line breaks: a line of its own could be a workflow command.
            printf 'astro-lint: input format: must be annotations, sarif or both, not %q\n' "$format"
            exit 2
            ;;
    esac
done
[[ -n $sarif ]] || annotations=yes
sarif_file=${ASTRO_ACTION_SARIF_FILE:-astro-lint.sarif}
if [[ -n $sarif && $sarif_file == *[[:cntrl:]]* ]]; then
    printf 'astro-lint: input sarif-file: not a valid file name: %q\n' "$sarif_file"
    exit 2
fi

work=$(mktemp -d "$RUNNER_TEMP/astro-lint.XXXXXXXXXXXXXXXX")
command=(
    # -I: neither the workspace nor PYTHONPATH can shadow modules of astro-lint or the standard library.
    "$ASTRO_ACTION_PYTHON" -I -m dockerfile_astro_lint
)
if [[ $mode == upgrade ]]; then
    command+=(upgrade "--to=${ASTRO_ACTION_TO:-latest-patch}" --format "text=$work/findings")
    annotations='' sarif=''
else
    if [[ ${ASTRO_ACTION_REQUIRE_FILES:-true} == true ]]; then
        command+=(--require-files)
    fi
    if [[ -n $annotations ]]; then
        command+=(--format github)
    else
        command+=(--format "concise=$work/findings")
    fi
    if [[ -n $sarif ]]; then
        command+=(--format "sarif=$work/report.sarif")
    fi
    if [[ -n ${ASTRO_ACTION_FAIL_ON:-} ]]; then
        command+=("--fail-on=$ASTRO_ACTION_FAIL_ON")
    fi
fi
command+=(--format "json=$work/report.json" --format "markdown=$work/summary.md")
if [[ -n ${ASTRO_ACTION_ENVIRONMENT:-} ]]; then
    command+=("--environment=$ASTRO_ACTION_ENVIRONMENT")
fi

paths=()
while IFS= read -r path; do
    case $path in
        *[![:space:]]*) ;;
        *) continue ;;
    esac
    # The prefix ./ keeps - from being read as standard input.
    [[ $path != -* ]] || path=./$path
    paths+=("$path")
done <<<"${ASTRO_ACTION_PATH:-}"
read -r -d '' -a words <<<"${ASTRO_ACTION_ARGS:-}" || true
command+=(${words[@]+"${words[@]}"} -- "${paths[@]-.}")

code=0
"${command[@]}" 2>"$work/stderr" || code=$?

# Code scanning would open alerts for suppressed findings, even if they are marked as suppressed.
if [[ -s $work/report.sarif ]]; then
    if "$ASTRO_ACTION_PYTHON" -I -c '
import json, sys
with open(sys.argv[1], encoding="utf-8") as file:
    document = json.load(file)
for run in document["runs"]:
    run["results"] = [result for result in run["results"] if not result["suppressions"]]
from dockerfile_astro_lint.core.atomic_write import WriteError, write_new
try:
    write_new(sys.argv[2], json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"))
except WriteError as error:
    sys.exit("astro-lint: input sarif-file: %s: %s" % (sys.argv[2], error))
' "$work/report.sarif" "$sarif_file" 2>>"$work/stderr"; then
        printf 'sarif_file=%s\n' "$sarif_file" >>"$GITHUB_OUTPUT"
    else
        code=2
    fi
fi

# The runner looks for commands in every line, even for `##[command]` in the middle of one. These messages may quote file
# names, so commands are stopped until an unpredictable token.
if [[ -s $work/findings || -s $work/stderr ]]; then
    token=${work##*/}
    echo "::stop-commands::$token"
    [[ ! -s $work/findings ]] || cat "$work/findings"
    [[ ! -s $work/stderr ]] || cat "$work/stderr"
    echo "::$token::"
fi

if [[ -n ${GITHUB_STEP_SUMMARY:-} && -s $work/summary.md ]]; then
    # An earlier step may have put a link there.
    if [[ -L $GITHUB_STEP_SUMMARY ]] || ! cat "$work/summary.md" >>"$GITHUB_STEP_SUMMARY"; then
        echo "astro-lint: cannot write the step summary"
    fi
fi

if [[ ! -s $work/report.json ]]; then
    echo "::error title=astro-lint::astro-lint could not run, so nothing was checked: see the log"
    if [[ -n ${GITHUB_STEP_SUMMARY:-} && ! -L $GITHUB_STEP_SUMMARY ]]; then
        printf '## astro-lint\n\nastro-lint could not run, so nothing was checked: see the log.\n' >>"$GITHUB_STEP_SUMMARY" || true
    fi
    ((code)) || code=2
elif [[ $mode == upgrade ]]; then
    printf 'summary_file=%s\n' "$work/summary.md" >>"$GITHUB_OUTPUT"
    nothing=0
    "$ASTRO_ACTION_PYTHON" -I -c '
import json, sys
with open(sys.argv[1], encoding="utf-8") as file:
    report = json.load(file)
print("upgraded=%s" % (len(report["upgrades"]) if report["written"] else 0))
sys.exit(0 if report["upgrades"] or report["kept"] or report["current"] or report["failures"] else 3)
' "$work/report.json" >>"$GITHUB_OUTPUT" || nothing=$?
    if ((code > 1)); then
        echo "::error title=astro-lint::not every image could be checked or upgraded: see the log and the step summary"
    elif ((nothing)) && [[ ${ASTRO_ACTION_REQUIRE_FILES:-true} == true ]]; then
        echo "::error title=astro-lint::no Astro Runtime image was found, and require-files is set"
        code=2
    fi
else
    "$ASTRO_ACTION_PYTHON" -I -c '
import json, sys
with open(sys.argv[1], encoding="utf-8") as file:
    report = json.load(file)
# The numbers of a run that could not check every path, or checked none, say nothing.
unknown = report["failures"] or not report["summary"]["files"]
for output, severity in (("errors", "error"), ("warnings", "warning")):
    print("%s=%s" % (output, "" if unknown else report["summary"][severity]))
' "$work/report.json" >>"$GITHUB_OUTPUT"
fi

# At the end, so that it does not find the lines above a second time.
if [[ ${ASTRO_ACTION_PROBLEM_MATCHER:-false} == true ]]; then
    echo "::add-matcher::$GITHUB_ACTION_PATH/action/problem-matcher.json"
fi

exit "$code"

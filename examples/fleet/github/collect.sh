#!/usr/bin/env bash
# Download the newest report of every repository with the topic `astro`, and the last merged report, from which it is
# known what moved:
#
#     GH_TOKEN=... bash collect.sh FOLDER
#
# GITHUB_REPOSITORY is set in every job. ASTRO_FLEET_TOPIC is another topic, ASTRO_FLEET_LIMIT another number of
# repositories.
set -euo pipefail

folder=$1
mkdir -p "$folder"

# download REPOSITORY ARTIFACT FILE TARGET: the file of the newest artifact of that name; nothing if there is none.
download() {
  local id archive
  id=$(gh api "repos/$1/actions/artifacts?name=$2&per_page=20" \
    --jq '[.artifacts[] | select(.expired | not)] | sort_by(.created_at) | last | .id // empty') || return 1
  if [ -z "$id" ]; then
    echo "$1: no artifact $2" >&2
    return 0
  fi
  archive=$(mktemp)
  gh api "repos/$1/actions/artifacts/$id/zip" >"$archive" || return 1
  # Only the one file, and not to a path that the archive names.
  unzip -p "$archive" "$3" >"$4" || return 1
  rm -f "$archive"
}

owner=${GITHUB_REPOSITORY%%/*}
names=$(gh repo list "$owner" --topic "${ASTRO_FLEET_TOPIC:-astro}" --no-archived --limit "${ASTRO_FLEET_LIMIT:-1000}" \
  --json name --jq '.[].name')
for name in $names; do
  # An empty file in place of a report is named by the merge.
  download "$owner/$name" astro-inventory astro-inventory.json "$folder/repository-$name.json" ||
    : >"$folder/repository-$name.json"
done
download "$GITHUB_REPOSITORY" astro-fleet astro-fleet.json "$folder/merged.json"

#!/usr/bin/env bash
# Commit what has changed in the checkout to the branch `catalog`, and open a pull request for it if none is open.
#
#     catalog_pull_request.sh CHANGES
#
# CHANGES is a file with a line for each change. Needs `gh` with GH_TOKEN set.
set -euo pipefail

branch=catalog
if [[ -z $(git status --porcelain) ]]; then
    echo "The catalog has not changed."
    exit 0
fi

body=$RUNNER_TEMP/body.md
# The feed is not trusted: in an indented block nothing of it is markup, a mention or a link.
{
    printf 'The bundled catalog, from the live feed of Runtime releases. The tests have passed on this commit.\n\n'
    sed 's/^/    /' "$1"
} >"$body"

gh auth setup-git
git config user.name "github-actions[bot]"
git config user.email "41898282+github-actions[bot]@users.noreply.github.com"
git switch --quiet --force-create "$branch"
git add --all
git commit --quiet --message "Refresh the catalog"
git push --quiet --force origin "$branch"

if [[ -z $(gh pr list --head "$branch" --state open --json number --jq '.[].number') ]]; then
    gh pr create --head "$branch" --title "Refresh the catalog" --body-file "$body"
else
    gh pr edit "$branch" --body-file "$body"
fi

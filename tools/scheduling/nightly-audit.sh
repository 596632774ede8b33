#!/bin/sh
# Audit all numbers of a project, and keep the reports of 30 days in a directory.
#
# Credentials come from the environment: SINCH_PROJECT_ID, SINCH_KEY_ID, SINCH_KEY_SECRET, and the
# URLs for notifications from SINCH_NOTIFY_URLS, separated by blanks. The exit code is that of
# `sinch-numbers audit`: 3 if there are new errors, 1 if the audit is incomplete.
set -eu
umask 077

directory=${1:?usage: nightly-audit.sh DIRECTORY}
day=$(date -u +%Y-%m-%d)
mkdir -p "$directory"
export SINCH_STORE="${SINCH_STORE:-$directory/history.sqlite}"

code=0
sinch-numbers audit \
  --fail-on new-error --notify-on change \
  --retention-days 400 --resume "$directory/audit.state" \
  --output "$directory/$day.html" --output "$directory/$day.json" --output "$directory/$day.md" \
  >"$directory/$day.txt" || code=$?

find "$directory" -name '????-??-??.*' -type f -mtime +30 -exec rm -f {} +
exit "$code"

#!/bin/sh
# Refuses locks that say where a package was downloaded: hashes pin what it is, wherever it comes from.
set -eu
cd "$(dirname "$0")/.."
if grep -nE '://|^--(index-url|extra-index-url|find-links|trusted-host)| @ ' requirements/*.txt; then
  echo "requirements: a lock names a place. Run requirements/lock." >&2
  exit 1
fi
if grep -nE '"resolved"' package-lock.json; then
  echo "package-lock.json names a place. Delete it and run 'npm install --package-lock-only' with the .npmrc of this repository." >&2
  exit 1
fi

#!/bin/sh
# Refuses files over 500 KB: what is large and made belongs to a build, what is large and given to a release. deploy/check-sizes.sh FILE…
set -eu
large=$(find "$@" -maxdepth 0 -type f -size +500k ! -path '*/package-lock.json' ! -name '*.ttf')
if [ -n "$large" ]; then
  printf 'over 500 KB:\n%s\n' "$large" >&2
  exit 1
fi

#!/bin/sh
# Writes today's backup into a folder, and keeps the last of them: deploy/backup.sh FOLDER
#
#   TAKWIN_BACKUPS_KEPT    how many to keep (14)
#
# An older backup is removed only after the new one was written and verified by `takwin backup`.
set -eu
folder=$1
kept=${TAKWIN_BACKUPS_KEPT:-14}
file=$folder/takwin-$(date -u +%Y-%m-%dT%H%M%SZ).backup

"$(dirname "$0")/../.venv/bin/takwin" backup "$file.part"
mv "$file.part" "$file"
rm -f "$folder"/takwin-*.backup.part

# The names sort by date.
find "$folder" -maxdepth 1 -name 'takwin-*.backup' | sort -r | tail -n "+$((kept + 1))" | while IFS= read -r old; do rm -- "$old"; done

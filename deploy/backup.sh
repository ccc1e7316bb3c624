#!/bin/sh
# Writes today's backup into a folder, and keeps the last of them: deploy/backup.sh FOLDER
#
#   TAKWIN_BACKUPS_KEPT    how many to keep (14)
#
#   TAKWIN_PASSPHRASE      encrypts the keys; without it they are left out
#
# An older backup is removed only when the new one is complete.
set -eu
umask 077
folder=$1
kept=${TAKWIN_BACKUPS_KEPT:-14}

# The command checks what it wrote before it gives the file its name: a file that is there is whole.
"$(dirname "$0")/../.venv/bin/takwin" backup "$folder/takwin-$(date -u +%Y-%m-%dT%H%M%SZ).zip"

# The names sort by date.
find "$folder" -maxdepth 1 -name 'takwin-*.zip' | sort -r | tail -n "+$((kept + 1))" | while IFS= read -r old; do rm -- "$old"; done

#!/bin/sh
# Run by fresh-machine.sh inside the empty machine: the tests, a first start, the first page, and a second start.
set -eu
PORT=${PORT:-8000}

now() { date +%s%3N; }

# Wait until the site answers, or until the server has given up; print how long it took.
first_page() {
  begun=$(now)
  until python3.11 -c "import urllib.request as u; assert u.urlopen('http://localhost:$PORT/', timeout=5).status == 200" 2>/dev/null; do
    if ! kill -0 "$server" 2>/dev/null; then echo "the server stopped before it answered" >&2; return 1; fi
    if [ $(($(now) - begun)) -gt 900000 ]; then echo "no answer after 15 minutes" >&2; return 1; fi
    sleep 0.2
  done
  echo "$1: first page after $(($(now) - begun)) ms"
}

start_and_look() {
  setsid make serve PORT="$PORT" &
  server=$!
  first_page "$1"
  kill -- -"$server"
  wait "$server" || true
}

all_begun=$(now)
start_and_look "first start on an empty machine"
start_and_look "second start"
.venv/bin/takwin doctor
make test
start_and_look "start after the tests"
echo "All passed in $((($(now) - all_begun) / 1000)) s."

#!/bin/sh
# Brings the database up to date, loads the demo content into a new home, and serves: deploy/serve.sh HOST PORT
set -eu
cd "$(dirname "$0")/.."
takwin=.venv/bin/takwin
wanted=$TAKWIN_HOME/.demo-wanted

# The mark outlives an interrupted first start, so that the next one loads the demo content after all.
if [ -z "$(ls -A "$TAKWIN_HOME" 2>/dev/null)" ]; then
  mkdir -p "$TAKWIN_HOME"
  touch "$wanted"
fi
$takwin migrate
if [ -e "$wanted" ]; then
  $takwin demo
  rm "$wanted"
fi
echo "Takwin is at ${TAKWIN_SITE_URL:-http://localhost:$2} (Ctrl+C stops it)"
exec $takwin serve --host "$1" --port "$2"

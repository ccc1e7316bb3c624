#!/bin/sh
# Tries both commands of the README on an empty Debian 12, made by debootstrap in a folder: what works there works anywhere.
#
#   deploy/fresh-machine.sh [OPTIONS] FOLDER [COMMAND …]
#
#   FOLDER           where the machine is made; kept afterwards; made anew with --again
#   COMMAND          what to run in the clone, instead of `make test`, `make serve` and a look at the first page
#   --base FILE      a tar of the empty root: used if it exists, else written
#   --user NAME      work as an ordinary user who may use sudo, instead of as root
#   --no-sudo        with --user: one who may not
#   --overlay DIR    files to lay over the root (package mirrors, certificates of the network one is in)
#   --env FILE       lines NAME=value to set inside, for the same reason
#   --again          throw away the FOLDER of an earlier run first
#
# Needs root and debootstrap. The root is entered by pivot_root in a mount namespace of its own: in a mere chroot the kernel
# refuses the namespaces that the sandbox of problem scripts is made of.
set -eu

BASE='' USER_NAME=root SUDO=yes OVERLAY='' ENVIRONMENT=/dev/null AGAIN=no
REPOSITORY=$(cd "$(dirname "$0")/.." && pwd)
PACKAGES=git,make,python3.11,ca-certificates

main() {
  while [ $# -gt 0 ]; do
    case $1 in
      --base) BASE=$2; shift 2 ;;
      --user) USER_NAME=$2; shift 2 ;;
      --no-sudo) SUDO=no; shift ;;
      --overlay) OVERLAY=$2; shift 2 ;;
      --env) ENVIRONMENT=$2; shift 2 ;;
      --again) AGAIN=yes; shift ;;
      -*) echo "unknown option: $1" >&2; exit 2 ;;
      *) break ;;
    esac
  done
  [ $# -gt 0 ] || { sed -n '2,/^set/p' "$0" | sed '$d; s/^# \{0,1\}//' >&2; exit 2; }
  folder=$(mkdir -p "$1" && cd "$1" && pwd)
  shift
  if [ $AGAIN = yes ]; then rm -rf "${folder:?}"; mkdir -p "$folder"; fi
  if [ ! -e "$folder/etc/debian_version" ]; then make_root; fi
  lay_over
  clone
  if [ $# -gt 0 ]; then enter "$@"; else enter sh deploy/fresh-machine-checks.sh; fi
}

make_root() {
  if [ ! -e "${BASE:-/nonexistent}" ]; then
    debootstrap --variant=minbase --include=$PACKAGES bookworm "$folder"
    if [ -n "$BASE" ]; then tar -C "$folder" --one-file-system -cf "$BASE" .; fi
  else
    tar -C "$folder" -xpf "$BASE"
  fi
}

lay_over() {
  cp /etc/resolv.conf "$folder/etc/resolv.conf"
  printf '127.0.0.1 localhost %s\n' "$(hostname)" >"$folder/etc/hosts"
  if [ -n "$OVERLAY" ]; then cp -a "$OVERLAY/." "$folder/"; fi
}

# What is committed, and nothing else: an uncommitted file that the commands need must be missed.
clone() {
  if [ "$USER_NAME" = root ]; then home=/root; else home=/home/$USER_NAME; fi
  rm -rf "${folder:?}$home/takwin"
  mkdir -p "$folder$home"
  git clone --quiet --no-hardlinks "$REPOSITORY" "$folder$home/takwin"
}

enter() {
  export folder home USER_NAME SUDO ENVIRONMENT
  # shellcheck disable=SC2016 # expanded inside
  unshare --mount --pid --fork --kill-child sh -eu -c '
    mount --make-rprivate /
    mount --bind "$folder" "$folder"
    mount -t proc proc "$folder/proc"
    mount --rbind /dev "$folder/dev"
    mount -t tmpfs tmpfs "$folder/dev/shm"
    mount -t tmpfs tmpfs "$folder/tmp"
    mount -t tmpfs tmpfs "$folder/run"
    cp "$ENVIRONMENT" "$folder/run/environment"
    mkdir -p "$folder/.outside"
    cd "$folder"
    pivot_root . .outside
    umount -l /.outside
    exec env -i HOME="$home" USER_NAME="$USER_NAME" SUDO="$SUDO" LANG=C.UTF-8 \
      PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin sh -eu -c "
        cd \$HOME/takwin
        while IFS= read -r line; do if [ -n \"\$line\" ]; then export \"\$line\"; fi; done </run/environment
        if [ \$USER_NAME = root ]; then exec \"\$@\"; fi
        id \$USER_NAME >/dev/null 2>&1 || useradd --shell /bin/sh --home-dir \$HOME \$USER_NAME
        chown -R \$USER_NAME: \$HOME
        if [ \$SUDO = yes ]; then
          command -v sudo >/dev/null || { apt-get update -qq && apt-get install -yqq --no-install-recommends sudo; } >/dev/null
          printf \"%s ALL=(ALL) NOPASSWD: ALL\n\" \$USER_NAME >/etc/sudoers.d/takwin-test
        else
          rm -f /etc/sudoers.d/takwin-test
        fi
        exec setpriv --reuid \$USER_NAME --regid \$USER_NAME --init-groups \"\$@\"
      " sh "$@"
  ' sh "$@"
}

main "$@"

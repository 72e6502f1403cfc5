# Shared by the commands in ci/: where things are, how to speak, how to be root. Sourced, not run.
set -eu
ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
BUILD=${BUILD:-$ROOT/build}
TOOLS=$BUILD/tools
export PATH="$TOOLS/node_modules/.bin:$PATH"

if [ -t 2 ] && [ -z "${NO_COLOR:-}" ]; then bold=$(printf '\033[1m') plain=$(printf '\033[0m'); else bold='' plain=''; fi

# say TEXT: what is going on, on stderr.
say() { printf '%s%s%s\n' "$bold" "$*" "$plain" >&2; }
# die TEXT: one sentence on what is wrong, and the end. Status 4: the surroundings are not as needed.
die() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 4; }

# help: prints the comment at the top of the command and ends, when --help or -h is among the arguments.
help() {
  for argument in "$@"; do
    case $argument in
      --help | -h) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; exit 0 ;;
    esac
  done
}

# as_root COMMAND…: runs it as root, by sudo where needed.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else die "packages are missing and must be installed as root, and there is no sudo: run ci/install as root once"
  fi
}

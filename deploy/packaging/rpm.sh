#!/usr/bin/env bash
# Makes the rpm of what layout.sh laid out: rpm.sh ROOT ARCHITECTURE DIRECTORY
# ARCHITECTURE is rpm's word: x86_64, aarch64. Needs rpmbuild (Debian: rpm). RPM_PAYLOAD is one of rpm's _binary_payload. The same input gives the same package.
set -euo pipefail
umask 022
root=$(realpath -- "$1")
architecture=$2
out=$(realpath -- "$3")
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."
. deploy/packaging/facts.sh

# rpmbuild takes paths for words and macros, and quotes none: it sees plain names alone, whatever the directories are called.
work=$(mktemp -d /tmp/$name.XXXXXXXXXX)
trap 'rm -rf -- "$work"' EXIT
cp deploy/packaging/{$name.spec,description} "$work"
ln -s -- "$root" "$work/laid-out"
# define NAME TEXT: the text as it is, macros or not.
definitions=()
define() { definitions+=(--define "$1 ${2//%/%%}"); }
define program_version "$package_version"
define authors "$maintainer"
define summary_line "$summary"
if [[ $homepage ]]; then define homepage "$homepage"; fi
define _rpmfilename "$name-$version-1.$architecture.rpm"
define _binary_payload "${RPM_PAYLOAD:-w19.zstdio}"
define _topdir "$work"
define _rpmdir "$work/made"
TMPDIR=$work rpmbuild -bb --quiet --target "$architecture-linux" "${definitions[@]}" "$work/$name.spec" \
  >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
mv -- "$work/made"/*.rpm "$out"

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

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
rpmbuild -bb --quiet --target "$architecture-linux" deploy/packaging/$name.spec \
  --define "_topdir $work" --define "_rpmdir $work/made" --define "_rpmfilename %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm" \
  --define "_binary_payload ${RPM_PAYLOAD:-w19.zstdio}" --define "laid_out $root" --define "program_version $version" \
  --define "authors $maintainer" --define "summary_line $summary" --define "description_file $PWD/deploy/packaging/description" \
  --define "homepage ${homepage:-%nil}" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
mv "$work/made"/*.rpm "$out"

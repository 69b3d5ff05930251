#!/usr/bin/env bash
# Makes the Debian package of what layout.sh laid out: deb.sh ROOT ARCHITECTURE DIRECTORY
# Needs nothing but dpkg-deb. DEB_COMPRESSION is one of dpkg-deb's -Z. The same input gives the same package.
set -euo pipefail
umask 022
root=$(realpath -- "$1")
architecture=$2
out=$(realpath -- "$3")
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."
. deploy/packaging/facts.sh

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
stage=$work/stage
mkdir "$stage"
cp -a "$root"/. "$stage"
doc=$stage/usr/share/doc/$name
gzip -9n <"$doc/CHANGELOG.md" >"$doc/changelog.gz"
rm "$doc/CHANGELOG.md" "$doc/LICENSE"
install -m 644 deploy/packaging/debian/copyright -t "$doc"

# The newest symbol of the C library that something inside asks for.
glibc=$(grep -aohE 'GLIBC_2\.[0-9]+' "$stage"/usr/lib/$name/* | sort -Vu | tail -n 1)
# files DIRECTORY: those in it, as dpkg names them.
files() { (cd -- "$stage" && find "$1" -type f | LC_ALL=C sort); }

mkdir "$stage/DEBIAN"
files usr | (cd -- "$stage" && xargs -d '\n' md5sum) >"$stage/DEBIAN/md5sums"
files etc | sed 's:^:/:' >"$stage/DEBIAN/conffiles"
size=$(du -sk --apparent-size --exclude=DEBIAN "$stage" | cut -f1)
{
  printf '%s: %s\n' Package "$name" Version "$package_version" Architecture "$architecture" Maintainer "$maintainer" Section net Priority optional
  if [[ $homepage ]]; then printf 'Homepage: %s\n' "$homepage"; fi
  printf '%s: %s\n' Installed-Size "$size" Depends "libc6 (>= ${glibc#GLIBC_}), libssl3 | libssl3t64, ca-certificates, passwd" \
    Description "$summary"
  sed 's:^$:.:; s:^: :' deploy/packaging/description
} >"$stage/DEBIAN/control"
install -m 755 deploy/packaging/debian/{postinst,prerm,postrm} -t "$stage/DEBIAN"
dpkg-deb --root-owner-group "-Z${DEB_COMPRESSION:-xz}" --build "$stage" "$out/${name}_${version}_$architecture.deb" >/dev/null

#!/usr/bin/env bash
# Builds what a release consists of, into a directory (default artifacts/release):
#   sendgrid-exporter-VERSION-linux-{x64,arm64}.tar.gz   the binary, its unit, the example configuration, rules, dashboards
#   sendgrid-exporter_VERSION_{amd64,arm64}.deb          the same as a Debian package
#   sendgrid-exporter-VERSION.tgz                        the Helm chart, where helm is installed
#   sendgrid-exporter-VERSION.cdx.json                   the packages inside (CycloneDX)
#   sendgrid-exporter-chart-VERSION.cdx.json             what the chart brings: one image
#   SHA256SUMS
# Publishes nothing. Needs the .NET SDK, clang, zlib1g-dev, dpkg-deb; an architecture that is not this machine's also needs its cross
# toolchain (Debian: crossbuild-essential-arm64) and is left out, by name, without it. The same commit gives the same archives.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

out=$(realpath -m -- "${1:-artifacts/release}")
version=$(sed -n 's:.*<VersionPrefix>\(.*\)</VersionPrefix>.*:\1:p' Directory.Build.props)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
rm -rf -- "$out"
mkdir -p -- "$out"

# What everybody gets beside the binary: lay_out ROOT
lay_out() {
  install -D -m 644 README.md CHANGELOG.md LICENSE -t "$1/usr/share/doc/sendgrid-exporter"
  install -D -m 644 deploy/sendgrid-exporter.example.yml deploy/sendgrid-exporter.schema.json -t "$1/usr/share/doc/sendgrid-exporter/examples"
  install -D -m 644 deploy/prometheus/rules/*.yml -t "$1/usr/share/sendgrid-exporter/rules"
  install -D -m 644 grafana/dashboards/*.json -t "$1/usr/share/sendgrid-exporter/dashboards"
  install -D -m 644 deploy/systemd/sendgrid-exporter.{service,socket} -t "$1/usr/lib/systemd/system"
  install -d -m 755 "$1/etc/sendgrid-exporter"
  # SQLite's library stays beside the program.
  install -D -m 755 "$2/sendgrid-exporter" -t "$1/usr/lib/sendgrid-exporter"
  install -D -m 644 "$2"/*.so -t "$1/usr/lib/sendgrid-exporter"
  install -d -m 755 "$1/usr/bin"
  ln -s ../lib/sendgrid-exporter/sendgrid-exporter "$1/usr/bin/sendgrid-exporter"
}

tarball() {
  tar --create --gzip --file "$out/sendgrid-exporter-$version-linux-$1.tar.gz" --directory "$work/$1" \
    --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner "sendgrid-exporter-$version-linux-$1"
}

debian_package() {
  local root=$1 architecture=$2 glibc
  glibc=$(grep -aohE 'GLIBC_2\.[0-9]+' "$root"/usr/lib/sendgrid-exporter/* | sort -Vu | tail -n 1)
  glibc=${glibc#GLIBC_}
  mkdir -p "$root/DEBIAN"
  cat >"$root/DEBIAN/control" <<CONTROL
Package: sendgrid-exporter
Version: $version
Architecture: $architecture
Maintainer: The SendGrid Exporter authors
Section: net
Priority: optional
Installed-Size: $(du -sk --apparent-size "$root" | cut -f1)
Depends: libc6 (>= $glibc), libssl3 | libssl3t64, ca-certificates
Description: Prometheus exporter for SendGrid Marketing Campaigns
 Shows how often each link of each email of each automation is clicked, from
 SendGrid's statistics API, with the age of what it shows.
 .
 The service starts when /etc/sendgrid-exporter/api_key is there:
 systemctl enable --now sendgrid-exporter
CONTROL
  printf '#!/bin/sh\nset -e\nif [ -d /run/systemd/system ]; then systemctl daemon-reload; fi\n' >"$root/DEBIAN/postinst"
  printf '#!/bin/sh\nset -e\nif [ "$1" = remove ] && [ -d /run/systemd/system ]; then systemctl disable --now sendgrid-exporter; fi\n' >"$root/DEBIAN/prerm"
  chmod 755 "$root/DEBIAN/postinst" "$root/DEBIAN/prerm"
  dpkg-deb --root-owner-group -Zxz --build "$root" "$out/sendgrid-exporter_${version}_$architecture.deb" >/dev/null
}

case $(uname -m) in
  x86_64) here=x64 ;;
  aarch64) here=arm64 ;;
  *) here=none ;;
esac

# The packages are those of the lock file, by content: what is restored below takes them from the machine's own folder.
dotnet restore src/Exporter --locked-mode --verbosity quiet

for target in x64:amd64:x86_64 arm64:arm64:aarch64; do
  IFS=: read -r rid architecture machine <<<"$target"
  cross=()
  if [[ $rid != "$here" ]]; then
    if ! command -v "$machine-linux-gnu-objcopy" >/dev/null; then
      printf 'Left out: linux-%s: needs its cross toolchain (Debian: crossbuild-essential-%s)\n' "$rid" "$architecture"
      continue
    fi

    cross=(-p:CppCompilerAndLinker=clang "-p:ObjCopyName=$machine-linux-gnu-objcopy")
  fi

  # A lock file of its own: the compiler's packages are those of the machine that it runs on.
  dotnet publish src/Exporter --configuration Release --runtime "linux-$rid" --output "$work/published-$rid" --verbosity quiet \
    -p:PublishAot=true -p:NuGetLockFilePath=obj/release.lock.json -p:ContinuousIntegrationBuild=true "${cross[@]}"
  root="$work/$rid/sendgrid-exporter-$version-linux-$rid"
  lay_out "$root" "$work/published-$rid"
  tarball "$rid"
  debian_package "$root" "$architecture"
  printf 'linux-%s: %s bytes\n' "$rid" "$(stat -c %s "$root/usr/lib/sendgrid-exporter/sendgrid-exporter")"
done

if command -v helm >/dev/null; then
  helm package deploy/helm/sendgrid-exporter --destination "$out" >/dev/null 2>&1
  printf '{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"metadata":{"component":%s},"components":[%s]}\n' \
    "{\"type\":\"application\",\"name\":\"sendgrid-exporter Helm chart\",\"version\":\"$version\"}" \
    "{\"type\":\"container\",\"name\":\"sendgrid-exporter\",\"version\":\"$version\"}" >"$out/sendgrid-exporter-chart-$version.cdx.json"
else
  echo "Left out: the chart: needs helm"
fi

dotnet tool install CycloneDX --version 6.3.1 --tool-path "$work/tools" --verbosity quiet
"$work/tools/dotnet-CycloneDX" src/Exporter/Exporter.csproj --output "$work" --filename bom.json --output-format Json \
  --set-name sendgrid-exporter --set-version "$version" --set-type Application >"$work/sbom.log" || { cat "$work/sbom.log"; exit 1; }
mv "$work/bom.json" "$out/sendgrid-exporter-$version.cdx.json"

(cd -- "$out" && sha256sum -- * >SHA256SUMS)
ls -l -- "$out"

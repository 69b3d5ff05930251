#!/usr/bin/env bash
# Builds what a release consists of, into a directory (default artifacts/release):
#   sendgrid-exporter-VERSION-linux-{x64,arm64}.tar.gz   the binary, its unit, the example configuration, rules, dashboards
#   sendgrid-exporter_VERSION_{amd64,arm64}.deb          the same as a Debian package
#   sendgrid-exporter-VERSION-1.{x86_64,aarch64}.rpm     the same as an rpm, where rpmbuild is installed
#   sendgrid-exporter.VERSION.nupkg                      the program as a .NET tool
#   sendgrid-exporter-VERSION.tgz                        the Helm chart, where helm is installed
#   sendgrid-exporter-VERSION.cdx.json                   the packages inside (CycloneDX)
#   sendgrid-exporter-chart-VERSION.cdx.json             what the chart brings: one image
#   SHA256SUMS
# Publishes nothing. Needs the .NET SDK, clang, zlib1g-dev, dpkg-deb; an architecture that is not this machine's also needs its cross
# toolchain (Debian: crossbuild-essential-arm64) and is left out, by name, without it. The same commit gives the same archives.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

out=$(realpath -m -- "${1:-artifacts/release}")
. deploy/packaging/facts.sh
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
rm -rf -- "$out"
mkdir -p -- "$out"

tarball() {
  tar --create --gzip --file "$out/sendgrid-exporter-$version-linux-$1.tar.gz" --directory "$work/$1" \
    --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner "sendgrid-exporter-$version-linux-$1"
}

rpm=''
if command -v rpmbuild >/dev/null; then rpm=yes; else echo "Left out: the rpms: need rpmbuild (Debian: rpm)"; fi
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

  dotnet publish src/Exporter --configuration Release --runtime "linux-$rid" --output "$work/published-$rid" --verbosity quiet \
    -p:PublishAot=true -p:ContinuousIntegrationBuild=true "${cross[@]}"
  root="$work/$rid/sendgrid-exporter-$version-linux-$rid"
  deploy/packaging/layout.sh "$work/published-$rid" "$root"
  tarball "$rid"
  deploy/packaging/deb.sh "$root" "$architecture" "$out"
  if [[ $rpm ]]; then deploy/packaging/rpm.sh "$root" "$machine" "$out"; fi
  printf 'linux-%s: %s bytes\n' "$rid" "$(stat -c %s "$root/usr/lib/sendgrid-exporter/sendgrid-exporter")"
done

# As a .NET tool: the same program for every machine that has .NET.
dotnet pack src/Exporter --configuration Release --output "$out" --verbosity quiet -p:ContinuousIntegrationBuild=true -p:PublishDir="$work/tool/"

if command -v helm >/dev/null; then
  helm package deploy/helm/sendgrid-exporter --version "$version" --app-version "$version" --destination "$out" >/dev/null 2>&1
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

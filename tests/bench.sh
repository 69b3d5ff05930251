#!/usr/bin/env bash
# Measures the exporter, published with Native AOT, beside its peers and prints the tables of tests/Exporter.Benchmarks/RESULTS.md
# anew. Not part of tests/run.sh. As root on Debian what is missing is installed.
#   tests/bench.sh              1 k, 10 k and 100 k series, about 10 minutes on a quiet machine with two cores
#   tests/bench.sh --million    also 1 M series, 10 minutes more
#   tests/bench.sh --former FILE  beside a former build of the program instead of the peers, by turns
#   tests/bench.sh levels       what each level of zlib makes of a page, in how much time
#   tests/bench.sh pieces       the hot pieces by BenchmarkDotNet; its options follow, such as --filter '*Page*'
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

missing_packages() {
  command -v nginx >/dev/null || echo nginx-light
  command -v prometheus-pushgateway >/dev/null || echo prometheus-pushgateway
  command -v clang >/dev/null || echo clang
  [[ -e /usr/include/zlib.h ]] || echo zlib1g-dev
}

# Runs something whose output is of interest only when it fails.
quietly() { "$@" >"$work/log" 2>&1 || { tail -n 20 "$work/log"; exit 1; }; }

if [[ ${1-} == pieces || ${1-} == levels ]]; then
  exec dotnet run --project tests/Exporter.Benchmarks --configuration Release -- "$@"
fi

mapfile -t missing < <(missing_packages)
if ((${#missing[@]} > 0)); then
  if [[ $(id -u) != 0 || ! -e /etc/debian_version ]]; then
    printf 'Not installed: %s\n' "${missing[*]}" >&2
    exit 1
  fi

  # The packages bring services that nobody here asked to start.
  policy=/usr/sbin/policy-rc.d
  if [[ ! -e $policy ]]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy"
    trap 'rm -rf -- "$work" "$policy"' EXIT
  fi

  export DEBIAN_FRONTEND=noninteractive
  quietly apt-get update
  quietly apt-get install -y --no-install-recommends "${missing[@]}"
fi

quietly dotnet publish src/Exporter --configuration Release --use-current-runtime --output "$work/aot" -p:PublishAot=true
quietly dotnet build tests/Exporter.Benchmarks --configuration Release
tests/Exporter.Benchmarks/bin/Release/net10.0/Exporter.Benchmarks --exporter "$work/aot/sendgrid-exporter" "$@"

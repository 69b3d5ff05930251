#!/usr/bin/env bash
# Builds everything with warnings as errors, runs every test against real parts, publishes with Native AOT and runs the end-to-end
# tests with that binary. The last line says "N passed, N failed". A clean clone, the .NET SDK and node are enough: as root on
# Debian the rest is installed, or fetched (engines.sh), elsewhere what cannot be checked is left out and named.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
. tests/lib.sh

open_logs artifacts/tests
work=$(mktemp -d)
binary=$work/aot/sendgrid-exporter

# Ends the script, however it came to its end, with the one line that counts.
finish() {
  local status=$? outcomes=$logs/outcomes name
  trap - EXIT
  for name in "${running[@]}"; do outcome skipped "$name" "stopped before its end"; done
  end_all
  rm -rf -- "$work"
  if ((status != 0)); then outcome failed "The script" "ended with $status"; fi
  printf '%-32s %4d s\n' Total "$SECONDS"
  summary
  if grep -q '^failed' "$outcomes"; then
    printf '\nThe whole logs are in %s.\n' "$logs"
    status=1
  fi

  printf '\n'
  count "$outcomes"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# left_out REASON: ends a step.
left_out() {
  printf '%s\n' "$1"
  exit 77
}

missing_packages() {
  command -v prometheus >/dev/null && command -v promtool >/dev/null || echo prometheus
  command -v amtool >/dev/null || echo prometheus-alertmanager
  command -v clang >/dev/null || echo clang
  [[ -e /usr/include/zlib.h ]] || echo zlib1g-dev
  command -v curl >/dev/null || echo curl
  command -v nginx >/dev/null || echo nginx-light
  [[ -x /usr/bin/chromium ]] || echo chromium
  command -v podman >/dev/null || echo podman
  command -v runc >/dev/null || echo runc
  command -v systemd-analyze >/dev/null || echo systemd
  command -v rpmbuild >/dev/null || echo rpm
}

tools() {
  local missing
  mapfile -t missing < <(missing_packages)
  if ((${#missing[@]} > 0)) && [[ $(id -u) == 0 && -e /etc/debian_version ]]; then
    # The packages bring services that nobody here asked to start.
    if [[ ! -e /usr/sbin/policy-rc.d ]]; then
      trap 'rm -f /usr/sbin/policy-rc.d' EXIT
      printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d
    fi

    apt-get update || true
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" || true
    mapfile -t missing < <(missing_packages)
  fi

  if ((${#missing[@]} > 0)); then left_out "not installed: ${missing[*]}"; fi
}

build() { without_warnings dotnet build Exporter.sln --configuration Release; }

# As for a release, but without symbols, which take a sixth of the time; the analyzers have their say in the build. What is published is what is needed, and the checkout stays as it was.
native_aot() {
  local locks
  if ! command -v clang >/dev/null || [[ ! -e /usr/include/zlib.h ]]; then left_out "needs clang and zlib1g-dev"; fi
  locks=$(sha256sum src/*/packages.lock.json)
  without_warnings dotnet publish src/Exporter --configuration Release --use-current-runtime --output "${binary%/*}" \
    -p:PublishAot=true -p:RunAnalyzers=false -p:NativeDebugSymbols=false
  diff <(printf '%s\n' libe_sqlite3.so sendgrid-exporter) <(LC_ALL=C ls "${binary%/*}")
  diff <(printf '%s\n' "$locks") <(sha256sum src/*/packages.lock.json)
}

# Whether every file is as CSharpier writes it: `dotnet csharpier format src tests` makes it so.
format() {
  dotnet tool restore || left_out "CSharpier could not be had"
  dotnet csharpier check src tests
}

manifests() {
  command -v npm >/dev/null || left_out "needs node and npm"
  tests/manifests.sh
}

compose() {
  docker compose version >/dev/null 2>&1 || left_out "docker compose config needs Docker Compose v2"
  docker compose -f deploy/compose.yaml config -q
  docker compose -f deploy/compose.yaml -f deploy/compose.account.yaml config -q
}

# The program is not installed where the unit looks for it; exposure 2.0 is what systemd still calls OK. Alone, and with each drop-in of the examples.
systemd_unit() {
  command -v systemd-analyze >/dev/null || left_out "needs systemd-analyze"
  local example units=$work/units
  for example in "" deploy/systemd/examples/*.conf; do
    rm -rf "$units"
    mkdir -p "$units/sendgrid-exporter.service.d"
    if [[ $example ]]; then cp "$example" "$units/sendgrid-exporter.service.d"; fi
    sed 's:/usr/bin/sendgrid-exporter:/bin/true:' deploy/systemd/sendgrid-exporter.service >"$units/sendgrid-exporter.service"
    cp deploy/systemd/sendgrid-exporter.socket "$units"
    systemd-analyze verify "$units"/sendgrid-exporter.{service,socket}
    systemd-analyze security --offline=yes --no-pager --threshold=20 "$units/sendgrid-exporter.service"
  done
}

# The build stage does what was done above, in a Debian that has to be made first; tests/image.sh alone runs it, too.
image() {
  if [[ ! -x $binary || $(id -u) != 0 ]] || ! command -v podman >/dev/null || ! command -v runc >/dev/null; then
    left_out "needs root, podman, runc and the Native AOT binary"
  fi

  tests/image.sh "${binary%/*}"
}

# behind COMMAND…: runs a step where others wait for none of its time. Tests on a virtual clock go from thread to thread at each step of it; beside
# processes that compute as much as they are let they would wait for their turn each time, ten times as long as they compute.
behind() {
  renice -n 10 -p "$BASHPID" >/dev/null
  "$@"
}

# package KIND: tests/packages say what they need beside the binary.
package() {
  [[ -x $binary ]] || left_out "needs the Native AOT binary"
  "tests/packages/$1.sh" "${binary%/*}"
}

step Tools tools
begin Engines tests/engines.sh
start_compiler
begin Build build
begin "Native AOT" native_aot
begin Manifests behind manifests
begin Format behind format
begin Compose compose
begin "systemd unit" systemd_unit

await Build
# Without it there is nothing to test; finish tells.
if [[ ${ended[Build]} != 0 ]]; then exit 0; fi
begin "Tests on virtual time" run_part "Tests on virtual time"
await Engines
begin Tests behind run_part Tests
begin "dotnet tool" behind tests/packages/tool.sh

await "Native AOT"
begin Image behind image
begin "Debian package" behind package deb
begin rpm behind package rpm
if [[ -x $binary ]]; then
  SENDGRID_EXPORTER_BINARY=$binary begin "End to end" run_part "End to end"
  await Tests "Tests on virtual time" "End to end"
  # Exporter.Tests has run the other form of the program, in process: left to see is that it starts, serves and stops.
  begin "End to end, dotnet run" run_tests Exporter.EndToEnd.Tests -class '*HttpTests' -class '*StopTests'
else
  begin "End to end" run_part "End to end"
fi

await "${running[@]}"

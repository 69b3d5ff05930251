#!/usr/bin/env bash
# Builds the Dockerfile with podman and runs the image as a careful cluster would: read-only, as its own user, without a capability.
#   tests/image.sh                all of it
#   tests/image.sh DIRECTORY      its last stage alone, with the program published in the directory, on this machine's C libraries
# Where the official base images cannot be pulled, stand-ins bear their names: a Debian with this machine's .NET SDK to build in, and
# this machine's C libraries, without a shell, to run on. Needs root, podman with runc, and mmdebstrap where there is no registry.
# Exit code 77: no container runs here.
set -euo pipefail
published=${1:+$(realpath -- "$1")}
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

sdk=$(sed -n 's/^FROM \(.*\) AS build$/\1/p' Dockerfile)
base=$(sed -n 's/^FROM \([^ ]*\)$/\1/p' Dockerfile)
most=$((40 * 1000 * 1000))
work=$(mktemp -d)
port=$((20000 + RANDOM % 10000))
revision=$(git rev-parse --short HEAD)
build_arguments=()
restricted=(--network=host --read-only --read-only-tmpfs=false --cap-drop=ALL --security-opt=no-new-privileges
  --ulimit=nofile=1024:1024 --ulimit=nproc=4096:4096)

# A store of its own: nobody else gets to see the stand-ins.
podman() { command podman --root "$work/store" --runroot "$work/run" --runtime runc "$@"; }

finish() {
  local status=$?
  trap - EXIT
  podman rm --force --all --time 2 >/dev/null 2>&1 || true
  umount --recursive "$work/store/overlay" 2>/dev/null || true
  rm -rf -- "$work"
  exit "$status"
}
trap finish EXIT

fail() {
  printf 'Failed: %s\n' "$*" >&2
  exit 1
}

said() { printf '%s (%d s after the start)\n' "$*" "$SECONDS"; }

# What Microsoft's SDK image is for us: Debian, certificates, the SDK. The SDK and the packages come from this machine by mounts.
sdk_stand_in() {
  local sources=(/etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources) existing=() source
  for source in "${sources[@]}"; do if [[ -s $source ]]; then existing+=("$source"); fi; done
  mmdebstrap --quiet --variant=apt --include=ca-certificates,clang,zlib1g-dev \
    "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$work/sdk.tar" "${existing[@]}"
  podman import --quiet --change 'ENV PATH=/usr/share/dotnet:/usr/sbin:/usr/bin:/sbin:/bin' --change 'ENV NUGET_PACKAGES=/packages' \
    --change 'ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1' --change 'ENV DOTNET_CLI_TELEMETRY_OPTOUT=1' --change 'ENV DOTNET_NOLOGO=1' --change 'ENV DOTNET_GENERATE_ASPNET_CERTIFICATE=false' \
    --change "ENV NUGET_CERT_REVOCATION_MODE=${NUGET_CERT_REVOCATION_MODE:-online}" "$work/sdk.tar" "$sdk"
  build_arguments+=(
    --volume "$(dotnet --list-sdks | sed -n '$s:.*\[\(.*\)/sdk\]$:\1:p'):/usr/share/dotnet:ro"
    --volume "${NUGET_PACKAGES:-$HOME/.nuget/packages}:/packages"
    --volume /etc/ssl/certs:/etc/ssl/certs:ro
    --volume /etc/apt:/etc/apt:ro)
}

# What the chiseled image is for us: the C libraries, OpenSSL, certificates, a user, and nothing to run them with.
base_stand_in() {
  local root="$work/base"
  mkdir -p "$root"/{etc/ssl,tmp,usr/lib}
  chmod 1777 "$root/tmp"
  ldconfig -p | sed -nE 's/.*\((libc6,x86-64|libc6,AArch64).*=> (.*)$/\2/p' \
    | grep -E '/(ld-linux[^/]*|lib(c|m|dl|pthread|rt|gcc_s|stdc\+\+|ssl|crypto|z))\.so\.[0-9.]+$' \
    | while read -r library; do cp -L --parents "$library" "$root"; done
  case $(uname -m) in
    x86_64) mkdir -p "$root/lib64" && cp -L /lib64/ld-linux-x86-64.so.2 "$root/lib64" ;;
    aarch64) mkdir -p "$root/lib" && cp -L /lib/ld-linux-aarch64.so.1 "$root/lib" ;;
  esac
  cp -rL /etc/ssl/certs "$root/etc/ssl/"
  printf 'root:x:0:0::/root:/bin/false\napp:x:1654:1654::/home/app:/bin/false\n' >"$root/etc/passwd"
  tar --create --file "$work/base.tar" --directory "$root" .
  podman import --quiet --change 'ENV APP_UID=1654' --change 'ENV PATH=/usr/bin' "$work/base.tar" "$base"
}

# The last stage of the Dockerfile, and beside it what the first one would have left.
last_stage() {
  mkdir -p "$work/context"/{out,data}
  cp "$published"/sendgrid-exporter "$published"/*.so "$work/context/out"
  {
    sed -n '/^FROM /q; /^ARG /p' Dockerfile
    sed -n '/^FROM [^ ]*$/,$p' Dockerfile | sed -E 's:^COPY --from=build(.*) /(out|data)/ :COPY\1 \2/ :'
  } >"$work/context/Dockerfile"
  build_arguments+=(--file "$work/context/Dockerfile" "$work/context")
}

if [[ -n $published ]]; then
  base_stand_in >/dev/null
  podman run --rm "${restricted[@]}" "$base" "$(cd "$work/base" && ls lib*/ld-linux* | sed 's:^:/:')" --version >/dev/null 2>"$work/run.log" || { cat "$work/run.log"; exit 77; }
  last_stage
  said "Stand-in for $base"
elif timeout 120 podman pull --quiet "$sdk" >/dev/null 2>&1 && timeout 120 podman pull --quiet "$base" >/dev/null 2>&1; then
  build_arguments+=(.)
  said "Base images pulled"
else
  command -v mmdebstrap >/dev/null || fail "no registry is reachable, and mmdebstrap for the stand-ins is not installed"
  sdk_stand_in >/dev/null
  base_stand_in >/dev/null
  build_arguments+=(.)
  said "No registry is reachable: stand-ins for $sdk and $base"
fi

podman build --format docker --isolation=chroot --network=host --pull=never \
  --build-arg TARGETARCH="$(dpkg --print-architecture)" --build-arg REVISION="$revision" --tag sendgrid-exporter "${build_arguments[@]}" \
  >"$work/build.log" 2>&1 || { cat "$work/build.log"; fail "the image does not build"; }
said "Built"

size() { podman image inspect --format '{{.Size}}' "$1"; }
inspect() { podman image inspect --format "{{index .Config.Labels \"org.opencontainers.image.$1\"}}" sendgrid-exporter; }
beyond=$(($(size sendgrid-exporter) - $(size "$base")))
((beyond <= most)) || fail "the image has $beyond bytes beyond its base, more than $most"
version=$(sed -n 's:.*<VersionPrefix>\(.*\)</VersionPrefix>.*:\1:p' Directory.Build.props)
[[ $(inspect version) == "$version" ]] || fail "the label says version '$(inspect version)', not $version"
[[ $(inspect revision) == "$revision" ]] || fail "the label says revision '$(inspect revision)'"
said "$beyond bytes beyond the base"

container=$(podman run --detach "${restricted[@]}" --volume state:/data \
  --env "SENDGRID_EXPORTER_WEB_LISTEN_ADDRESS=127.0.0.1:$port" sendgrid-exporter serve --demo 2>"$work/run.log") || { cat "$work/run.log"; fail "it does not start"; }

for ((i = 0; i < 100; i++)); do
  if page=$(curl --silent --fail "http://127.0.0.1:$port/metrics") && grep -q '^sendgrid_automation_link_clicks{' <<<"$page"; then break; fi
  sleep 0.3
done
grep -q '^sendgrid_automation_link_clicks{' <<<"$page" || { podman logs "$container"; fail "/metrics shows no clicks"; }
grep -q '^sendgrid_exporter_state_usable 1$' <<<"$page" || fail "the saved state in /data cannot be used"

process=/proc/$(podman inspect --format '{{.State.Pid}}' "$container")
[[ $(awk '/^Uid:/ { print $2, $3 }' "$process/status") == "1654 1654" ]] || fail "it does not run as user 1654"
[[ $(awk '/^CapEff:/ { print $2 }' "$process/status") == 0000000000000000 ]] || fail "it has capabilities"
awk '$2 == "/" { print $4 }' "$process/mounts" | grep -q '^ro' || fail "its root is not read-only"
# Its limit of five seconds is for a machine that has a moment for it: on a busy one it is asked again, as Docker does.
healthy=''
for ((attempt = 0; attempt < 20; attempt++)); do
  if podman healthcheck run "$container" >/dev/null; then
    healthy=yes
    break
  fi
done
[[ $healthy ]] || fail "the image's own health check says unhealthy"
said "Serves as user 1654, read-only, without a capability; healthy"

podman stop --time 60 "$container" >/dev/null 2>&1
[[ $(podman inspect --format '{{.State.ExitCode}}' "$container") == 0 ]] || fail "it did not stop cleanly"
[[ -n $(ls "$(podman volume inspect --format '{{.Mountpoint}}' state)") ]] || fail "nothing was saved in /data"

# A check that cannot fail would prove nothing.
if podman run --rm "${restricted[@]}" --env "SENDGRID_EXPORTER_WEB_LISTEN_ADDRESS=127.0.0.1:$port" sendgrid-exporter healthcheck >/dev/null 2>&1; then
  fail "the health check is content with nobody there"
fi
said "Stopped with exit code 0"

#!/usr/bin/env bash
# Fetches what the rules, the dashboards and a scrape are tried on beside the installed Prometheus: Prometheus 3 and VictoriaMetrics, and
# Prometheus 2 where another is installed. They come from other suites of Debian, by lists of their own, and are only unpacked, into
# ~/.cache/sendgrid-exporter/engines (tests/Shared/EngineKind.cs looks there): the machine's own packages stay as they are. What is there is not
# fetched again; delete the folder for newer ones. What cannot be had is named in the last line, and the exit code is 77.
set -euo pipefail

engines=${XDG_CACHE_HOME:-$HOME/.cache}/sendgrid-exporter/engines

# A folder of engines | the suite of Debian | its packages | the program that shows that it runs here
wanted() {
  prometheus --version 2>&1 | grep -q '^prometheus, version 2\.' || echo 'prometheus-2|bookworm|prometheus|promtool'
  echo 'prometheus-3|forky|prometheus promtool|promtool'
  echo 'victoria-metrics|trixie|victoria-metrics|vmalert-tool'
}

missing() {
  local folder suite packages program
  wanted | while IFS='|' read -r folder suite packages program; do
    [[ -x $engines/$folder/usr/bin/$program ]] || echo "$folder|$suite|$packages|$program"
  done
}

# apt with lists and a cache of its own, over whatever mirror the machine's own configuration names.
own_apt() {
  local tool=$1
  shift
  "$tool" -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$work/sources" -o Dir::State::Lists="$work/lists" \
    -o Dir::State::Status=/dev/null -o Dir::Cache="$work/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=1 \
    -o Acquire::http::Timeout=30 -o Acquire::https::Timeout=30 -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false \
    -o Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false "$@"
}

list_suites() {
  local mirror suite
  # shellcheck disable=SC2016 # apt-get fills it in
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | sort -u | head -n 1)
  if [[ ! $mirror ]]; then
    why="apt knows no mirror of Debian"
    return 1
  fi

  mkdir -p "$work/sources" "$work/lists/partial" "$work/cache/archives/partial"
  for suite in $(missing | cut -d '|' -f 2 | sort -u); do
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main"
  done >"$work/sources/engines.list"
  own_apt apt-get update
}

# unpack FOLDER SUITE PACKAGE…
unpack() {
  local folder=$1 suite=$2 package
  shift 2
  mkdir -p "$work/$folder/packages"
  (cd "$work/$folder/packages" && own_apt apt-get download "${@/%//$suite}") || return 1
  for package in "$work/$folder/packages"/*.deb; do dpkg -x "$package" "$work/$folder/root" || return 1; done
  rm -rf -- "${engines:?}/$folder"
  mkdir -p "$engines"
  mv "$work/$folder/root" "$engines/$folder"
}

# What each is, and of those that are not here: why.
tell() {
  local folder suite packages program left=()
  while IFS='|' read -r folder suite packages program; do
    if [[ -x $engines/$folder/usr/bin/$program ]]; then
      echo "$folder is in $engines"
    else
      left+=("$folder")
    fi
  done < <(wanted)
  if ((${#left[@]} > 0)); then
    echo "cannot be had: ${left[*]} ($why)"
    exit 77
  fi
}

why="needs apt and dpkg"
if [[ $(missing) ]] && command -v apt-get >/dev/null && command -v dpkg >/dev/null; then
  work=$(mktemp -d)
  trap 'rm -rf -- "$work"' EXIT
  why="the mirror of Debian has not given it"
  if list_suites; then
    while IFS='|' read -r folder suite packages program; do
      # shellcheck disable=SC2086 # words
      unpack "$folder" "$suite" $packages || continue
      "$engines/$folder/usr/bin/$program" --help >/dev/null 2>&1 || {
        why="does not run on this machine"
        rm -rf -- "${engines:?}/$folder"
      }
    done < <(missing)
  fi
fi

tell

#!/usr/bin/env bash
# Renders the Kubernetes manifests and the Helm chart and checks every object, the compose stack and every workflow; see
# manifests/check.mjs. Needs node, and npm with a registry the first time: what package-lock.json names is kept in the user's cache, one
# folder for each content of that file (220 MB, may be deleted). Nothing is installed into the repository.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

cache=${XDG_CACHE_HOME:-$HOME/.cache}/sendgrid-exporter/manifests
packages=$cache/$(cat tests/manifests/package-lock.json tests/manifests/unpack.mjs | sha256sum | cut -c1-16)
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
cp tests/manifests/* "$work"

if [[ ! -d $packages ]]; then
  # Whoever is first, of several at the same time, moves it into place whole.
  mkdir -p -- "$cache"
  new=$(mktemp -d -- "$cache/new-XXXXXX")
  trap 'rm -rf -- "$work" "$new"' EXIT
  cp tests/manifests/{package.json,package-lock.json,unpack.mjs} "$new"
  (cd -- "$new" && npm ci --omit=peer --ignore-scripts --no-audit --no-fund --silent && node unpack.mjs)
  mv --no-target-directory -- "$new" "$packages" 2>/dev/null || [[ -d $packages ]]
fi

ln -s -- "$packages/node_modules" "$work/node_modules"
node --preserve-symlinks "$work/check.mjs" "$PWD"

#!/usr/bin/env bash
# Renders the Kubernetes manifests and the Helm chart and checks every object, the compose stack, every workflow and what a release asks of whom;
# see manifests/check.mjs. Needs node, and npm with a registry the first time: what package-lock.json names is kept in the user's cache, one
# folder for each content of that file (220 MB; a month unused, it goes). Nothing is installed into the repository.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
cp tests/manifests/* "$work"

cache=${XDG_CACHE_HOME:-${HOME:-/}/.cache}/sendgrid-exporter/manifests
mkdir -p -- "$cache" 2>/dev/null && [[ -w $cache ]] || cache=$work
packages=$cache/$(cat tests/manifests/package-lock.json tests/manifests/unpack.mjs | sha256sum | cut -c1-16)
if [[ ! -d $packages ]]; then
  # Of several at the same time the first one moves its own into place, whole.
  new=$(mktemp -d -- "$cache/new-XXXXXX")
  trap 'rm -rf -- "$work" "$new"' EXIT
  cp tests/manifests/{package.json,package-lock.json,unpack.mjs} "$new"
  (cd -- "$new" && npm ci --omit=peer --ignore-scripts --no-audit --no-fund --silent && node unpack.mjs)
  mv --no-target-directory -- "$new" "$packages" 2>/dev/null || [[ -d $packages ]]
fi

touch -- "$packages"
find "$cache" -mindepth 1 -maxdepth 1 -mtime +30 -exec rm -rf -- {} +

ln -s -- "$packages/node_modules" "$work/node_modules"
node --preserve-symlinks "$work/check.mjs" "$PWD"

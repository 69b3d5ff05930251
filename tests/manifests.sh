#!/usr/bin/env bash
# Renders the Kubernetes manifests and the Helm chart and checks every object, the compose stack and every workflow; see
# manifests/check.mjs. Needs node, and npm with a registry; nothing is installed into the repository.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
cp tests/manifests/* "$work"
(cd -- "$work" && npm install --omit=peer --ignore-scripts --no-audit --no-fund --no-package-lock --silent)
node "$work/check.mjs" "$PWD"

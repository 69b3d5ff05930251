#!/usr/bin/env bash
# Lays out what every archive and package consists of: layout.sh PUBLISHED ROOT
# PUBLISHED is what `dotnet publish` with Native AOT made.
set -euo pipefail
umask 022
published=$(realpath -- "$1")
root=$(realpath -m -- "$2")
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."

doc=$root/usr/share/doc/sendgrid-exporter
install -D -m 644 README.md CHANGELOG.md LICENSE -t "$doc"
install -D -m 644 deploy/sendgrid-exporter.example.yml deploy/sendgrid-exporter.schema.json deploy/web-config.example.yml -t "$doc/examples"
install -D -m 644 deploy/systemd/examples/*.conf -t "$doc/examples"
install -D -m 644 deploy/prometheus/rules/*.yml -t "$root/usr/share/sendgrid-exporter/rules"
install -D -m 644 grafana/dashboards/*.json -t "$root/usr/share/sendgrid-exporter/dashboards"
install -D -m 644 deploy/systemd/sendgrid-exporter.{service,socket} -t "$root/usr/lib/systemd/system"
# It may hold the key.
install -D -m 640 deploy/packaging/sendgrid-exporter.default "$root/etc/default/sendgrid-exporter"
install -d -m 750 "$root/etc/sendgrid-exporter"
# SQLite's library stays beside the program.
install -D -m 755 "$published/sendgrid-exporter" -t "$root/usr/lib/sendgrid-exporter"
install -D -m 644 "$published"/*.so -t "$root/usr/lib/sendgrid-exporter"
install -d -m 755 "$root/usr/bin"
ln -sfn ../lib/sendgrid-exporter/sendgrid-exporter "$root/usr/bin/sendgrid-exporter"

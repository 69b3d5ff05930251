{{/* ---- What cannot be rendered well, or would be ignored without a word, is refused, with what to do instead */}}

{{/* A duration of Prometheus' (1h30m) in milliseconds. */}}
{{- define "sendgrid-exporter.milliseconds" -}}
{{- $units := dict "ms" 1 "s" 1000 "m" 60000 "h" 3600000 "d" 86400000 "w" 604800000 "y" 31536000000 -}}
{{- $sum := 0 -}}
{{- range regexFindAll "[0-9]+(ms|[smhdwy])" (. | default "") -1 -}}
{{- $sum = add $sum (mul (regexFind "[0-9]+" .) (index $units (regexFind "[a-z]+" .) | int64)) -}}
{{- end -}}
{{- $sum -}}
{{- end -}}

{{/* The values that are something as they come, where it matters whether somebody has set them; tests/manifests holds them against values.yaml. */}}
{{- define "sendgrid-exporter.defaults" -}}
config:
  accounts:
    - api_key_file: /run/secrets/sendgrid/api_key
apiKeySecret: sendgrid-api-key
persistence.size: 1Gi
persistence.accessModes: [ReadWriteOnce]
podDisruptionBudget.maxUnavailable: 1
networkPolicy.dns.ports: [53]
{{- end -}}

{{/* Those of some values that somebody has set, one behind the other: dict "root" $ "paths" (list "web.config" …). */}}
{{- define "sendgrid-exporter.set" -}}
{{- $defaults := include "sendgrid-exporter.defaults" . | fromYaml -}}
{{- range $path := .paths -}}
{{- $value := $.root.Values -}}
{{- range splitList "." $path -}}
{{- $value = get (kindIs "map" $value | ternary $value dict) . -}}
{{- end -}}
{{- if not (has (toJson $value) (list "null" "\"\"" "{}" "[]" (get $defaults $path | toJson))) }}{{ $path }} {{ end -}}
{{- end -}}
{{- end -}}

{{/* Refuses values that are set and would be ignored: dict "root" $ "paths" (list …) "why" "…, so …". */}}
{{- define "sendgrid-exporter.refuse" -}}
{{- with include "sendgrid-exporter.set" . | trim -}}
{{- fail (printf "%s: %s" (replace " " ", " .) $.why) -}}
{{- end -}}
{{- end -}}

{{- define "sendgrid-exporter.validate" -}}
{{- $instead := dict "config-file" "config or configFrom" "demo" "demo" "shard" "shards" "total-shards" "shards" "web-listen-address" "port"
  "web-external-url" "web.externalUrl" "web-route-prefix" "web.routePrefix" -}}
{{- $refused := list -}}
{{- range $flag := splitList " " (include "sendgrid-exporter.givenFlags" .) -}}
{{- with index $instead $flag }}{{ $refused = append $refused (printf "%s: use the value %s" $flag .) }}{{ end -}}
{{- end -}}
{{- with $refused }}{{ fail (printf "extraArgs, env: the chart's other objects depend on flags that are given: %s" (join "; " .)) }}{{ end -}}
{{- if not (or .Values.demo .Values.config .Values.configFrom) -}}
{{- fail "config: without it, without configFrom and without demo there is nothing to poll" -}}
{{- end -}}
{{- if and .Values.persistence.existingClaim (gt (int .Values.shards) 1) -}}
{{- fail "persistence.existingClaim: a store belongs to one process, and shards is more than 1" -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.hosts) -}}
{{- fail "ingress.hosts: name at least one, for example [{host: sendgrid-exporter.example.com}]" -}}
{{- end -}}
{{- if and .Values.serviceMonitor.enabled .Values.podMonitor.enabled -}}
{{- fail "serviceMonitor.enabled, podMonitor.enabled: both together scrape every pod twice; use one" -}}
{{- end -}}
{{- range $key := list "serviceMonitor" "podMonitor" -}}
{{- $monitor := index $.Values $key -}}
{{- if and $monitor.basicAuth $monitor.authorization -}}
{{- fail (printf "%s.basicAuth, %s.authorization: Prometheus sends one of them; use one" $key $key) -}}
{{- end -}}
{{- if and $monitor.enabled (include "sendgrid-exporter.caSecret" (dict "root" $ "monitor" $monitor)) -}}
{{- if ne ($monitor.namespace | default (include "sendgrid-exporter.namespace" $)) (include "sendgrid-exporter.namespace" $) -}}
{{- fail (printf "%s.namespace: Prometheus would look there for the Secret of web.tlsSecret, which is in %s; name in %s.tlsConfig what is in %s, or leave %s.namespace out"
  $key (include "sendgrid-exporter.namespace" $) $key $monitor.namespace $key) -}}
{{- end -}}
{{- end -}}
{{- $interval := include "sendgrid-exporter.milliseconds" $monitor.interval | int64 -}}
{{- if and (gt $interval 0) (gt (include "sendgrid-exporter.milliseconds" $monitor.scrapeTimeout | int64) $interval) -}}
{{- fail (printf "%s.scrapeTimeout: %s is more than the interval %s, which the operator refuses" $key $monitor.scrapeTimeout $monitor.interval) -}}
{{- end -}}
{{- end -}}
{{- include "sendgrid-exporter.refuseIgnored" . -}}
{{- end -}}

{{/*
Pairs of values of which one would be ignored. What its own `enabled` switches off is none: it may stay described. Nor is what a value
itself says to win over, `global.imageRegistry`.
*/}}
{{- define "sendgrid-exporter.refuseIgnored" -}}
{{- $values := .Values -}}
{{- $pairs := list -}}
{{- if $values.demo -}}
{{- $pairs = append $pairs (dict "paths" (list "config" "configFrom" "apiKeySecret")
  "why" "demo brings its own configuration and key; leave them out, or demo") -}}
{{- end -}}
{{- if $values.configFrom -}}
{{- $pairs = append $pairs (dict "paths" (list "config") "why" "configFrom is the configuration; use one of the two") -}}
{{- end -}}
{{- if $values.web.existingSecret -}}
{{- $pairs = append $pairs (dict "paths" (list "web.config")
  "why" "web.existingSecret holds the web configuration; put it there, or leave web.existingSecret out") -}}
{{- end -}}
{{- if has "web-config-file" (splitList " " (include "sendgrid-exporter.givenFlags" .)) -}}
{{- $pairs = append $pairs (dict "paths" (list "web.config" "web.existingSecret")
  "why" "a --web.config.file of yours (extraArgs, env) is read instead; use one of them") -}}
{{- end -}}
{{- if $values.image.digest -}}
{{- $pairs = append $pairs (dict "paths" (list "image.tag") "why" "image.digest alone decides; use one of the two") -}}
{{- end -}}
{{- $ofClaims := list "persistence.size" "persistence.storageClassName" "persistence.accessModes" "persistence.retentionPolicy" -}}
{{- if $values.persistence.existingClaim -}}
{{- if not $values.persistence.enabled -}}
{{- fail "persistence.existingClaim: persistence.enabled is false, so no volume is wanted; use one of the two" -}}
{{- end -}}
{{- $pairs = append $pairs (dict "paths" $ofClaims
  "why" "persistence.existingClaim is there already, as it was made; leave them out, or let the chart make volumes") -}}
{{- else if not $values.persistence.enabled -}}
{{- $pairs = append $pairs (dict "paths" $ofClaims "why" "persistence.enabled is false, so the chart makes no volume; leave them out") -}}
{{- end -}}
{{- if not $values.serviceAccount.create -}}
{{- $pairs = append $pairs (dict "paths" (list "serviceAccount.annotations")
  "why" "serviceAccount.create is false: annotate the account where it is made") -}}
{{- end -}}
{{- if eq $values.service.type "ClusterIP" -}}
{{- $pairs = append $pairs (dict "paths" (list "service.nodePort") "why" "service.type ClusterIP has no port of the node; use NodePort or LoadBalancer") -}}
{{- end -}}
{{- if ne $values.service.type "LoadBalancer" -}}
{{- $pairs = append $pairs (dict "paths" (list "service.loadBalancerSourceRanges")
  "why" "only service.type LoadBalancer looks at it; networkPolicy.ingressFrom says who may come in") -}}
{{- end -}}
{{- if not (kindIs "invalid" $values.podDisruptionBudget.minAvailable) -}}
{{- $pairs = append $pairs (dict "paths" (list "podDisruptionBudget.maxUnavailable")
  "why" "podDisruptionBudget.minAvailable is set, and Kubernetes takes one of the two") -}}
{{- end -}}
{{- if not $values.networkPolicy.dns.to -}}
{{- $pairs = append $pairs (dict "paths" (list "networkPolicy.dns.ports") "why" "networkPolicy.dns.to names nobody who answers there") -}}
{{- end -}}
{{- range $key := list "serviceMonitor" "podMonitor" -}}
{{- $monitor := index $values $key -}}
{{- if and $monitor.enabled (ne ($monitor.scheme | default (include "sendgrid-exporter.scheme" $)) "https") -}}
{{- $pairs = append $pairs (dict "paths" (list (print $key ".tlsConfig"))
  "why" (printf "the scrape speaks http; set %s.scheme to https, or web.tls to true where the exporter speaks TLS unseen by the chart" $key)) -}}
{{- end -}}
{{- end -}}
{{- if and (eq (toJson $values.web.tls) "false") (hasKey (include "sendgrid-exporter.webConfig" . | fromYaml) "tls_server_config") -}}
{{- $pairs = append $pairs (dict "paths" (list "web.config" "web.tlsSecret")
  "why" "the exporter serves TLS by it, and web.tls is false, so probes and scrapes would fail; leave web.tls out") -}}
{{- end -}}
{{- range $pairs -}}
{{- include "sendgrid-exporter.refuse" (mergeOverwrite (dict "root" $) .) -}}
{{- end -}}
{{- end -}}

{{/* ---- Names and labels */}}

{{- define "sendgrid-exporter.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "sendgrid-exporter.fullname" -}}
{{- $name := include "sendgrid-exporter.name" . -}}
{{- $own := contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) -}}
{{- .Values.fullnameOverride | default $own | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "sendgrid-exporter.namespace" -}}
{{- .Values.namespaceOverride | default .Release.Namespace -}}
{{- end -}}

{{- define "sendgrid-exporter.serviceAccountName" -}}
{{- .Values.serviceAccount.name | default (.Values.serviceAccount.create | ternary (include "sendgrid-exporter.fullname" .) "default") -}}
{{- end -}}

{{/* A map of texts as Kubernetes wants it: `--set podLabels.x=1` is a number to Helm. */}}
{{- define "sendgrid-exporter.texts" -}}
{{- range $key, $value := . }}
{{ $key | quote }}: {{ $value | toString | quote }}
{{- end }}
{{- end -}}

{{/* Never more than these two: what an installed StatefulSet selects by cannot be changed. */}}
{{- define "sendgrid-exporter.selector" -}}
app.kubernetes.io/name: {{ include "sendgrid-exporter.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{/*
Labels of an object: dict "root" $ "more" labels of its own. What objects are found by is never overwritten, nor is part-of: it becomes the
label `job`, by which the rules know the exporter, whatever nameOverride says.
*/}}
{{- define "sendgrid-exporter.labels" -}}
{{- $chart := printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 -}}
{{- $own := dict "app.kubernetes.io/version" (.root.Chart.AppVersion | replace "+" "_") "app.kubernetes.io/managed-by" .root.Release.Service
  "helm.sh/chart" $chart -}}
{{- $fixed := include "sendgrid-exporter.selector" .root | fromYaml | merge (dict "app.kubernetes.io/part-of" "sendgrid-exporter") -}}
{{- include "sendgrid-exporter.texts" (mergeOverwrite (dict) $own (.root.Values.commonLabels | default dict) (.more | default dict) $fixed) | trim -}}
{{- end -}}

{{/* The head of an object: dict "root" $, and where they differ "name", "namespace", "labels", "annotations". */}}
{{- define "sendgrid-exporter.metadata" -}}
metadata:
  name: {{ .name | default (include "sendgrid-exporter.fullname" .root) }}
  namespace: {{ .namespace | default (include "sendgrid-exporter.namespace" .root) }}
  labels:
    {{- include "sendgrid-exporter.labels" (dict "root" .root "more" .labels) | nindent 4 }}
  {{- with .annotations }}
  annotations:
    {{- include "sendgrid-exporter.texts" . | trim | nindent 4 }}
  {{- end }}
{{- end -}}

{{- define "sendgrid-exporter.image" -}}
{{- $registry := (.Values.global | default dict).imageRegistry | default .Values.image.registry -}}
{{- with $registry }}{{ . }}/{{ end }}{{ .Values.image.repository -}}
{{- with .Values.image.digest }}@{{ . }}{{ else }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end -}}
{{- end -}}

{{/* ---- How it is reached */}}

{{/* Environment of the container as a list, whichever way it was given. */}}
{{- define "sendgrid-exporter.env" -}}
{{- if kindIs "map" .Values.env -}}
{{- range $name, $value := .Values.env }}
- name: {{ $name }}
  {{- if kindIs "map" $value }}
  {{- toYaml $value | nindent 2 }}
  {{- else }}
  value: {{ $value | toString | quote }}
  {{- end }}
{{- end }}
{{- else if .Values.env -}}
{{- toYaml .Values.env -}}
{{- end -}}
{{- end -}}

{{/* Names of the flags that the user gives, be it as an argument or as its twin in the environment: web-config-file … */}}
{{- define "sendgrid-exporter.givenFlags" -}}
{{- range .Values.extraArgs }}{{ regexReplaceAll "=.*" . "" | trimPrefix "--" | replace "." "-" }} {{ end -}}
{{- range include "sendgrid-exporter.env" . | fromYamlArray -}}
{{- if hasPrefix "SENDGRID_EXPORTER_" .name }}{{ .name | trimPrefix "SENDGRID_EXPORTER_" | lower | replace "_" "-" }} {{ end -}}
{{- end -}}
{{- end -}}

{{- define "sendgrid-exporter.webConfig" -}}
{{- $files := dict "tls_server_config" (dict "cert_file" "/run/secrets/tls/tls.crt" "key_file" "/run/secrets/tls/tls.key") -}}
{{- $config := .Values.web.config | default dict -}}
{{- $elsewhere := or .Values.web.existingSecret (has "web-config-file" (splitList " " (include "sendgrid-exporter.givenFlags" .))) -}}
{{- if and .Values.web.tlsSecret (not $elsewhere) (not (hasKey $config "tls_server_config")) -}}
{{- $config = mergeOverwrite (dict) $config $files -}}
{{- end -}}
{{- with $config }}{{ toYaml . }}{{ end -}}
{{- end -}}

{{/* http or https. A Secret of the user's cannot be read here: it is taken to hold a certificate unless web.tls says no. */}}
{{- define "sendgrid-exporter.scheme" -}}
{{- $tls := .Values.web.tls -}}
{{- if kindIs "invalid" $tls -}}
{{- $own := has "web-config-file" (splitList " " (include "sendgrid-exporter.givenFlags" .)) -}}
{{- $tls = or (not (empty .Values.web.existingSecret)) (hasKey (include "sendgrid-exporter.webConfig" . | fromYaml) "tls_server_config") $own -}}
{{- end -}}
{{- $tls | ternary "https" "http" -}}
{{- end -}}

{{/* Empty, or with a slash before and none behind; escaped as it is written, for urlParse would decode it. */}}
{{- define "sendgrid-exporter.routePrefix" -}}
{{- $written := regexReplaceAll "^[^:/?#]*://[^/?#]*" (.Values.web.externalUrl | default "") "" | regexFind "^[^?#]*" -}}
{{- $path := .Values.web.routePrefix | default $written | trimAll "/" -}}
{{- with $path }}/{{ . }}{{ end -}}
{{- end -}}

{{/* A probe: dict "root" $ "probe" .Values.xProbe "path" "/-/healthy". */}}
{{- define "sendgrid-exporter.probe" -}}
{{- $own := dict "httpGet" (dict "path" (print (include "sendgrid-exporter.routePrefix" .root) .path) "port" (include "sendgrid-exporter.scheme" .root)) -}}
{{- if eq (include "sendgrid-exporter.scheme" .root) "https" }}{{ $_ := set $own.httpGet "scheme" "HTTPS" }}{{ end -}}
{{- $other := or (hasKey .probe "exec") (hasKey .probe "tcpSocket") (hasKey .probe "grpc") -}}
{{- toYaml ($other | ternary .probe (mergeOverwrite (dict) $own .probe)) -}}
{{- end -}}

{{/* The Secret by whose ca.crt the scrape knows the exporter, unless the user says how: dict "root" $ "monitor" .Values.xMonitor. */}}
{{- define "sendgrid-exporter.caSecret" -}}
{{- $scheme := .monitor.scheme | default (include "sendgrid-exporter.scheme" .root) -}}
{{- if and (not .monitor.tlsConfig) (eq $scheme "https") }}{{ .root.Values.web.tlsSecret }}{{ end -}}
{{- end -}}

{{/* What ServiceMonitor and PodMonitor say of the endpoint: dict "root" $ "monitor" .Values.xMonitor. */}}
{{- define "sendgrid-exporter.endpoint" -}}
{{- $scheme := .monitor.scheme | default (include "sendgrid-exporter.scheme" .root) -}}
- port: {{ include "sendgrid-exporter.scheme" .root }}
  path: {{ include "sendgrid-exporter.routePrefix" .root }}/metrics
  scheme: {{ $scheme }}
  {{- /* Left out, Prometheus takes its own timeout, or the interval when that is shorter. */}}
  {{- with .monitor.interval }}
  interval: {{ . }}
  {{- end }}
  {{- with .monitor.scrapeTimeout }}
  scrapeTimeout: {{ . }}
  {{- end }}
  {{- $tls := .monitor.tlsConfig -}}
  {{- with include "sendgrid-exporter.caSecret" . -}}
  {{- $server := printf "%s.%s.svc" (include "sendgrid-exporter.fullname" $.root) (include "sendgrid-exporter.namespace" $.root) -}}
  {{- $tls = dict "ca" (dict "secret" (dict "name" . "key" "ca.crt")) "serverName" $server -}}
  {{- end -}}
  {{- if and $tls (eq $scheme "https") }}
  tlsConfig:
    {{- toYaml $tls | nindent 4 }}
  {{- end }}
  {{- range $key := list "basicAuth" "authorization" "honorLabels" "relabelings" "metricRelabelings" }}
  {{- with index $.monitor $key }}
  {{ $key }}:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- end }}
{{- end -}}

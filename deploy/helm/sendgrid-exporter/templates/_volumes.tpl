{{/* The Secret with the web configuration, or nothing. */}}
{{- define "sendgrid-exporter.webSecret" -}}
{{- $own := include "sendgrid-exporter.webConfig" . | empty | ternary "" (printf "%s-web" (include "sendgrid-exporter.fullname" .)) -}}
{{- .Values.web.existingSecret | default $own -}}
{{- end -}}

{{- define "sendgrid-exporter.volumes" -}}
{{- if .Values.persistence.existingClaim }}
- name: data
  persistentVolumeClaim:
    claimName: {{ .Values.persistence.existingClaim }}
{{- else if not .Values.persistence.enabled }}
- name: data
  emptyDir: {}
{{- end }}
{{- if not .Values.demo }}
- name: configuration
  {{- toYaml (.Values.configFrom | default (dict "configMap" (dict "name" (include "sendgrid-exporter.fullname" .)))) | nindent 2 }}
{{- end }}
{{- /* Root owns the files of a Secret: without a group of the pod's own, everybody in it must be able to read them. 292 is 0444, 288 0440. */}}
{{- $mode := empty (.Values.podSecurityContext | default dict).fsGroup | ternary 292 288 }}
{{- $secrets := dict "api-key" (.Values.demo | ternary "" .Values.apiKeySecret) "web" (include "sendgrid-exporter.webSecret" .) "tls" .Values.web.tlsSecret }}
{{- range $name, $secret := $secrets }}
{{- if $secret }}
- name: {{ $name }}
  secret:
    secretName: {{ $secret }}
    defaultMode: {{ $mode }}
{{- end }}
{{- end }}
{{- with .Values.extraVolumes }}
{{- toYaml . | nindent 0 }}
{{- end }}
{{- end -}}

{{/*
A group of a rule file as a list of one, or of none when nothing is left of it: dict "group" "file" its base name "values" .Values.prometheusRule.
In the files, links are relative: RUNBOOK.md#heading, d/dashboard?….
*/}}
{{- define "sendgrid-exporter.ruleGroup" -}}
{{- $rules := list -}}
{{- range .group.rules -}}
{{- if not .alert -}}
{{- $rules = append $rules . -}}
{{- else if and (index $.values.alerts $.file) (not (has .alert $.values.disabledAlerts)) -}}
{{- $heading := .annotations.runbook_url | trimPrefix "RUNBOOK.md" -}}
{{- $dashboard := .annotations.dashboard_url -}}
{{- $annotations := omit .annotations "runbook_url" "dashboard_url" -}}
{{- with $.values.runbookUrl }}{{ $_ := set $annotations "runbook_url" (print . $heading) }}{{ end -}}
{{- with $.values.dashboardUrl }}{{ $_ := set $annotations "dashboard_url" (print (trimSuffix "/" .) "/" $dashboard) }}{{ end -}}
{{- $labels := mergeOverwrite (dict) .labels -}}
{{- range $name, $value := $.values.alertLabels }}{{ $_ := set $labels $name (toString $value) }}{{ end -}}
{{- $rules = append $rules (mergeOverwrite (omit . "annotations") (dict "labels" $labels "annotations" $annotations)) -}}
{{- end -}}
{{- end -}}
{{- with $rules }}{{ list (mergeOverwrite (dict) $.group (dict "rules" .)) | toYaml }}{{ end -}}
{{- end -}}

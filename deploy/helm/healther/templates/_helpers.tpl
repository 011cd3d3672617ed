{{- define "healther.name" -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "healther.labels" -}}
app.kubernetes.io/name: healther
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "healther.allLabels" -}}
{{ include "healther.labels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{- define "healther.image" -}}
{{ printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) }}
{{- end -}}

{{- define "healther.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ . }}
runAsGroup: {{ . }}
fsGroup: {{ . }}
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "healther.security" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end -}}

{{- define "healther.scheduling" -}}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
{{ toYaml . | indent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
{{ toYaml . | indent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
{{ toYaml . | indent 2 }}
{{- end }}
{{- end -}}

{{/* Replicas on different nodes, where there are any. */}}
{{- define "healther.spread" -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
{{ include "healther.labels" . | indent 8 }}
{{- end -}}

{{/* The settings: secrets by file, the rest by value. */}}
{{- define "healther.environment" -}}
- name: HEALTHER_PUBLIC_URL
  value: {{ required "publicUrl: the https address people reach healther under" .Values.publicUrl | quote }}
- name: HEALTHER_TRUSTED_PROXIES
  value: {{ .Values.trustedProxies | quote }}
- name: HEALTHER_LOG_FORMAT
  value: json
{{- range .Values.secretFiles }}
- name: HEALTHER_{{ . | upper | replace "-" "_" }}_FILE
  value: /run/healther-secrets/{{ . }}
{{- end }}
{{- range $name, $value := .Values.settings }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end -}}

{{- define "healther.mounts" -}}
- name: secrets
  mountPath: /run/healther-secrets
  readOnly: true
- name: tmp
  mountPath: /tmp
{{- end -}}

{{- define "healther.volumes" -}}
- name: secrets
  secret:
    secretName: {{ required "existingSecret: the Secret with database-url and secret-key" .Values.existingSecret }}
    defaultMode: 0440
    items:
{{- range .Values.secretFiles }}
      - {key: {{ . }}, path: {{ . }}}
{{- end }}
- name: tmp
  emptyDir: {}
{{- end -}}

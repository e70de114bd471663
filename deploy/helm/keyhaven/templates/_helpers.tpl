{{- define "keyhaven.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "keyhaven.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "keyhaven.labels" -}}
{{ include "keyhaven.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{/* What a schema cannot say, because it is about several values at once. */}}
{{- define "keyhaven.check" -}}
{{- $sqlite := not .Values.postgresql.secretName -}}
{{- if not .Values.image.repository -}}
{{- fail "image.repository: name the registry and repository that you have put the image into" -}}
{{- end -}}
{{- if not .Values.seal.secretName -}}
{{- fail "seal.secretName: name the Secret with what opens the root key" -}}
{{- end -}}
{{- if and $sqlite (eq .Values.kind "Deployment") -}}
{{- fail "kind: a Deployment keeps nothing, so it needs postgresql.secretName" -}}
{{- end -}}
{{- if and $sqlite (gt (int .Values.replicas) 1) -}}
{{- fail "replicas: several servers need a database that they share, postgresql.secretName" -}}
{{- end -}}
{{- if not (or $sqlite .Values.tls.secretName) -}}
{{- fail "tls.secretName: servers of one PostgreSQL need one certificate, since each would make a CA of its own" -}}
{{- end -}}
{{- range $name := list "data" "https" "http" "store" "node" "keyFile" "sealFile" "passphraseFile" "passphraseFd" "rootKeyFd" "sharesFile" "sharesFd" "tlsCert" "tlsKey" "health" "seed" "insecureListen" -}}
{{- if hasKey $.Values.settings $name -}}
{{- fail (printf "settings.%s: is given by this chart" $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The configuration file: settings, and what follows from other values. */}}
{{- define "keyhaven.settings" -}}
{{- $name := include "keyhaven.fullname" . -}}
{{- $own := list $name (printf "%s.%s" $name .Release.Namespace) (printf "%s.%s.svc" $name .Release.Namespace) (printf "%s.%s.svc.cluster.local" $name .Release.Namespace) -}}
{{- $given := .Values.settings.tlsNames | default list -}}
{{- if kindIs "string" $given -}}
{{- $given = splitList "," $given -}}
{{- end -}}
{{- $settings := merge (dict "tlsNames" (concat $own $given | uniq) "health" "0.0.0.0:8081") .Values.settings -}}
{{- if and .Values.serviceMonitor.enabled (not (hasKey .Values.settings "metricsAccess")) -}}
{{- $_ := set $settings "metricsAccess" "all" -}}
{{- end -}}
{{- if .Values.tls.secretName -}}
{{- $_ := set $settings "tlsCert" "/etc/keyhaven/tls/tls.crt" -}}
{{- $_ := set $settings "tlsKey" "/etc/keyhaven/tls/tls.key" -}}
{{- end -}}
{{- toPrettyJson $settings -}}
{{- end -}}

{{- define "keyhaven.pod" -}}
metadata:
  labels:
    {{- include "keyhaven.labels" . | nindent 4 }}
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    checksum/settings: {{ include "keyhaven.settings" . | sha256sum }}
    {{- with .Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  automountServiceAccountToken: false
  enableServiceLinks: false
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  # calls under way may take 20 seconds to finish (shutdownSeconds)
  terminationGracePeriodSeconds: 60
  securityContext:
    runAsNonRoot: true
    runAsUser: 65532
    runAsGroup: 65532
    fsGroup: 65532
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile:
      type: RuntimeDefault
  containers:
    - name: keyhaven
      image: {{ printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) | quote }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities:
          drop: [ALL]
      env:
        - name: KEYHAVEN_CONFIG
          value: /etc/keyhaven/server.json
        {{- if eq .Values.seal.kind "keyFile" }}
        - name: KEYHAVEN_KEY_FILE
          value: /run/secrets/keyhaven/{{ .Values.seal.key }}
        {{- else if eq .Values.seal.kind "passphrase" }}
        - name: KEYHAVEN_PASSPHRASE_FILE
          value: /run/secrets/keyhaven/{{ .Values.seal.key }}
        {{- else if eq .Values.seal.kind "sealFile" }}
        - name: KEYHAVEN_SEAL_FILE
          value: /run/secrets/keyhaven/{{ .Values.seal.key }}
        {{- else }}
        - name: KEYHAVEN_ROOT_KEY
          valueFrom:
            secretKeyRef:
              name: {{ .Values.seal.secretName }}
              key: {{ .Values.seal.key }}
        {{- end }}
        {{- with .Values.postgresql.secretName }}
        - name: KEYHAVEN_STORE
          valueFrom:
            secretKeyRef:
              name: {{ . }}
              key: {{ $.Values.postgresql.key }}
        {{- end }}
      ports:
        - name: https
          containerPort: 8443
        # for probes and Prometheus, which show no certificate where that is wanted of clients
        - name: health
          containerPort: 8081
      startupProbe:
        httpGet: { path: /livez, port: health }
        periodSeconds: 2
        failureThreshold: 60
      livenessProbe:
        httpGet: { path: /livez, port: health }
        periodSeconds: 10
        timeoutSeconds: 5
      readinessProbe:
        httpGet: { path: /readyz, port: health }
        periodSeconds: 5
        timeoutSeconds: 3
      resources:
        {{- toYaml .Values.resources | nindent 8 }}
      volumeMounts:
        - name: data
          mountPath: /var/lib/keyhaven
        - name: settings
          mountPath: /etc/keyhaven/server.json
          subPath: server.json
          readOnly: true
        {{- if ne .Values.seal.kind "rootKey" }}
        - name: seal
          mountPath: /run/secrets/keyhaven
          readOnly: true
        {{- end }}
        {{- if .Values.tls.secretName }}
        - name: tls
          mountPath: /etc/keyhaven/tls
          readOnly: true
        {{- end }}
  volumes:
    - name: settings
      configMap:
        name: {{ include "keyhaven.fullname" . }}
    {{- if ne .Values.seal.kind "rootKey" }}
    # of root, and readable by the group of the server alone
    - name: seal
      secret:
        secretName: {{ .Values.seal.secretName }}
        defaultMode: 0440
    {{- end }}
    {{- with .Values.tls.secretName }}
    - name: tls
      secret:
        secretName: {{ . }}
        defaultMode: 0440
    {{- end }}
    {{- if eq .Values.kind "Deployment" }}
    - name: data
      emptyDir: {}
    {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.topologySpreadConstraints }}
  topologySpreadConstraints:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

// Renders the overlays and the chart, each value file in ci/ once, and holds every object against its API type, twice: by the JSON schemas
// (values) and by the TypeScript compiler (fields that do not exist). Then what no type says: that the objects fit each other, that nobody
// may do or reach more than is meant, and that rules and dashboards inside are those outside.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { load as parse } from "js-yaml";
import { check, files, read } from "./checks.mjs";
import { chart, here, kustomizedEach, objectsOf, only, template } from "./programs.mjs";

// By the name of their file.
export const ruleFiles = Object.fromEntries(files("deploy/prometheus/rules", ".yml")
  .map((name) => [name.replace(".yml", ""), parse(read(`deploy/prometheus/rules/${name}`)).groups]));
export const rules = Object.values(ruleFiles).flat();
const dashboards = files("grafana/dashboards", ".json");
export const operator = ["serviceMonitor.enabled=true", "prometheusRule.enabled=true", "dashboards.enabled=true"];

const monitored = { ServiceMonitor: 1, PrometheusRule: 1, dashboards: true };
const keyed = { ...monitored, keyed: true };
const overlays = {
  "kustomize demo": { of: ["demo"] },
  "kustomize production": { of: ["production"], ...keyed },
  "kustomize sharded": { of: ["sharded"], ...keyed, pods: 3 },
  "kustomize openshift": { of: ["openshift"], ...keyed },
  "kustomize proxy": { of: ["proxy"], ...keyed },
  "kustomize tls": { of: ["tls"], ...keyed, tls: true },
  "kustomize sharded with TLS on OpenShift behind a proxy": { of: ["sharded", "openshift", "proxy", "tls"], ...keyed, pods: 3, tls: true },
  "kustomize sharded behind a proxy on OpenShift": { of: ["sharded", "proxy", "openshift"], ...keyed, pods: 3 },
  "kustomize demo with TLS on OpenShift": { of: ["demo", "tls", "openshift"], tls: true },
};
await check("every overlay is rendered here", () =>
  assert.deepEqual(Object.values(overlays).filter(({ of }) => of.length === 1).map(({ of }) => of[0]).sort(), files("deploy/kubernetes/overlays", "")));
let kustomized;
const kustomizedOnce = (index) => (kustomized ??= kustomizedEach(Object.values(overlays).map(({ of }) => of)))[index];
const renderings = {
  ...Object.fromEntries(Object.entries(overlays).map(([name, overlay], index) => [name, { objects: () => kustomizedOnce(index), ...overlay }])),
  "chart with the operator": { objects: () => objectsOf(template(...operator, "serviceMonitor.labels.release=prometheus")), ...keyed },
};
for (const name of files(`${chart}/ci`, ".yaml")) {
  const values = parse(read(`${chart}/ci/${name}`));
  renderings[`chart with ci/${name}`] = {
    objects: () => objectsOf(template(name)),
    pods: values.shards,
    keyed: !values.demo && values.apiKeySecret !== "",
    ServiceMonitor: values.serviceMonitor?.enabled ? 1 : 0,
    PodMonitor: values.podMonitor?.enabled ? 1 : 0,
    PrometheusRule: values.prometheusRule?.enabled ? 1 : 0,
    dashboards: values.dashboards?.enabled,
    values,
  };
}

const moduleOf = ({ apiVersion, kind }) =>
  `${apiVersion.startsWith("monitoring.coreos.com/") ? "@kubernetes-models/prometheus-operator" : "kubernetes-models"}/${apiVersion}/${kind}`;
const contains = (labels, selector) => Object.entries(selector).every(([key, value]) => labels?.[key] === value);
const selects = ({ matchLabels = {}, matchExpressions = [] }, labels) =>
  contains(labels, matchLabels) && matchExpressions.every(({ key, operator: does, values }) => {
    assert.equal(does, "NotIn");
    return !values.includes(labels[key]);
  });

export const podOf = (objects) => only(objects, "StatefulSet").spec.template.spec;
export const exporterOf = (objects) => podOf(objects).containers.find((container) => container.name === "exporter");
export const probesOf = (container) => ["startupProbe", "livenessProbe", "readinessProbe"].map((name) => container[name]).filter(Boolean);
const variableOf = (container, name) => (container.env ?? []).find((variable) => variable.name === name);
export const isTls = (objects) => probesOf(exporterOf(objects)).some((probe) => probe.httpGet?.scheme === "HTTPS");

// Where a file of the container comes from: the name of the Secret, and that of the entry.
function secretOf(objects, file) {
  const mount = exporterOf(objects).volumeMounts.find(({ mountPath }) => file.slice(0, file.lastIndexOf("/")) === mountPath);
  return [podOf(objects).volumes.find(({ name }) => name === mount?.name)?.secret?.secretName, file.slice(file.lastIndexOf("/") + 1)];
}

// Nothing is allowed by being left out, and names and HTTPS go where is meant.
export function assertNoRuleAllowsAll({ spec }) {
  assert.deepEqual([...spec.policyTypes].sort(), ["Egress", "Ingress"]);
  for (const [way, peers] of [...(spec.ingress ?? []).map((rule) => ["from", rule.from]), ...(spec.egress ?? []).map((rule) => ["to", rule.to])]) {
    assert.ok(Array.isArray(peers) && peers.length > 0, `a rule without ${way} allows all`);
    assert.ok(peers.every((peer) => peer && Object.keys(peer).length > 0), `a rule has an empty peer in ${way}`);
  }
  for (const { to, ports } of spec.egress ?? []) {
    const everywhere = to.some((peer) => peer.ipBlock?.cidr.endsWith("/0") || (peer.namespaceSelector && Object.keys(peer.namespaceSelector).length === 0));
    assert.ok(!everywhere || ports.every(({ port }) => port === 443), "more than HTTPS goes everywhere");
  }
}

// In milliseconds, as Prometheus reads it.
export const duration = (text) => [...text.matchAll(/(\d+)(ms|[smhdwy])/g)]
  .reduce((sum, [, number, unit]) => sum + number * { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5, w: 6048e5, y: 31536e6 }[unit], 0);

const literals = [];
for (const [name, rendering] of Object.entries(renderings)) {
  let objects = [];
  await check(`${name} renders`, () => {
    objects = rendering.objects();
    assert.ok(objects.length >= 3);
  });
  const all = (kind) => objects.filter((object) => object.kind === kind);
  const own = rendering.values?.extraManifests?.length ?? 0;

  await check(`${name}: every object has valid values`, async () => {
    for (const object of objects) {
      new (await import(moduleOf(object)))[object.kind](object).validate();
      literals.push({ what: `${name}: ${object.kind} ${object.metadata.name}`, object });
    }
  });

  await check(`${name}: no two objects are the same one`, () => {
    const ids = objects.map((object) => `${object.kind}/${object.metadata.name}`);
    assert.equal(new Set(ids).size, ids.length, ids.join("\n"));
  });

  await check(`${name}: the pods may do little and find what they mount`, () => {
    const { spec } = only(objects, "StatefulSet");
    const pod = podOf(objects);
    const container = exporterOf(objects);
    assert.equal(pod.automountServiceAccountToken, false);
    assert.equal(pod.securityContext.runAsNonRoot, true);
    assert.equal(pod.securityContext.seccompProfile.type, "RuntimeDefault");
    assert.equal(container.securityContext.readOnlyRootFilesystem, true);
    assert.equal(container.securityContext.allowPrivilegeEscalation, false);
    assert.deepEqual(container.securityContext.capabilities, { drop: ["ALL"] });
    assert.ok(container.resources.limits.memory && container.startupProbe && container.livenessProbe && container.readinessProbe);
    const volumes = [...(pod.volumes ?? []), ...(spec.volumeClaimTemplates ?? []).map((claim) => claim.metadata)].map((volume) => volume.name);
    assert.deepEqual(container.volumeMounts.map((mount) => mount.name).sort(), volumes.sort());
    assert.ok(pod.serviceAccountName === "default" ||
      only(objects, "ServiceAccount", pod.serviceAccountName).automountServiceAccountToken === false);
    assert.equal(only(objects, "Service", spec.serviceName).spec.clusterIP, "None");
    for (const { configMap } of (pod.volumes ?? []).filter((volume) => volume.name === "configuration" && volume.configMap)) {
      assert.ok(parse(only(objects, "ConfigMap", configMap.name).data["sendgrid-exporter.yml"]).accounts.length > 0);
    }
  });

  await check(`${name}: as many shards as pods, each with a number or none at all, and the key from a Secret that is not ours`, () => {
    const { args } = exporterOf(objects);
    const pods = rendering.pods ?? 1;
    const named = (name) => variableOf(exporterOf(objects), name);
    assert.equal(only(objects, "StatefulSet").spec.replicas, pods);
    assert.equal(Number(named("SENDGRID_EXPORTER_TOTAL_SHARDS")?.value ?? 1), pods);
    // Without the label the variable is empty, `--shard=` is refused, and no pod believes to be the first.
    assert.equal(named("SENDGRID_EXPORTER_SHARD"), undefined);
    assert.deepEqual(args.filter((argument) => argument.startsWith("--shard")), pods > 1 ? ["--shard=$(POD_INDEX)"] : []);
    assert.equal(named("POD_INDEX")?.valueFrom.fieldRef.fieldPath, pods > 1 ? "metadata.labels['apps.kubernetes.io/pod-index']" : undefined);
    const secrets = (podOf(objects).volumes ?? []).filter((volume) => volume.name === "api-key").map((volume) => volume.secret.secretName);
    assert.equal(secrets.length, rendering.keyed ? 1 : 0);
    assert.ok(all("Secret").every((secret) => !secrets.includes(secret.metadata.name)));
  });

  // A flag would win, without a word, over a variable that a patch adds. The chart refuses the twins of those that it sets.
  if (rendering.of) {
    await check(`${name}: what is decided is environment, but for the demo and the pod's number`, () =>
      assert.deepEqual(exporterOf(objects).args.slice(1).filter((argument) => !["--demo", "--shard=$(POD_INDEX)"].includes(argument)), []));
  }

  await check(`${name}: Services, policies, budgets, monitors and Ingress find the pods and their ports`, () => {
    const { labels } = only(objects, "StatefulSet").spec.template.metadata;
    const ports = exporterOf(objects).ports.map((port) => port.name);
    assert.ok(selects(only(objects, "StatefulSet").spec.selector, labels));
    for (const service of all("Service")) {
      assert.ok(contains(labels, service.spec.selector));
      assert.deepEqual(service.spec.ports.map((port) => port.targetPort), ports);
    }
    for (const policy of all("NetworkPolicy")) {
      assert.ok(Object.keys(policy.spec.podSelector.matchLabels).length > 0 && selects(policy.spec.podSelector, labels));
      for (const { port } of (policy.spec.ingress ?? []).flatMap((rule) => rule.ports ?? [])) assert.ok(ports.includes(port));
      assertNoRuleAllowsAll(policy);
    }
    for (const budget of all("PodDisruptionBudget")) assert.ok(selects(budget.spec.selector, labels));
    for (const probe of probesOf(exporterOf(objects)).filter((one) => one.httpGet)) assert.ok(ports.includes(probe.httpGet.port));
    for (const { path, backend } of all("Ingress").flatMap((one) => one.spec.rules).flatMap((rule) => rule.http.paths)) {
      assert.ok(path.startsWith("/"));
      assert.ok(only(objects, "Service", backend.service.name).spec.ports.some((port) => port.name === backend.service.port.name));
    }
    assert.equal(all("ServiceMonitor").length, rendering.ServiceMonitor ?? 0);
    for (const { spec } of all("ServiceMonitor")) {
      const [service, ...others] = all("Service").filter((one) => selects(spec.selector, one.metadata.labels));
      assert.equal(others.length, 0, "each pod is scraped once");
      assert.equal(service.metadata.labels[spec.jobLabel], "sendgrid-exporter");
      assert.ok(service.spec.ports.some((port) => port.name === spec.endpoints[0].port));
    }
    assert.equal(all("PodMonitor").length, rendering.PodMonitor ?? 0);
    for (const { spec } of all("PodMonitor")) {
      assert.ok(selects(spec.selector, labels) && ports.includes(spec.podMetricsEndpoints[0].port));
      assert.equal(labels[spec.jobLabel], "sendgrid-exporter");
    }
    for (const { scheme = "http", interval, scrapeTimeout } of [...all("ServiceMonitor"), ...all("PodMonitor")]
      .flatMap(({ spec }) => spec.endpoints ?? spec.podMetricsEndpoints)) {
      assert.equal(scheme, isTls(objects) ? "https" : "http");
      assert.ok(!scrapeTimeout || duration(scrapeTimeout) <= duration(interval));
    }
  });

  await check(`${name}: rules and dashboards are those of the repository, and the alerts' links are whole`, () => {
    assert.equal(all("PrometheusRule").length, rendering.PrometheusRule ?? 0);
    for (const { spec } of all("PrometheusRule")) {
      const { runbookUrl, dashboardUrl, alertLabels = {} } = rendering.values?.prometheusRule ?? {};
      const theirs = Object.fromEntries(rules.map((group) => [group.name, group]));
      for (const group of spec.groups) {
        const present = theirs[group.name].rules.filter((rule) => rule.record || group.rules.some((one) => one.alert === rule.alert));
        assert.deepEqual(group.rules.map((rule) => rule.record ?? rule.alert), present.map((rule) => rule.record ?? rule.alert));
        group.rules.forEach((rule, index) => {
          const { runbook_url, dashboard_url, ...annotations } = rule.annotations ?? {};
          const { runbook_url: heading, dashboard_url: dashboard, ...others } = present[index].annotations ?? {};
          assert.deepEqual({ ...rule, annotations }, { ...present[index], annotations: others,
            ...(rule.alert ? { labels: { ...present[index].labels, ...alertLabels } } : {}) });
          for (const [link, end, base] of [[runbook_url, heading?.replace(/^RUNBOOK\.md/, ""), runbookUrl], [dashboard_url, dashboard, dashboardUrl]]) {
            if (!link) continue;
            assert.ok(/^https:\/\/[a-z]/.test(link) && link.endsWith(end) && (!base || link.startsWith(base)), link);
          }
        });
      }
    }
    const shown = all("ConfigMap").filter((map) => map.metadata.labels?.grafana_dashboard === "1");
    assert.deepEqual(shown.flatMap((map) => Object.keys(map.data)).sort(), rendering.dashboards ? dashboards : []);
    for (const [file, text] of shown.flatMap((map) => Object.entries(map.data))) {
      assert.equal(text.trimEnd(), read(`grafana/dashboards/${file}`).trimEnd());
    }
  });

  if (name.startsWith("kustomize")) {
    await check(`${name}: ${rendering.tls ? "probes and scrapes speak TLS, with a certificate from a Secret that is not ours" : "nobody speaks TLS"}`, () => {
      const container = exporterOf(objects);
      const schemes = probesOf(container).map((probe) => probe.httpGet.scheme ?? "HTTP");
      assert.deepEqual(schemes, Array(3).fill(rendering.tls ? "HTTPS" : "HTTP"));
      assert.deepEqual(container.ports.map((port) => port.name), [rendering.tls ? "https" : "http"]);
      const file = variableOf(container, "SENDGRID_EXPORTER_WEB_CONFIG_FILE")?.value;
      assert.equal(file !== undefined, rendering.tls === true);
      if (!file) return;
      const [secret, entry] = secretOf(objects, file);
      const config = parse(only(objects, "Secret", secret).stringData[entry]);
      const certificate = secretOf(objects, config.tls_server_config.cert_file)[0];
      assert.deepEqual([secretOf(objects, config.tls_server_config.cert_file), secretOf(objects, config.tls_server_config.key_file)],
        [[certificate, "tls.crt"], [certificate, "tls.key"]]);
      assert.ok(certificate && !only(objects, "Secret", certificate));
      for (const { spec } of all("ServiceMonitor")) {
        assert.deepEqual(spec.endpoints[0].tlsConfig.ca.secret, { name: certificate, key: "ca.crt" });
        assert.notEqual(spec.endpoints[0].tlsConfig.insecureSkipVerify, true);
      }
    });
  }

  if (rendering.values) {
    await check(`${name}: whatever the chart makes carries its labels`, () => {
      assert.equal(objects.filter((object) => object.metadata.labels?.["app.kubernetes.io/part-of"] === "sendgrid-exporter").length, objects.length - own);
    });
  }
}

await check("every field of every object exists in its type", () => {
  // Each form once: most renderings have most objects in common, and a text's length is nothing to a type.
  const forms = new Map(literals.map(({ what, object }) => {
    const type = `import("${moduleOf(object)}").I${object.kind}`;
    return [`: ${type} = ${JSON.stringify(object, (_, value) => (typeof value === "string" ? value.slice(0, 100) : value))};\n`, what];
  }));
  const source = [...forms].map(([form, what], index) => `// ${what}\nexport const object${index}${form}`);
  // The compiler must be able to fail.
  source.push('// @ts-expect-error\nexport const typo: import("kubernetes-models/v1/Service").IService = { apiVersion: "v1", kind: "Service", spec: { port: [] } };\n');
  writeFileSync(join(here, "objects.ts"), source.join("\n"));
  const tsc = spawnSync(process.execPath, [join(here, "node_modules/typescript/bin/tsc"), "--noEmit", "--strict", "--skipLibCheck",
    "--target", "es2022", "--lib", "es2022", "--module", "nodenext", "objects.ts"], { cwd: here, encoding: "utf8" });
  assert.equal(tsc.status, 0, tsc.stdout.slice(0, 4000));
});

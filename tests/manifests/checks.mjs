// What all checks share: how one is counted and told, and the files of the repository.
import { appendFileSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const repository = process.argv[2];
export const read = (path) => readFileSync(join(repository, path), "utf8");
export const files = (directory, ending) => readdirSync(join(repository, directory)).filter((name) => name.endsWith(ending)).sort();

export const count = { passed: 0, failed: 0 };
export async function check(sentence, body) {
  try {
    await body();
    count.passed++;
    tell("passed", sentence, "");
  } catch (error) {
    count.failed++;
    console.log(`Failed: ${sentence}\n${error.message}\n`);
    tell("failed", sentence, error.message.split("\n", 1)[0]);
  }
}

// The file in which tests/run.sh reads what came of each check.
const tell = (...words) => process.env.outcomes && appendFileSync(process.env.outcomes, `${words.join("\t")}\n`);

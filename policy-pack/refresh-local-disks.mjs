#!/usr/bin/env node
// Refreshes rules/sagemaker/local-disks.ts: adds the instance families with local NVMe disks that EC2 lists.
// node policy-pack/refresh-local-disks.mjs [FILE]
// FILE contains the output of `aws ec2 describe-instance-types`. Default: runs this command.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";

const target = path.join(import.meta.dirname, "rules", "sagemaker", "local-disks.ts");
const [file] = process.argv.slice(2);
const filters = ["Name=instance-storage-supported,Values=true", "Name=hypervisor,Values=nitro"];
const read = () => (file.endsWith(".gz") ? gunzipSync(fs.readFileSync(file)).toString() : fs.readFileSync(file, "utf8"));
const text = file
  ? read()
  : execFileSync("aws", ["ec2", "describe-instance-types", "--output", "json", "--filters", ...filters], { encoding: "utf8" });
const answer = JSON.parse(text);
const types = Array.isArray(answer.InstanceTypes) ? answer.InstanceTypes : Object.values(answer);
const found = types
  .filter(({ InstanceStorageSupported, Hypervisor }) => InstanceStorageSupported && Hypervisor === "nitro")
  .map(({ InstanceType }) => InstanceType.split(".")[0]);

const source = fs.readFileSync(target, "utf8");
const known = /localDiskFamilies = "([^"]*)"/.exec(source)[1].split(" ").filter(Boolean);
const families = [...new Set([...known, ...found])].sort();
const today = new Date().toISOString().slice(0, 10);
fs.writeFileSync(
  target,
  source
    .replace(/localDiskFamilies = "[^"]*"/, `localDiskFamilies = "${families.join(" ")}"`)
    .replace(/as of \d{4}-\d\d-\d\d/, `as of ${today}`),
);
console.log(`${families.length} families, ${families.length - known.length} of them new.`);

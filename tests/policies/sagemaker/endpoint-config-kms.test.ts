import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { endpointConfigKms } from "@cloister/policy-pack/rules/sagemaker/endpoint-config-kms";
import { UNKNOWN, UNKNOWN_ARRAY, UNKNOWN_OBJECT } from "../../helpers/evaluate";
import { keyArn, keyCases } from "../keys";
import { testRule } from "../table";

const onVolume = { variantName: "v", instanceType: "ml.m5.xlarge" };
const serverless = { variantName: "s", serverlessConfig: { memorySizeInMb: 2048, maxConcurrency: 5 } };
const missing = /^kmsKeyArn is not set, so an AWS key encrypts the volumes of the endpoint,/;

testRule(endpointConfigKms, {
  resource: [
    ...keyCases((kmsKeyArn) => ({ kmsKeyArn, productionVariants: [onVolume] }), "kmsKeyArn"),
    {
      it: "rejects a key in a property of other resource types",
      inputs: { kmsKeyId: keyArn, productionVariants: [onVolume] },
      want: [missing],
    },
    { it: "accepts serverless variants, which do not support a key", inputs: { productionVariants: [serverless] } },
    { it: "accepts a configuration without variants", inputs: {} },
    ...[
      "ml.g4dn.xlarge",
      "ml.g5.2xlarge",
      "ml.p4d.24xlarge",
      "ml.m5d.large",
      "ml.c6gd.xlarge",
      "ml.r5dn.large",
      "ml.trn1.2xlarge",
      "ml.dl1.24xlarge",
      "ml.g4ad.4xlarge",
      "ml.z1d.large",
      "ml.i3en.xlarge",
      "ml.gr6.4xlarge",
      "ml.p6-b200.48xlarge",
    ].map((instanceType) => ({
      it: `accepts ${instanceType}, which has a local disk without key support`,
      inputs: { productionVariants: [{ variantName: "v", instanceType }] },
    })),
    ...[
      "ml.c5.large",
      "ml.m6g.large",
      "ml.t2.medium",
      "ml.inf2.xlarge",
      "ml.p3.2xlarge",
      "ml.r6g.large",
      "ml.inf1.xlarge",
      "ml.inf1n.xlarge",
      "ml.p2.xlarge",
      "ml.m7i.large",
      "ml.unknown",
    ].map((instanceType) => ({
      it: `rejects ${instanceType} without a key`,
      inputs: { productionVariants: [{ variantName: "v", instanceType }] },
      want: [missing],
    })),
    {
      it: "rejects one variant with a volume among other variants",
      inputs: { productionVariants: [serverless, onVolume] },
      want: [missing],
    },
    {
      it: "rejects a shadow variant with a volume",
      inputs: { productionVariants: [serverless], shadowProductionVariants: [onVolume] },
      want: [missing],
    },
    {
      it: "accepts an instance type that is unknown at preview",
      inputs: { productionVariants: [{ variantName: "v", instanceType: UNKNOWN }] },
    },
    { it: "accepts variants that are unknown at preview", inputs: { productionVariants: UNKNOWN_ARRAY } },
    {
      it: "evaluates the other variants when a variant is unknown at preview",
      inputs: { productionVariants: [UNKNOWN_OBJECT, onVolume] },
      want: [missing],
    },
    {
      it: "accepts core dumps with a key",
      inputs: {
        kmsKeyArn: keyArn,
        productionVariants: [{ ...onVolume, coreDumpConfig: { destinationS3Uri: "s3://b/d", kmsKeyId: UNKNOWN } }],
      },
    },
    {
      it: "rejects core dumps without a key",
      inputs: { kmsKeyArn: keyArn, productionVariants: [serverless, { ...onVolume, coreDumpConfig: { destinationS3Uri: "s3://b/d" } }] },
      want: [/^coreDumpConfig\.kmsKeyId is not set, so an AWS key encrypts core dumps of variant 1,/],
    },
  ],
});

describe("the instance families with local disks", () => {
  let dir: string;
  const script = path.join(__dirname, "..", "..", "..", "policy-pack", "refresh-local-disks.mjs");
  before(() => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), "local-disks-"));
    fs.mkdirSync(path.join(dir, "rules", "sagemaker"), { recursive: true });
    fs.copyFileSync(script, path.join(dir, "refresh.mjs"));
    fs.copyFileSync(
      path.join(path.dirname(script), "rules", "sagemaker", "local-disks.ts"),
      path.join(dir, "rules", "sagemaker", "local-disks.ts"),
    );
  });
  after(() => fs.rmSync(dir, { recursive: true }));

  it("can be refreshed from the DescribeInstanceTypes response", () => {
    const type = (InstanceType: string, InstanceStorageSupported: boolean, Hypervisor: string) => ({
      InstanceType,
      InstanceStorageSupported,
      Hypervisor,
    });
    const answer = path.join(dir, "answer.json");
    const types = [
      type("q9d.large", true, "nitro"),
      type("q9.large", false, "nitro"),
      type("x1.32xlarge", true, "xen"),
      type("m5d.large", true, "nitro"),
    ];
    fs.writeFileSync(answer, JSON.stringify({ InstanceTypes: types }));
    const printed = execFileSync(process.execPath, [path.join(dir, "refresh.mjs"), answer], { encoding: "utf8" });
    assert.match(printed, /^\d+ families, 1 of them new\.$/m);
    const written = fs.readFileSync(path.join(dir, "rules", "sagemaker", "local-disks.ts"), "utf8");
    assert.match(written, / p5en .* q9d r5ad /);
    assert.doesNotMatch(written, / q9 | x1 /);
  });
});

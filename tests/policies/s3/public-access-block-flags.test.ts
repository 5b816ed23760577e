import assert from "node:assert/strict";
import { publicAccessBlockFlags } from "@cloister/policy-pack/rules/s3/public-access-block-flags";
import { remediate, UNKNOWN, UNKNOWN_BOOLEAN, UNKNOWN_OBJECT } from "../../helpers/evaluate";
import { type ResourceCase, testRule } from "../table";

const block = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const account = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock";
const accessPoint = "aws:s3/accessPoint:AccessPoint";
const multiRegion = "aws:s3control/multiRegionAccessPoint:MultiRegionAccessPoint";
const names = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];
const all = (value: unknown) => Object.fromEntries(names.map((name) => [name, value]));
const separate = (open: string[]) =>
  new RegExp(`^These flags are false or not set, which means false: ${open.join(", ")}\\. .* Set blockPublicAcls: true, .*: true\\.$`);
const inline = (open: string[]) => new RegExp(`^These flags are false: ${open.join(", ")}\\. .* Set blockPublicAcls: true, .*: true\\.$`);

/** By type: the flags in the form that the resource type requires. */
const nested: Record<string, (flags: unknown) => object> = {
  [accessPoint]: (flags) => ({ publicAccessBlockConfiguration: flags }),
  [multiRegion]: (flags) => ({ details: { name: "data", publicAccessBlock: flags } }),
};

testRule(publicAccessBlockFlags, {
  resource: [
    ...[block, account].flatMap((type): ResourceCase[] => {
      const title = `(${type.split(":")[2]})`;
      return [
        { it: `accepts four true flags ${title}`, type, inputs: { bucket: UNKNOWN, ...all(true) } },
        { it: `accepts flags that are unknown at preview ${title}`, type, inputs: all(UNKNOWN_BOOLEAN) },
        { it: `rejects four false flags ${title}`, type, inputs: all(false), want: [separate(names)] },
        { it: `rejects missing flags ${title}`, type, inputs: { bucket: "data" }, want: [separate(names)] },
        ...names.flatMap((name): ResourceCase[] => [
          { it: `rejects a false ${name} ${title}`, type, inputs: { ...all(true), [name]: false }, want: [separate([name])] },
          { it: `rejects a missing ${name} ${title}`, type, inputs: { ...all(true), [name]: undefined }, want: [separate([name])] },
        ]),
        {
          it: `evaluates the other flags when one is unknown at preview ${title}`,
          type,
          inputs: { ...all(true), blockPublicAcls: UNKNOWN_BOOLEAN, blockPublicPolicy: false },
          want: [separate(["blockPublicPolicy"])],
        },
      ];
    }),
    ...Object.entries(nested).flatMap(([type, write]): ResourceCase[] => {
      const title = `(${type.split(":")[2]})`;
      return [
        { it: `accepts four true flags ${title}`, type, inputs: write(all(true)) },
        { it: `accepts missing flags, which mean true ${title}`, type, inputs: write({}) },
        { it: `accepts flags that are unknown at preview ${title}`, type, inputs: write(UNKNOWN_OBJECT) },
        { it: `rejects four false flags ${title}`, type, inputs: write(all(false)), want: [inline(names)] },
        ...names.map((name) => ({
          it: `rejects a false ${name} ${title}`,
          type,
          inputs: write({ [name]: false }),
          want: [inline([name])],
        })),
      ];
    }),
  ],
});

describe("s3-public-access-block-flags at the level remediate", () => {
  it("sets flags that are false or missing, and keeps all other values", async () =>
    assert.deepEqual(
      await remediate(publicAccessBlockFlags, block, { bucket: UNKNOWN, blockPublicAcls: UNKNOWN_BOOLEAN, blockPublicPolicy: false }),
      {
        outcome: "ran",
        inputs: {
          bucket: UNKNOWN,
          blockPublicAcls: UNKNOWN_BOOLEAN,
          blockPublicPolicy: true,
          ignorePublicAcls: true,
          restrictPublicBuckets: true,
        },
      },
    ));
  it("does not change a block with four true flags", async () =>
    assert.deepEqual(await remediate(publicAccessBlockFlags, account, all(true)), { outcome: "ran", inputs: undefined }));
});

// Tests the settings for buckets and for principals that are exempt from the network restriction of the perimeter.
import assert from "node:assert/strict";
import { parseSettings } from "@cloister/components/stack/config";
import { perimeterSettings } from "@cloister/components/storage/settings";
import { z } from "zod";
import { assertOneProblem } from "../../helpers/problems";
import { existingBucket, schema } from "../../helpers/storage";

describe("storage settings", () => {
  const settings = z.strictObject({ data: schema, ...perimeterSettings() });
  const rejected: { it: string; data: object; setting: string; text: string }[] = [
    {
      it: "an existing bucket without a key",
      data: { existing: { bucketName: "lake", policy: "leave" } },
      setting: "existing.keyArn",
      text: "the ARN of a KMS key, not of an alias",
    },
    {
      it: "an alias instead of a key ARN",
      data: existingBucket({ keyArn: "arn:aws:kms:eu-central-1:111122223333:alias/x" }),
      setting: "existing.keyArn",
      text: "the ARN of a KMS key, not of an alias",
    },
    {
      it: "an existing bucket without the setting 'policy'",
      data: existingBucket({ policy: undefined }),
      setting: "existing.policy",
      text: "one of enclose, leave",
    },
    {
      it: "a bucket name with a wildcard",
      data: existingBucket({ bucketName: "fraud-dev*" }),
      setting: "existing.bucketName",
      text: "a bucket name",
    },
    {
      it: "an archive storage class",
      data: { transition: { days: 30, storageClass: "DEEP_ARCHIVE" } },
      setting: "transition.storageClass",
      text: "one of STANDARD_IA",
    },
    {
      it: "a transition before the minimum object age",
      data: { transition: { days: 29, storageClass: "STANDARD_IA" } },
      setting: "transition.days",
      text: "from 30 to",
    },
    {
      it: "a retention period of 0 days",
      data: { objectLock: { mode: "GOVERNANCE", days: 0 } },
      setting: "objectLock.days",
      text: "from 1 to",
    },
    {
      it: "object lock without a mode",
      data: { objectLock: { days: 1 } },
      setting: "objectLock.mode",
      text: "one of GOVERNANCE, COMPLIANCE",
    },
    {
      it: "immediate expiration of noncurrent versions",
      data: { noncurrentDays: 0 },
      setting: "noncurrentDays",
      text: "from 1 to",
    },
  ];
  for (const { it: what, data, setting, text } of rejected)
    it(`reject ${what}`, () =>
      assertOneProblem(parseSettings("it", settings, { data: JSON.stringify(data) }).problems, `it:data.${setting}`, text));

  it("are all optional", () =>
    assert.deepEqual(settings.parse({}), { data: {}, deployRoleArns: [], breakGlassRoleArns: [], serviceRoleArns: [] }));

  it("reject role ARNs with wildcards, and more roles than fit in a policy", () => {
    for (const list of [["arn:aws:iam::111122223333:role/*"], Array.from({ length: 21 }, (_, i) => `arn:aws:iam::111122223333:role/r${i}`)])
      for (const name of ["deployRoleArns", "breakGlassRoleArns", "serviceRoleArns"])
        assert.ok(!settings.safeParse({ [name]: list }).success, name);
  });
});

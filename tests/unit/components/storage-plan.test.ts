// Tests which problems the storage plan reports for different lookup results.
// Does not prove that AWS rejects the same settings.
import assert from "node:assert/strict";
import { problemText } from "@cloister/components/stack/preflight";
import { planStorage } from "@cloister/components/storage/plan";
import { perimeterPolicy } from "@cloister/components/storage/policy";
import { type FoundBucket, type FoundKey, type StorageFindings, type StorageRequest } from "@cloister/components/storage/request";
import { problemsWith } from "../../helpers/changed-values";
import { note, recordNotes } from "../../helpers/recording";
import { dataRoles, deployRoleArns, existingBucket, foundBucket, keyArn, storageRequest } from "../../helpers/storage";

recordNotes(__filename);

interface Scenario {
  data?: object;
  models?: object;
  request?: Partial<StorageRequest>;
  bucket?: FoundBucket;
  key?: Partial<FoundKey> | null;
}
const findingsOf = ({ bucket = foundBucket(), key = {} }: Scenario): StorageFindings => ({
  buckets: { lake: bucket },
  keys: key ? { [keyArn]: { state: "Enabled", usage: "ENCRYPT_DECRYPT", spec: "SYMMETRIC_DEFAULT", manager: "CUSTOMER", ...key } } : {},
});
function problemsOf(scenario: Scenario): string[] {
  const evaluate = (findings: StorageFindings) => planStorage(storageRequest(scenario), findings);
  const { plan, warnings, quotaUses } = evaluate(findingsOf(scenario));
  note({ plan, warnings, quotaUses });
  note(problemsWith(findingsOf(scenario), "found", (findings) => evaluate(findings).problems));
  return evaluate(findingsOf(scenario)).problems.map(problemText);
}
const policyOf = (owner: string) =>
  perimeterPolicy({ owner, bucketArn: "arn:aws:s3:::lake", keyArn, dataRoles, vpcEndpointIds: ["vpce-1"], deployRoleArns });

describe("storage plan", () => {
  const accepted: { it: string; scenario: Scenario }[] = [
    { it: "buckets to create", scenario: {} },
    {
      it: "buckets with lifecycle rules and object lock",
      scenario: {
        data: { noncurrentDays: 1, transition: { days: 30, storageClass: "STANDARD_IA" }, objectLock: { mode: "COMPLIANCE", days: 7 } },
      },
    },
    {
      it: "a bucket with object lock in governance mode and purge",
      scenario: { data: { objectLock: { mode: "GOVERNANCE", days: 7 } }, request: { purge: true } },
    },
    { it: "an existing bucket without a policy", scenario: { data: existingBucket() } },
    {
      it: "an existing bucket with the policy of an earlier deployment",
      scenario: { data: existingBucket(), bucket: foundBucket(policyOf("fraud-dev")) },
    },
    {
      it: "an existing bucket that keeps its own policy",
      scenario: { data: existingBucket({ policy: "leave" }), bucket: foundBucket('{"Statement":[]}') },
    },
    {
      it: "an existing bucket with purge, which does not delete existing buckets",
      scenario: { data: existingBucket(), request: { purge: true } },
    },
  ];
  for (const { it: what, scenario } of accepted) it(`accepts ${what}`, () => assert.deepEqual(problemsOf(scenario), []));

  const rejected: { it: string; scenario: Scenario; problems: RegExp[] }[] = [
    {
      it: "a bucket that does not exist",
      scenario: { data: existingBucket(), bucket: { state: "missing" } },
      problems: [
        /^'cloister-environment:data\.existing\.bucketName' must be the name of an existing bucket \(got 'lake'\)\. Fix: create the bucket, or remove/,
      ],
    },
    {
      it: "a bucket in another account",
      scenario: { data: existingBucket(), bucket: { state: "inaccessible" } },
      problems: [
        /data\.existing\.bucketName' must be a bucket of account 111122223333 that the deploy role can read \(got 'lake'\)\. .*s3:GetBucketPolicy/,
      ],
    },
    {
      it: "a bucket in another region",
      scenario: { models: existingBucket(), bucket: { state: "found", region: "eu-west-1" } },
      problems: [/^'cloister-environment:models\.existing\.bucketName' must be a bucket in eu-central-1 \(got 'lake' in eu-west-1\)\./],
    },
    {
      it: "a bucket in a region that AWS does not report",
      scenario: { data: existingBucket(), bucket: { state: "found" } },
      problems: [/must be a bucket in eu-central-1 \(got 'lake' in another region\)\./],
    },
    {
      it: "policy 'enclose' for a bucket whose policy has no Id",
      scenario: { data: existingBucket(), bucket: foundBucket('{"Statement":[]}') },
      problems: [
        /data\.existing\.policy' must be 'leave' \(got 'enclose'\): bucket 'lake' already has a policy \(Id: none\), .*delete-bucket-policy --bucket lake$/,
      ],
    },
    {
      it: "policy 'enclose' for a bucket of another environment whose name has the same prefix",
      scenario: { data: existingBucket(), bucket: foundBucket(policyOf("fraud-dev-2")) },
      problems: [/already has a policy \(Id: cloister\/fraud-dev-2\)/],
    },
    {
      it: "the same bucket twice",
      scenario: { data: existingBucket(), models: existingBucket() },
      problems: [
        /^'cloister-environment:models\.existing\.bucketName' must not repeat the bucket of 'cloister-environment:data' \(got 'lake'\)/,
      ],
    },
    {
      it: "a key in another region",
      scenario: { data: existingBucket({ keyArn: keyArn.replace("eu-central-1", "eu-west-1") }) },
      problems: [/data\.existing\.keyArn' must be a key in eu-central-1, the region of the bucket \(got arn:aws:kms:eu-west-1:/],
    },
    {
      it: "a key in another account",
      scenario: { data: existingBucket({ keyArn: keyArn.replace("111122223333", "999988887777") }) },
      problems: [/must be a key of account 111122223333 \(got arn:.*999988887777/],
    },
    {
      it: "a key that does not exist",
      scenario: { data: existingBucket(), key: null },
      problems: [/keyArn' must be an existing key \(got arn:/],
    },
    {
      it: "a disabled key",
      scenario: { data: existingBucket(), key: { state: "Disabled" } },
      problems: [/must be an enabled key \(got .*, state Disabled\)\. Fix: aws kms enable-key --key-id arn:.*0a1b2c3d$/],
    },
    {
      it: "a key that is scheduled for deletion",
      scenario: { data: existingBucket(), key: { state: "PendingDeletion" } },
      problems: [/state PendingDeletion\)\. Fix: aws kms cancel-key-deletion --key-id \S+ && aws kms enable-key --key-id/],
    },
    {
      it: "a signing key",
      scenario: { data: existingBucket(), key: { usage: "SIGN_VERIFY", spec: "RSA_2048" } },
      problems: [/must be a symmetric encryption key \(got .*, spec RSA_2048, usage SIGN_VERIFY\)/],
    },
    {
      it: "an AWS managed key",
      scenario: { data: existingBucket(), key: { manager: "AWS" } },
      problems: [/must be a customer managed key \(got .*, managed by AWS\)/],
    },
    {
      it: "lifecycle rules and object lock for an existing bucket",
      scenario: {
        data: {
          ...existingBucket(),
          noncurrentDays: 1,
          transition: { days: 30, storageClass: "GLACIER_IR" },
          objectLock: { mode: "GOVERNANCE", days: 1 },
        },
      },
      problems: [
        /data\.noncurrentDays' must not be set together with 'existing'/,
        /data\.transition' must not/,
        /data\.objectLock' must not/,
      ],
    },
    {
      it: "purging objects that no principal can delete",
      scenario: { data: { objectLock: { mode: "COMPLIANCE", days: 30 } }, request: { purge: true } },
      problems: [
        /data\.objectLock\.mode' must be GOVERNANCE if 'purge' is true \(got COMPLIANCE\): no principal can delete an object for 30 days/,
      ],
    },
    {
      it: "more roles than fit in a bucket policy, before any bucket is created",
      scenario: {
        request: {
          perimeterAccess: {
            dataRoles,
            deployRoleArns: Array.from({ length: 40 }, (_, i) => `arn:aws:iam::111122223333:role/${"p".repeat(500)}/r${i}`),
          },
        },
      },
      problems: [
        /^'cloister-environment:data' cannot be restricted to the perimeter: .*20480.* Fix: specify fewer roles in deployRoleArns/,
      ],
    },
    {
      it: "all problems at once",
      scenario: {
        data: existingBucket(),
        models: existingBucket({ bucketName: "other" }),
        bucket: { state: "missing" },
        key: { state: "Disabled" },
      },
      problems: [
        /data\.existing\.bucketName' must be the name of an existing bucket \(got 'lake'\)/,
        /data\.existing\.keyArn' .* state Disabled/,
        /models\.existing\.bucketName' must be the name of an existing bucket \(got 'other'\)/,
        /models\.existing\.keyArn' .* state Disabled/,
      ],
    },
  ];
  for (const { it: what, scenario, problems } of rejected)
    it(`rejects ${what}`, () => {
      const found = problemsOf(scenario);
      assert.equal(found.length, problems.length, found.join("\n"));
      problems.forEach((pattern, i) => assert.match(found[i]!, pattern));
    });
});

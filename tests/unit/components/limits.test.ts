// Tests the table of limits, and how uses of quotas become problems and warnings.
// Does not prove that the values are those of AWS.
import assert from "node:assert/strict";
import { increaseCommand, type Limit, limitOf, type LimitName, limits } from "@cloister/components/aws/limits";
import { problemText, type QuotaUse, withQuotas } from "@cloister/components/stack/preflight";
import { useMocks } from "../../helpers/mocks";

const names = Object.keys(limits) as LimitName[];

describe("limits", () => {
  it("have a quota in Service Quotas exactly if an account can have another value", () => {
    for (const name of names) {
      const { check, quota, value } = limitOf(name);
      if (check === "account") assert.ok(quota, name);
      if (quota) assert.match(quota.code, /^L-[0-9A-F]{8}$/, name);
      assert.ok((quota?.highest ?? value) >= value, name);
    }
  });

  it("name a setting, or explain why none reaches the limit", () => {
    for (const name of names) assert.match(limitOf(name).reachedBy, /`|none: |environment|core stack|existing VPC/, name);
  });

  it("are increased with a command, unless the value is above what AWS grants", () => {
    const command = increaseCommand(limitOf("vpcs"), 6);
    assert.equal(command, "aws service-quotas request-service-quota-increase --service-code vpc --quota-code L-F678F1CE --desired-value 6");
    assert.match(increaseCommand(limitOf("trustPolicy"), 4096)!, /--desired-value 4096 --region us-east-1$/);
    assert.equal(increaseCommand(limitOf("trustPolicy"), 4097), undefined);
    assert.equal(increaseCommand(limitOf("roleName"), 65), undefined);
  });
});

describe("uses of quotas", () => {
  const use = (limit: LimitName, used: number): QuotaUse => ({
    limit,
    setting: "x:network.mode",
    text: `must not be 'new' (got 'new'): the region would have ${used}`,
    used,
    fix: "use an existing VPC",
  });
  const textsWith = async (uses: QuotaUse[], quota?: Pick<Limit, "value">, location: { region?: string; partition?: string } = {}) => {
    const requested: unknown[] = [];
    const world = await useMocks({
      project: "it",
      stack: "it",
      config: {},
      ...location,
      answers: {
        getServiceQuota: (inputs) => {
          requested.push(inputs);
          return quota;
        },
      },
    });
    const { problems, warnings = [] } = await withQuotas({ plan: undefined, problems: [], quotaUses: uses });
    return { problems: problems.map(problemText), warnings: warnings.map(problemText), requested, calls: world.calls.length };
  };

  it("are accepted without a lookup up to the default", async () =>
    assert.deepEqual(await textsWith([use("vpcs", 5), use("trustPolicy", 2048)]), { problems: [], warnings: [], requested: [], calls: 0 }));

  it("are accepted up to the quota of the account", async () => {
    const { problems, warnings, requested } = await textsWith([use("vpcs", 6)], { value: 6 });
    assert.deepEqual(
      { problems, warnings, requested },
      { problems: [], warnings: [], requested: [{ serviceCode: "vpc", quotaCode: "L-F678F1CE" }] },
    );
  });

  it("are problems above the quota of the account, with both fixes", async () => {
    const { problems, warnings } = await textsWith([use("vpcs", 8)], { value: 7 });
    assert.deepEqual(warnings, []);
    assert.deepEqual(problems, [
      "'x:network.mode' must not be 'new' (got 'new'): the region would have 8, and the account allows 7. " +
        "Fix: use an existing VPC, or request a quota increase: aws service-quotas request-service-quota-increase --service-code vpc --quota-code L-F678F1CE --desired-value 8",
    ]);
  });

  it("are warnings above the default if the deploying role cannot read quotas", async () => {
    const { problems, warnings } = await textsWith([use("vpcs", 6)]);
    assert.deepEqual(problems, []);
    assert.match(warnings.join(), /would have 6, and AWS allows 5 by default\. Fix: /);
  });

  it("are problems above what AWS grants at most, even if the quota cannot be read", async () => {
    const { problems, warnings, requested } = await textsWith([use("trustPolicy", 4097)]);
    assert.deepEqual([warnings, requested], [[], [{ serviceCode: "iam", quotaCode: "L-C07B4B0D", region: "us-east-1" }]]);
    assert.match(problems.join(), /AWS allows 2048 by default\. Fix: use an existing VPC$/);
  });

  for (const [partition, region, regionOfIam] of [
    ["aws", "eu-central-1", "us-east-1"],
    ["aws-us-gov", "us-gov-east-1", "us-gov-west-1"],
    ["aws-cn", "cn-northwest-1", "cn-north-1"],
  ] as const)
    it(`of IAM are read in ${regionOfIam} for ${region}`, async () => {
      const { requested } = await textsWith([use("trustPolicy", 2049)], undefined, { region, partition });
      assert.deepEqual(requested, [{ serviceCode: "iam", quotaCode: "L-C07B4B0D", region: regionOfIam }]);
    });
});

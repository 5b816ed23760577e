// Tests the length of the allow-list that an environment can publish. Does not prove that the limits are those of AWS.
import assert from "node:assert/strict";
import { limits } from "@cloister/components/aws/limits";
import { allowListText, longestAllowList } from "@cloister/components/controls/allow-list";
import { allowListProblems, longestAllowListOf, type SizedPlan as Plan } from "@cloister/environment/allow-list-size";

const context = { partition: "aws-us-gov", accountId: "111122223333", region: "us-gov-west-1" };
const planWith = (profiles: number, securityGroupPerProfile = true, instanceTypes: string[] = []): Plan =>
  ({
    name: "fraud-dev",
    context,
    settings: {
      guardrails: { profile: "strict", networkIsolation: true },
      studio: { securityGroupPerProfile, profiles: Array.from({ length: profiles }, (_, i) => ({ name: `p${i}` })), instanceTypes },
      network: { imageAccounts: [], accountIds: [], features: [] },
    },
    existingDataRoleArns: [],
    network: { subnets: [{}, {}, {}] },
  }) as unknown as Plan;

describe("length of the allow-list", () => {
  it("is never longer than planned", () => {
    const id = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}-${String(i).padStart(17, "0")}`);
    const keyArn = `arn:aws:kms:eu-central-1:111122223333:key/${"0".repeat(36)}`;
    const lists = {
      profile: "strict" as const,
      networkIsolation: false,
      instanceTypes: ["ml.m5.large"],
      imageAccountIds: ["111122223333", "763104351884"],
      roleArns: ["arn:aws:iam::111122223333:role/cloister/eu-central-1/fraud-dev/work/*"],
    };
    const text = allowListText({
      ...lists,
      vpcId: id("vpc", 1)[0]!,
      domainId: "d-0123456789ab",
      subnetIds: id("subnet", 3),
      securityGroupIds: id("sg", 2),
      keyArn,
      resultKeyArns: [keyArn],
      deployed: { keyArns: [keyArn], securityGroupIds: id("sg", 40) },
    });
    const sizes = { ...lists, context: { partition: "aws", accountId: "111122223333", region: "eu-central-1" }, subnets: 3, groups: 2 };
    const longest = longestAllowList({ ...sizes, profileGroups: 40 });
    assert.ok(text.length <= longest && longest - text.length < 200, `${text.length} of ${longest}`);
  });

  it("fits into an advanced parameter, or the settings are rejected before the first resource", () => {
    const [standard, advanced] = [limits.parameterValue.value, limits.advancedParameterValue.value];
    const largest = Array.from({ length: 400 }, (_, i) => i)
      .filter((profiles) => allowListProblems(planWith(profiles)).length === 0)
      .at(-1)!;
    assert.ok(longestAllowListOf(planWith(largest)) <= advanced && longestAllowListOf(planWith(largest + 1)) > advanced);
    assert.ok(largest > 250 && longestAllowListOf(planWith(100)) < standard, String(largest));
    const [{ setting, text } = { setting: "", text: "" }] = allowListProblems(planWith(largest + 1));
    assert.equal(setting, "cloister-environment:studio.securityGroupPerProfile");
    assert.match(
      text,
      /^must be false with \d+ profiles: .* and an SSM parameter at most 8192\. Fix: .*securityGroupPerProfile false, or remove profiles\.$/,
    );
  });

  it("does not depend on the number of profiles that share security groups", () =>
    assert.equal(longestAllowListOf(planWith(1000, false)), longestAllowListOf(planWith(1, false))));
});

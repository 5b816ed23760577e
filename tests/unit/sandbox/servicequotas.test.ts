// Tests the quotas in the sandbox. Does not use an AWS SDK: the tests have no client for Service Quotas.
import assert from "node:assert/strict";
import { limitOf, type LimitName, limits } from "@cloister/components/aws/limits";
import { AwsError, registeredServices } from "@cloister/sandbox/testing";

type Get = (input: object, context: object) => { Quota: { Value: number; QuotaArn: string } };

describe("service quotas of the sandbox", () => {
  const services = registeredServices(...([{}, {}, {}] as unknown as Parameters<typeof registeredServices>));
  const { operations } = services.find(({ scope }) => scope === "servicequotas") as unknown as { operations: Record<string, Get> };
  const get = (operation: string, service: string, code: string, region = "us-east-1") =>
    operations[operation]!({ ServiceCode: service, QuotaCode: code }, { caller: { account: "111122223333", region }, partition: "aws" })
      .Quota;

  for (const name of (Object.keys(limits) as LimitName[]).filter((key) => limitOf(key).check === "account"))
    it(`have the default value of ${name}`, () => {
      const { quota, value } = limitOf(name);
      assert.equal(get("GetAWSDefaultServiceQuota", quota!.service, quota!.code).Value, value);
      assert.ok(get("GetServiceQuota", quota!.service, quota!.code).Value >= value);
    });

  it("have an ARN in the account and region", () =>
    assert.equal(
      get("GetServiceQuota", "vpc", "L-F678F1CE", "eu-central-1").QuotaArn,
      "arn:aws:servicequotas:eu-central-1:111122223333:vpc/L-F678F1CE",
    ));

  const unknown: [string, string, string][] = [
    ["vpc", "L-00000000", "eu-central-1"],
    ["none", "L-F678F1CE", "eu-central-1"],
    ["iam", "L-C07B4B0D", "eu-central-1"],
  ];
  for (const [service, code, region] of unknown)
    it(`do not exist: ${service} ${code} in ${region}`, () =>
      assert.throws(
        () => get("GetServiceQuota", service, code, region),
        (error: AwsError) => error instanceof AwsError && error.code === "NoSuchResourceException",
      ));
});

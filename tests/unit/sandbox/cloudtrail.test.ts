// Tests the sandbox's event history against a journal. The conformance tests call it with AWS SDKs.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { AwsError, Journal, registeredServices } from "@cloister/sandbox/testing";

type Call = Parameters<Journal["record"]>[0];
type Lookup = (input: Record<string, unknown>, context: object) => { Events: Record<string, unknown>[]; NextToken?: string };

const account = "111122223333";
const call = (more: Partial<Call>): Call => ({
  time: "2026-01-01T10:00:00.000Z",
  requestId: "r",
  account,
  principal: `arn:aws:sts::${account}:assumed-role/Deployer/cloister`,
  region: "eu-central-1",
  service: "sagemaker",
  operation: "CreateDomain",
  parameters: {},
  result: "ok",
  status: 200,
  by: "native",
  milliseconds: 1,
  client: "test",
  ...more,
});

describe("event history of the sandbox", () => {
  let folder: string;
  let journal: Journal;
  let lookup: (input?: Record<string, unknown>, region?: string) => ReturnType<Lookup>;
  const names = (input?: Record<string, unknown>, region?: string) => lookup(input, region).Events.map(({ EventName }) => EventName);
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-"));
    journal = new Journal(path.join(folder, "journal"));
    const services = registeredServices(...([{}, journal, {}] as unknown as Parameters<typeof registeredServices>));
    const service = services.find(({ scope }) => scope === "cloudtrail") as unknown as { operations: { LookupEvents: Lookup } };
    const now = () => Date.parse("2026-01-02T00:00:00Z") / 1000;
    lookup = (input = {}, region = "eu-central-1") => service.operations.LookupEvents(input, { caller: { account, region }, now });
    for (const item of [
      call({ requestId: "1", parameters: { DomainName: "d", Tags: [{ Key: "a", Value: "b" }] } }),
      call({ requestId: "2", time: "2026-01-01T11:00:00.000Z", operation: "ListDomains", result: "AccessDenied", message: "no" }),
      call({ requestId: "3", service: "s3", operation: "PutObject" }),
      call({ requestId: "7", service: "monitoring", operation: "PutMetricData" }),
      call({ requestId: "8", service: "monitoring", operation: "GetMetricData" }),
      call({ requestId: "9", region: "eu-west-1", service: "s3", operation: "PutObjectLockConfiguration" }),
      call({ requestId: "10", region: "eu-west-1", service: "monitoring", operation: "PutMetricAlarm" }),
      call({ requestId: "4", region: "us-east-1", operation: "CreateApp" }),
      call({ requestId: "5", account: "999988887777", operation: "CreateSpace" }),
      call({ requestId: "6", time: "2025-01-01T00:00:00.000Z", operation: "CreateModel" }),
    ])
      journal.record(item);
  });
  after(() => {
    journal.close();
    fs.rmSync(folder, { recursive: true });
  });

  it("returns the management events of the account, region and last 90 days, newest first", () =>
    assert.deepEqual(names(), ["ListDomains", "CreateDomain"]));

  it("returns management events whose names are similar to those of data events", () =>
    assert.deepEqual(names({}, "eu-west-1"), ["PutMetricAlarm", "PutObjectLockConfiguration"]));

  it("filters by attribute and time, in pages", () => {
    assert.deepEqual(names({ LookupAttributes: [{ AttributeKey: "ReadOnly", AttributeValue: "false" }] }), ["CreateDomain"]);
    assert.deepEqual(names({ EndTime: Date.parse("2026-01-01T10:30:00Z") / 1000 }), ["CreateDomain"]);
    const first = lookup({ MaxResults: 1 });
    assert.deepEqual([first.Events.length, names({ MaxResults: 1, NextToken: first.NextToken })], [1, ["CreateDomain"]]);
  });

  it("records caller, parameters and errors as CloudTrail does", () => {
    const [denied, created] = lookup().Events.map(({ CloudTrailEvent }) => JSON.parse(String(CloudTrailEvent)) as Record<string, unknown>);
    assert.deepEqual([denied!.errorCode, denied!.errorMessage, denied!.readOnly], ["AccessDenied", "no", true]);
    assert.deepEqual(created!.requestParameters, { domainName: "d", tags: [{ key: "a", value: "b" }] });
    assert.equal(
      (created!.userIdentity as { sessionContext: { sessionIssuer: { arn: string } } }).sessionContext.sessionIssuer.arn,
      `arn:aws:iam::${account}:role/Deployer`,
    );
    assert.equal("errorCode" in created!, false);
  });

  it("rejects a time range that ends before it starts", () =>
    assert.throws(
      () => lookup({ StartTime: 2, EndTime: 1 }),
      (error: unknown) => error instanceof AwsError && error.code === "InvalidTimeRangeException",
    ));
});

import assert from "node:assert/strict";
import { keyPolicy } from "@cloister/components/keys/policy";
import { decide, type Request, statementsOf } from "./policies";

const place = { accountId: "111122223333", region: "eu-central-1", partition: "aws" };
const logs = "logs.eu-central-1.amazonaws.com";
const group = (account: string) => ({ "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:eu-central-1:${account}:log-group:/x` });
const ask = (action: string, service: string, context: Record<string, string>): Request => ({ action, resource: "*", service, context });

describe("policy of a key", () => {
  it("leaves the account a way to repair it, and lets nobody else in", () =>
    assert.deepEqual(statementsOf(keyPolicy(place)), [
      { Sid: "AccountDecidesByIam", Effect: "Allow", Principal: { AWS: "arn:aws:iam::111122223333:root" }, Action: "kms:*", Resource: "*" },
    ]));

  it("names the root of its own partition", () =>
    assert.deepEqual(statementsOf(keyPolicy({ ...place, partition: "aws-us-gov" }))[0]?.Principal, {
      AWS: "arn:aws-us-gov:iam::111122223333:root",
    }));

  /** Services alone: without the account's own statement. */
  const services = (use: { logs?: boolean; publishers?: string[] }) =>
    JSON.stringify({ Statement: statementsOf(keyPolicy({ ...place, ...use })).filter(({ Sid }) => Sid !== "AccountDecidesByIam") });

  const table: { it: string; use: { logs?: boolean; publishers?: string[] }; request: Request; want: string }[] = [
    {
      it: "log groups of this account encrypt",
      use: { logs: true },
      request: ask("kms:GenerateDataKey", logs, group(place.accountId)),
      want: "allowed",
    },
    {
      it: "log groups of another account don't",
      use: { logs: true },
      request: ask("kms:GenerateDataKey", logs, group("999988887777")),
      want: "silent",
    },
    { it: "logs don't without a group", use: { logs: true }, request: ask("kms:Decrypt", logs, {}), want: "silent" },
    {
      it: "logs never schedule a deletion",
      use: { logs: true },
      request: ask("kms:ScheduleKeyDeletion", logs, group(place.accountId)),
      want: "silent",
    },
    {
      it: "logs of another region don't",
      use: { logs: true },
      request: ask("kms:Decrypt", "logs.eu-west-1.amazonaws.com", group(place.accountId)),
      want: "silent",
    },
    { it: "logs don't unless asked for", use: {}, request: ask("kms:Decrypt", logs, group(place.accountId)), want: "silent" },
    {
      it: "a publisher of this account encrypts",
      use: { publishers: ["events.amazonaws.com"] },
      request: ask("kms:GenerateDataKey", "events.amazonaws.com", { "aws:SourceAccount": place.accountId }),
      want: "allowed",
    },
    {
      it: "a publisher of another account doesn't",
      use: { publishers: ["events.amazonaws.com"] },
      request: ask("kms:GenerateDataKey", "events.amazonaws.com", { "aws:SourceAccount": "999988887777" }),
      want: "silent",
    },
    {
      it: "nobody publishes when the list is empty",
      use: { publishers: [] },
      request: ask("kms:Decrypt", "events.amazonaws.com", { "aws:SourceAccount": place.accountId }),
      want: "silent",
    },
  ];
  for (const { it: what, use, request, want } of table) it(what, () => assert.equal(decide(services(use), request), want));
});

import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { unknownNamesText } from "@cloister/cli/testing";
import { unknownNames } from "@cloister/sandbox/testing";
import { model } from "./models";

describe("unknown name in a filter of the sandbox journal", () => {
  const models = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-models-"));
  before(() => {
    const write = (folder: string, endpointPrefix: string, operation: string) => {
      const { metadata } = model("json");
      const operations = { [operation]: { name: operation, http: { method: "POST", requestUri: "/" } } };
      fs.mkdirSync(path.join(models, folder, "2020-01-01"), { recursive: true });
      const text = JSON.stringify({ metadata: { ...metadata, endpointPrefix }, operations, shapes: {} });
      fs.writeFileSync(path.join(models, folder, "2020-01-01", "service-2.json"), text);
    };
    write("ec2", "ec2", "CreateVpc");
    write("efs", "elasticfilesystem", "CreateFileSystem");
    write("elb", "elasticloadbalancing", "CreateLoadBalancerPolicy");
    write("elbv2", "elasticloadbalancing", "CreateTargetGroup");
    write("quicksight", "quicksight", "CreateTheme");
  });
  after(() => fs.rmSync(models, { recursive: true }));

  const services = [
    { kind: "native" as const, scope: "ec2", model: "ec2" },
    { kind: "native" as const, scope: "elasticfilesystem", model: "efs" },
  ];
  const accounts = ["111122223333", "444455556666"];

  const cases: { filter: Record<string, string>; message?: string }[] = [
    { filter: { service: "ec2", operation: "CreateVpc", account: "444455556666" } },
    { filter: { operation: "CreateFileSystem" } },
    { filter: { service: "quicksight", operation: "CreateTheme" } },
    { filter: { service: "elasticloadbalancing", operation: "CreateLoadBalancerPolicy" } },
    {
      filter: { service: "ecc2" },
      message:
        "--service must be the name of a service in IAM actions, for example ec2 (got 'ecc2'). Did you mean 'ec2'? Known: ec2, elasticfilesystem.",
    },
    {
      filter: { service: "efs", operation: "CreateFileSystem" },
      message:
        "--service must be the name of a service in IAM actions, for example ec2 (got 'efs'). Did you mean 'elasticfilesystem'? Known: ec2, elasticfilesystem.",
    },
    {
      filter: { service: "ec2", operation: "CreateVcp" },
      message: "--operation must be an operation of 'ec2' (got 'CreateVcp'). Did you mean 'CreateVpc'? Known: CreateVpc.",
    },
    {
      filter: { operation: "createvpc", account: "4444" },
      message: [
        "--operation must be an operation of a service of the sandbox (got 'createvpc'). Did you mean 'CreateVpc'? Known: CreateFileSystem, CreateVpc. For a service that only moto implements, also use --service.",
        "--account must be an account of the world (got '4444'). Known: 111122223333, 444455556666.",
      ].join("\n"),
    },
  ];
  for (const { filter, message = "" } of cases)
    it(`is ${message === "" ? "not found" : "reported"} in ${JSON.stringify(filter)}`, () =>
      assert.equal(unknownNamesText(filter, unknownNames(filter, { accounts, services, models })), message));
});

// Records the events that the sandbox sends for calls of an AWS SDK, and what the sandbox then answers to the evaluator:
//   node -r ts-node/register/transpile-only tests/unit/components/control-events/record.ts
// SageMaker of the sandbox runs in this process. Networks, keys and roles exist only as names, with the IDs of tests/helpers/controls.ts.
import * as fs from "node:fs";
import * as http from "node:http";
import { type AddressInfo } from "node:net";
import { Readable } from "node:stream";
import * as sagemaker from "@aws-sdk/client-sagemaker";
import { describe } from "@cloister/components/controls/runtime/describe";
import { readEvent } from "@cloister/components/controls/runtime/event";
import { type Call } from "@cloister/sandbox";
import { type AwsError, eventsOf, registeredServices } from "@cloister/sandbox/testing";
import { account, fraud, region } from "../../../helpers/controls";
import { fill } from "../../../sandbox/run";
import { image, recordedCases } from "./cases";
import { type RecordedAnswer, type RecordedEvents, recordingFile } from "./recording";

type Item = Record<string, unknown>;
type Operations = Record<string, (input: Item, context: object) => Promise<Item | (() => Promise<Item>)> | Item>;

/** Values of the names in the cases. */
const names = {
  role: `arn:aws:iam::${account}:role/cloister/${region}/fraud-dev/work/execution`,
  otherRole: `arn:aws:iam::${account}:role/other`,
  vpc: fraud.vpcId,
  subnet: fraud.subnetIds[0]!,
  group: fraud.securityGroupIds[0]!,
  sameNetworkGroup: "sg-same-network",
  otherSubnet: "subnet-other",
  otherGroup: "sg-other",
  key: fraud.keyArn,
  domain: fraud.domainId,
  model: "used",
  openModel: "open",
  config: "config",
  openConfig: "open-config",
  endpoint: "monitored",
};
const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "sagemaker.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const vpcOf = (id: string) => (id.endsWith("-other") ? "vpc-other" : fraud.vpcId);

/** Answers of the other services, of which SageMaker checks networks, keys and roles. */
const others: Record<string, (input: Item) => Item> = {
  DescribeSubnets: ({ SubnetIds }) => ({
    Subnets: (SubnetIds as string[]).map((SubnetId) => ({ SubnetId, VpcId: vpcOf(SubnetId), AvailabilityZone: `${region}a` })),
  }),
  DescribeSecurityGroups: ({ GroupIds = [] }) => ({
    SecurityGroups: (GroupIds as string[]).map((GroupId) => ({ GroupId, VpcId: vpcOf(GroupId) })),
  }),
  CreateSecurityGroup: () => ({ GroupId: "sg-nfs" }),
  CreateNetworkInterface: () => ({ NetworkInterface: { NetworkInterfaceId: "eni-1" } }),
  CreateFileSystem: () => ({ FileSystemId: "fs-1" }),
  DescribeKey: () => ({ KeyMetadata: { KeyState: "Enabled" } }),
  GetRole: ({ RoleName }) => ({
    Role: { Arn: RoleName === "other" ? names.otherRole : names.role, AssumeRolePolicyDocument: encodeURIComponent(trust) },
  }),
};

/** SageMaker of the sandbox behind a server, as a client of AWS sees it. Times and IDs are the same in each run. */
class Service {
  readonly events: object[] = [];
  private seconds = 1_764_000_000;
  private count = 0;
  private readonly service = registeredServices({} as never, {} as never, { models: "" } as never).find(
    ({ scope }) => scope === "sagemaker",
  ) as unknown as { operations: Operations; initial: () => object };
  private readonly context = {
    state: this.service.initial(),
    caller: { account, region, accessKeyId: "ASIAEXAMPLE", arn: `arn:aws:sts::${account}:assumed-role/Administrator/eve` },
    partition: "aws",
    now: () => this.seconds++,
    id: (prefix: string) => (prefix === "d-" ? fraud.domainId : `${prefix}${++this.count}`),
    moto: (_service: string, operation: string, input: Item) => Promise.resolve(others[operation]?.(input) ?? {}),
    native: (_scope: string, operation: string, input: Item) => Promise.resolve(others[operation]?.(input) ?? {}),
    asClient: () => Promise.resolve({}),
  };
  private readonly server = http.createServer((request, response) => {
    void Readable.from(request)
      .toArray()
      .then(async (chunks: Buffer[]) => {
        const operation = String(request.headers["x-amz-target"]).split(".").at(-1)!;
        const { status, body } = await this.answer(operation, JSON.parse(Buffer.concat(chunks).toString()) as Item);
        response.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
        response.end(JSON.stringify(body));
      })
      // Without an answer, the client would wait.
      .catch((error: unknown) => response.writeHead(500).end(String(error)));
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async answer(operation: string, input: Item): Promise<{ status: number; body: Item }> {
    try {
      const found = await this.service.operations[operation]!(input, this.context);
      const output = typeof found === "function" ? await found() : found;
      this.record(operation, input, "ok", output as Item);
      return { status: 200, body: output as Item };
    } catch (error) {
      const { code, message, status } = error as AwsError;
      if (code === undefined) throw error;
      this.record(operation, input, code, undefined, message);
      return { status, body: { __type: code, message } };
    }
  }

  private record(operation: string, parameters: Item, result: string, output: Item | undefined, message?: string): void {
    const time = new Date(this.seconds * 1000).toISOString();
    const { arn: principal } = this.context.caller;
    const call: Call = {
      time,
      requestId: `request-${this.seconds}`,
      account,
      principal,
      region,
      service: "sagemaker",
      operation,
      parameters,
      result,
      status: result === "ok" ? 200 : 400,
      ...(message !== undefined && { message }),
      by: "native",
      milliseconds: 0,
      client: "aws-sdk-js",
    };
    for (const { account: owner, region: eventRegion, ...event } of eventsOf(call, output))
      this.events.push({ version: "0", id: call.requestId, account: owner, region: eventRegion, time: `${time.slice(0, 19)}Z`, ...event });
  }
}

const clientOf = (endpoint: string) =>
  new sagemaker.SageMakerClient({
    endpoint,
    region,
    credentials: { accessKeyId: "ASIAEXAMPLE", secretAccessKey: "secret", sessionToken: "token" },
    maxAttempts: 1,
  });

type Command = new (input: object) => Parameters<sagemaker.SageMakerClient["send"]>[0];

/** The error code of a call, or `undefined`. */
async function send(client: sagemaker.SageMakerClient, operation: string, input: object): Promise<string | undefined> {
  const command = (sagemaker as unknown as Record<string, Command>)[`${operation}Command`]!;
  try {
    await client.send(new command(fill(input, names)));
    return undefined;
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

const container = { PrimaryContainer: { Image: image }, ExecutionRoleArn: "${role}", EnableNetworkIsolation: true };
const network = { VpcConfig: { Subnets: ["${subnet}"], SecurityGroupIds: ["${group}"] } };
const variants = (ModelName: string) => [{ VariantName: "all", ModelName, InstanceType: "ml.m5.large", InitialInstanceCount: 1 }];
const configuration = (EndpointConfigName: string, model: string): [string, object] => [
  "CreateEndpointConfig",
  { EndpointConfigName, KmsKeyId: "${key}", ProductionVariants: variants(model) },
];
/** What the cases use. */
const setUp: [operation: string, input: object][] = [
  ["CreateModel", { ModelName: "used", ...container, ...network }],
  ["CreateModel", { ModelName: "open", ...container }],
  configuration("config", "used"),
  configuration("open-config", "open"),
  ["CreateEndpoint", { EndpointName: "monitored", EndpointConfigName: "config" }],
  [
    "CreateDomain",
    {
      DomainName: "fraud-dev",
      AuthMode: "IAM",
      VpcId: "${vpc}",
      SubnetIds: ["${subnet}"],
      AppNetworkAccessType: "VpcOnly",
      DefaultUserSettings: { ExecutionRole: "${role}", SecurityGroups: ["${group}"] },
    },
  ],
  ["CreateUserProfile", { DomainId: "${domain}", UserProfileName: "ana", UserSettings: { ExecutionRole: "${role}" } }],
];

/** What the sandbox answers when the evaluator describes the resource of an event. */
async function answersTo(endpoint: string, event: object): Promise<RecordedAnswer[]> {
  const found = readEvent(JSON.stringify(event), { accountId: account, region });
  if ("ignored" in found) return [];
  const recorded: RecordedAnswer[] = [];
  const client = clientOf(endpoint);
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as { statusCode: number; body: Readable };
      const text = Buffer.concat((await response.body.toArray()) as Buffer[]).toString();
      const request = args.request as { headers: Record<string, string>; body: string | Uint8Array };
      recorded.push({
        operation: request.headers["x-amz-target"]!.split(".").at(-1)!,
        input: JSON.parse(Buffer.from(request.body).toString()) as Item,
        status: response.statusCode,
        body: JSON.parse(text) as Item,
      });
      response.body = Readable.from([Buffer.from(text)]);
      return result;
    },
    { step: "deserialize", priority: "low" },
  );
  await describe(client, found.type, found.id);
  return recorded;
}

/** The events of each case. Errors: an `Error` with each call whose result differs from its case. */
export async function recordEvents(): Promise<RecordedEvents> {
  const service = new Service();
  const endpoint = await service.start();
  const client = clientOf(endpoint);
  const recorded: RecordedEvents = {};
  const problems: string[] = [];
  const require = async (operation: string, input: object) => {
    const error = await send(client, operation, input);
    if (error !== undefined) problems.push(`${operation}: ${error}`);
  };
  try {
    for (const [operation, input] of setUp) await require(operation, input);
    for (const { name, before = [], operation, input, error } of recordedCases) {
      for (const [earlier, given] of before) await require(earlier, given);
      service.events.length = 0;
      const found = await send(client, operation, input);
      if (found?.split(":")[0] !== error) problems.push(`${name}: ${found ?? "no error"}`);
      recorded[name] = [];
      for (const event of [...service.events]) recorded[name].push({ event: event as Item, answers: await answersTo(endpoint, event) });
    }
  } finally {
    service.stop();
  }
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return JSON.parse(JSON.stringify(recorded)) as RecordedEvents;
}

async function main(): Promise<void> {
  const lines = Object.entries(await recordEvents()).map(([name, events]) => `  ${JSON.stringify(name)}: ${JSON.stringify(events)}`);
  fs.writeFileSync(recordingFile, `{\n${lines.join(",\n")}\n}\n`);
}

if (require.main === module) void main();

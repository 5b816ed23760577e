// Runs the handler of the evaluator against a server on this machine that answers SageMaker, Systems Manager, S3, SNS and Security Hub.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { allowListText, type AllowList } from "@cloister/components/controls/allow-list";
import { variables } from "@cloister/components/controls/names";
import { handler } from "@cloister/components/controls/runtime/evaluator";
import { type Finding } from "@cloister/components/controls/runtime/finding";
import { AwsServer, jsonAnswer, jsonError, operationOf, type ReceivedCall, type ServerAnswer } from "./aws-server";

export const account = "111122223333";
export const region = "eu-central-1";
const key = (n: number) => `arn:aws:kms:${region}:${account}:key/${String(n).repeat(8)}-1111-2222-3333-444444444444`;

export const fraud: Omit<AllowList, "version"> = {
  profile: "strict",
  networkIsolation: true,
  vpcId: "vpc-fraud",
  domainId: "d-fraud",
  subnetIds: ["subnet-fraud-a", "subnet-fraud-b"],
  securityGroupIds: ["sg-fraud-work", "sg-fraud-studio"],
  keyArn: key(1),
  deployed: { keyArns: [key(2)], securityGroupIds: ["sg-fraud-ana"] },
  resultKeyArns: [key(1), key(3)],
  instanceTypes: ["ml.m5.large", "ml.t3.medium"],
  imageAccountIds: [account, "763104351884"],
  roleArns: [`arn:aws:iam::${account}:role/cloister/${region}/fraud-dev/work/*`, `arn:aws:iam::${account}:role/existing-model`],
};
export const risk: Omit<AllowList, "version"> = {
  ...fraud,
  vpcId: "vpc-risk",
  domainId: "d-risk",
  subnetIds: ["subnet-risk-a"],
  securityGroupIds: ["sg-risk"],
  keyArn: key(4),
  deployed: { keyArns: [], securityGroupIds: [] },
  resultKeyArns: [key(4)],
  roleArns: [`arn:aws:iam::${account}:role/cloister/${region}/risk-dev/work/*`],
};
export const roleOf = (environment: string, name = "execution") =>
  `arn:aws:iam::${account}:role/cloister/${region}/${environment}/work/${name}`;
export const arnOf = (resource: string) => `arn:aws:sagemaker:${region}:${account}:${resource}`;

/** SSM parameters of two environments. */
export const parameters = (change: Record<string, string | undefined> = {}): Record<string, string> =>
  Object.fromEntries(
    Object.entries({
      "/cloister/controls/fraud-dev": allowListText(fraud),
      "/cloister/controls/risk-dev": allowListText(risk),
      ...change,
    }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );

/** The answer to an operation of SageMaker: an output, an error code, or a function of the input. */
export type Answer = object | string | ((input: Record<string, unknown>) => object | string);

export interface Settings {
  mode?: "observe" | "correct";
  dedicated?: boolean;
  securityHub?: boolean;
  parameters?: Record<string, string>;
}

/** An event of CloudTrail, as EventBridge delivers it. */
export const callEvent = (eventName: string, requestParameters: object | null, change: Record<string, unknown> = {}) => ({
  version: "0",
  id: "6d4c1f0e-0000-4000-8000-000000000001",
  "detail-type": "AWS API Call via CloudTrail",
  source: "aws.sagemaker",
  account,
  time: "2026-11-27T12:00:00Z",
  region,
  resources: [],
  detail: {
    eventVersion: "1.11",
    userIdentity: {
      type: "AssumedRole",
      arn: `arn:aws:sts::${account}:assumed-role/intern/eve`,
      sessionContext: { sessionIssuer: { type: "Role", arn: `arn:aws:iam::${account}:role/people/intern` } },
    },
    eventSource: "sagemaker.amazonaws.com",
    eventName,
    requestParameters,
    responseElements: null,
    ...change,
  },
});

/** One of SageMaker's own events. */
export const stateEvent = (detailType: string, detail: object) => ({
  ...callEvent("", null),
  "detail-type": detailType,
  detail,
});

/** AWS as the evaluator sees it. */
export class ControlsWorld {
  /** Calls of SageMaker that change something: operation and input. */
  readonly changes: [string, Record<string, unknown>][] = [];
  readonly notifications: string[] = [];
  readonly texts: string[] = [];
  readonly imported: Record<string, unknown>[] = [];
  readonly objects = new Map<string, string>();
  readonly calls: string[] = [];
  private readonly logged: Record<string, unknown>[] = [];
  private server!: AwsServer;
  /** Answers that differ once: `DescribeTrainingJob` fails with a code, then the usual answer follows. */
  readonly once: [string, ServerAnswer][] = [];
  /** Called before each answer. Throws for a crash. */
  onCall?: (operation: string) => void;

  private constructor(
    public answers: Record<string, Answer>,
    private readonly settings: Settings,
  ) {}

  static async start(answers: Record<string, Answer>, settings: Settings = {}): Promise<ControlsWorld> {
    const world = new ControlsWorld({ ...answers }, settings);
    world.server = await AwsServer.start((call) => world.answer(call));
    return world;
  }

  stop(): void {
    this.server.stop();
  }

  get findings(): Finding[] {
    return this.logged.flatMap(({ finding }) => (finding === undefined ? [] : [finding as Finding]));
  }
  /** Names of the records of findings. */
  get records(): string[] {
    return [...this.objects.keys()].filter((key) => key.includes("/findings/"));
  }
  logs(member: string): Record<string, unknown>[] {
    return this.logged.filter((entry) => member in entry).map((entry) => entry[member] as Record<string, unknown>);
  }

  private answer(call: ReceivedCall): ServerAnswer {
    const target = call.headers["x-amz-target"];
    const service = /\/\d{8}\/[^/]+\/([^/]+)\//.exec(String(call.headers.authorization))?.[1] ?? "";
    const operation = target === undefined ? `${service} ${call.method}` : operationOf(call)[0];
    this.calls.push(operation);
    this.onCall?.(operation);
    const special = this.once.findIndex(([name]) => name === operation);
    if (special !== -1) return this.once.splice(special, 1)[0]![1];
    if (service === "s3") return this.answerS3(call);
    if (service === "sns") return this.answerSns(call);
    if (service === "securityhub") {
      this.imported.push(...(JSON.parse(call.body) as { Findings: Record<string, unknown>[] }).Findings);
      return jsonAnswer({ SuccessCount: 1, FailedCount: 0 });
    }
    const [, input] = operationOf(call) as [string, Record<string, unknown>];
    if (service === "ssm") return this.answerSsm(operation, input);
    const known = this.answers[operation];
    const value = typeof known === "function" ? known(input) : known;
    if (value === undefined && /^(Stop|Delete|AddTags)/.test(operation)) {
      this.changes.push([operation, input]);
      return jsonAnswer({});
    }
    if (value === undefined) return jsonError("ResourceNotFound");
    if (typeof value === "string") return jsonError(value);
    if (!/^(Describe|List)/.test(operation)) this.changes.push([operation, input]);
    return jsonAnswer(value);
  }

  private answerSsm(operation: string, { NextToken, Path, Name: requested }: Record<string, unknown>): ServerAnswer {
    const all = Object.entries(this.settings.parameters ?? parameters());
    if (operation === "GetParameter") {
      const found = all.find(([name]) => name === requested);
      return found ? jsonAnswer({ Parameter: { Name: found[0], Value: found[1], Version: 1 } }) : jsonError("ParameterNotFound");
    }
    assert.equal(Path, "/cloister/controls");
    const start = Number(NextToken ?? 0);
    return jsonAnswer({
      Parameters: all.slice(start, start + 2).map(([Name, Value]) => ({ Name, Value, Type: "String", Version: 1 })),
      ...(start + 2 < all.length && { NextToken: String(start + 2) }),
    });
  }

  private answerS3({ method, path, body, headers }: ReceivedCall): ServerAnswer {
    const etag = () => `"${createHash("md5").update(this.objects.get(path)!).digest("hex")}"`;
    if (method === "PUT") {
      const { "if-match": match, "if-none-match": noMatch } = headers;
      const isExisting = this.objects.has(path);
      if ((noMatch !== undefined && isExisting) || (match !== undefined && (!isExisting || match !== etag())))
        return { status: 412, body: "<Error><Code>PreconditionFailed</Code></Error>" };
      // The SDK sends the body in one chunk with a checksum.
      this.objects.set(path, /\{.*\}/s.exec(body)![0]);
      return {};
    }
    const found = this.objects.get(path);
    return found === undefined
      ? { status: 404, body: "<Error><Code>NoSuchKey</Code></Error>" }
      : { headers: { etag: etag() }, body: found };
  }

  private answerSns({ body }: ReceivedCall): ServerAnswer {
    this.notifications.push(new URLSearchParams(body).get("Subject") ?? body);
    this.texts.push(new URLSearchParams(body).get("Message") ?? body);
    return { body: "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>" };
  }

  /** Passes messages to the handler. Returns the numbers of those that failed. */
  async deliver(events: readonly (object | string)[], receives = 2): Promise<number[]> {
    const { config } = this.server;
    const env: Record<string, string> = {
      AWS_ENDPOINT_URL: config.endpoint,
      // Tests of programs set this variable in the same process.
      AWS_ENDPOINT_URL_SECURITYHUB: config.endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: "ASIAEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_SESSION_TOKEN: "token",
      [variables.mode]: this.settings.mode ?? "correct",
      [variables.dedicated]: String(this.settings.dedicated ?? false),
      [variables.securityHub]: String(this.settings.securityHub ?? false),
      [variables.historyBucket]: "history",
      [variables.topicArn]: `arn:aws:sns:${region}:${account}:alerts`,
    };
    const before = Object.fromEntries(Object.keys(env).map((name) => [name, process.env[name]]));
    Object.assign(process.env, env);
    const { log } = console;
    console.log = (line: string) => void this.logged.push(JSON.parse(line) as Record<string, unknown>);
    try {
      const Records = events.map((event, i) => ({
        messageId: String(i),
        body: typeof event === "string" ? event : JSON.stringify(event),
        attributes: { ApproximateReceiveCount: String(receives) },
      }));
      const { batchItemFailures } = await handler(
        { Records },
        { invokedFunctionArn: `arn:aws:lambda:${region}:${account}:function:evaluator` },
      );
      return batchItemFailures.map(({ itemIdentifier }) => Number(itemIdentifier));
    } finally {
      console.log = log;
      for (const [name, value] of Object.entries(before)) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  }
}

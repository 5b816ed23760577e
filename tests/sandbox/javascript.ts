import * as assert from "node:assert/strict";
import * as http from "node:http";
import { type LookupFunction } from "node:net";
import * as accessanalyzer from "@aws-sdk/client-accessanalyzer";
import * as budgets from "@aws-sdk/client-budgets";
import * as cloudformation from "@aws-sdk/client-cloudformation";
import * as codeartifact from "@aws-sdk/client-codeartifact";
import * as codebuild from "@aws-sdk/client-codebuild";
import * as cloudtrail from "@aws-sdk/client-cloudtrail";
import * as cloudwatch from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import * as logs from "@aws-sdk/client-cloudwatch-logs";
import * as config from "@aws-sdk/client-config-service";
import * as ec2 from "@aws-sdk/client-ec2";
import * as ecs from "@aws-sdk/client-ecs";
import * as efs from "@aws-sdk/client-efs";
import * as elbv2 from "@aws-sdk/client-elastic-load-balancing-v2";
import * as events from "@aws-sdk/client-eventbridge";
import * as guardduty from "@aws-sdk/client-guardduty";
import * as iam from "@aws-sdk/client-iam";
import * as kms from "@aws-sdk/client-kms";
import * as lambda from "@aws-sdk/client-lambda";
import * as macie2 from "@aws-sdk/client-macie2";
import * as resourceGroups from "@aws-sdk/client-resource-groups";
import * as route53 from "@aws-sdk/client-route-53";
import * as route53resolver from "@aws-sdk/client-route53resolver";
import * as s3 from "@aws-sdk/client-s3";
import * as s3control from "@aws-sdk/client-s3-control";
import * as sagemaker from "@aws-sdk/client-sagemaker";
import * as securityhub from "@aws-sdk/client-securityhub";
import * as servicecatalog from "@aws-sdk/client-service-catalog";
import * as serviceQuotas from "@aws-sdk/client-service-quotas";
import * as sns from "@aws-sdk/client-sns";
import * as ssm from "@aws-sdk/client-ssm";
import * as ssoAdmin from "@aws-sdk/client-sso-admin";
import * as sts from "@aws-sdk/client-sts";
import { type World } from "@cloister/sandbox";
import { type Client, type Outcome } from "./run";

interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

interface Settings {
  endpoint: string;
  region: string;
  credentials: Credentials;
  /** No retries: the tests check the errors. */
  maxAttempts: 1;
  forcePathStyle: true;
  requestHandler: { httpAgent: http.Agent };
}

interface Sender {
  send(command: unknown): Promise<{ $metadata?: unknown; Body?: { transformToString(): Promise<string> } }>;
}

/** The packages, by boto3's names for the services. */
const packages = {
  accessanalyzer,
  budgets,
  cloudformation,
  cloudtrail,
  cloudwatch,
  codeartifact,
  codebuild,
  config,
  ec2,
  ecs,
  efs,
  elbv2,
  events,
  guardduty,
  iam,
  kms,
  lambda,
  logs: { ...logs, LogsClient: CloudWatchLogsClient },
  macie2,
  "resource-groups": resourceGroups,
  route53,
  route53resolver,
  s3,
  s3control,
  sagemaker,
  securityhub,
  "service-quotas": serviceQuotas,
  servicecatalog,
  sns,
  ssm,
  "sso-admin": ssoAdmin,
  sts,
};
const clientNames: Record<keyof typeof packages, string> = {
  accessanalyzer: "AccessAnalyzerClient",
  budgets: "BudgetsClient",
  cloudformation: "CloudFormationClient",
  cloudtrail: "CloudTrailClient",
  cloudwatch: "CloudWatchClient",
  codeartifact: "CodeartifactClient",
  codebuild: "CodeBuildClient",
  config: "ConfigServiceClient",
  ec2: "EC2Client",
  ecs: "ECSClient",
  efs: "EFSClient",
  elbv2: "ElasticLoadBalancingV2Client",
  events: "EventBridgeClient",
  guardduty: "GuardDutyClient",
  iam: "IAMClient",
  kms: "KMSClient",
  lambda: "LambdaClient",
  logs: "LogsClient",
  macie2: "Macie2Client",
  "resource-groups": "ResourceGroupsClient",
  route53: "Route53Client",
  route53resolver: "Route53ResolverClient",
  s3: "S3Client",
  s3control: "S3ControlClient",
  sagemaker: "SageMakerClient",
  securityhub: "SecurityHubClient",
  "service-quotas": "ServiceQuotasClient",
  servicecatalog: "ServiceCatalogClient",
  sns: "SNSClient",
  ssm: "SSMClient",
  "sso-admin": "SSOAdminClient",
  sts: "STSClient",
};

const isService = (name: string): name is keyof typeof packages => name in packages;

function make<T>(service: string, name: string, argument: unknown): T {
  if (!isService(service)) throw new Error(`No package for the service '${service}'.`);
  const found = (packages[service] as unknown as Record<string, new (argument: unknown) => T>)[name];
  if (!found) throw new Error(`The package of '${service}' has no ${name}.`);
  return new found(argument);
}

/** Binary members and dates as text, so that the outputs from both clients can be compared. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_key, member: unknown) => (member instanceof Uint8Array ? Buffer.from(member).toString("base64") : member)) ??
      "{}",
  );

/** Resolves every name to this machine: S3 Control puts the account before the host, and not every resolver supports this. */
const onLoopback: LookupFunction = (_name, { all }, found) =>
  all ? found(null, [{ address: "127.0.0.1", family: 4 }]) : found(null, "127.0.0.1", 4);
const agent = new http.Agent({ keepAlive: true, lookup: onLoopback });

/** A client that uses the AWS SDK for JavaScript. */
export function javascript(world: World): Client & { credentials(account: string): Promise<Credentials> } {
  const hub: Credentials = {
    accessKeyId: world.env.AWS_ACCESS_KEY_ID!,
    secretAccessKey: world.env.AWS_SECRET_ACCESS_KEY!,
    sessionToken: world.env.AWS_SESSION_TOKEN!,
  };
  // A host with an account before an IP address is not valid in a URL.
  const endpoint = Object.assign(new URL(world.endpoint), { hostname: "localhost" });
  const settings = (credentials: Credentials): Settings => ({
    endpoint: endpoint.href,
    region: world.region,
    credentials,
    maxAttempts: 1,
    forcePathStyle: true,
    requestHandler: { httpAgent: agent },
  });
  const sessions = new Map<string, Promise<Credentials>>([[world.hubAccount, Promise.resolve(hub)]]);
  const clients = new Map<string, Sender>();

  async function assume(account: string): Promise<Credentials> {
    const role = `arn:aws:iam::${account}:role/OrganizationAccountAccessRole`;
    const { Credentials: given } = await new sts.STSClient(settings(hub)).send(
      new sts.AssumeRoleCommand({ RoleArn: role, RoleSessionName: "javascript" }),
    );
    return { accessKeyId: given!.AccessKeyId!, secretAccessKey: given!.SecretAccessKey!, sessionToken: given!.SessionToken! };
  }

  function credentials(account: string): Promise<Credentials> {
    const known = sessions.get(account) ?? assume(account);
    sessions.set(account, known);
    return known;
  }

  async function call({ service, operation, input, account }: Parameters<Client>[0]): Promise<Outcome> {
    const key = `${service} ${account}`;
    const client =
      clients.get(key) ?? make<Sender>(service, clientNames[service as keyof typeof packages], settings(await credentials(account)));
    clients.set(key, client);
    try {
      const output = await client.send(make(service, `${operation}Command`, input));
      const body = await output.Body?.transformToString();
      return { output: plain({ ...output, $metadata: undefined, ...(body === undefined ? {} : { Body: body }) }) };
    } catch (thrown) {
      // Query services: `name` is the exception class. `Code` is the code on the wire, in `Error` for services that changed the protocol.
      const { name, message, Code, Error, $metadata } = thrown as {
        name: string;
        message: string;
        Code?: string;
        Error?: { Code?: string };
        $metadata?: object;
      };
      if (!$metadata) throw thrown;
      return { error: Code ?? Error?.Code ?? name, message };
    }
  }

  return Object.assign(call, { credentials });
}

/** Calls a SageMaker operation on a Studio domain of the hub account. Rejects on an error of the API. */
export function studioCalls(world: World, DomainId: string) {
  const client = javascript(world);
  return async (operation: string, input: object = {}): Promise<Record<string, unknown>> => {
    const { output, error, message } = await client({
      service: "sagemaker",
      operation,
      input: { DomainId, ...input },
      account: world.hubAccount,
    });
    assert.equal(error, undefined, message);
    return output as Record<string, unknown>;
  };
}

// Mocks the engine and the provider. Does not prove that AWS accepts inputs, when IDs are known, or how protect and
// aliases work: tests/engine does, with the real engine and provider.
import * as http from "node:http";
import { type AddressInfo } from "node:net";
import * as path from "node:path";
import { isObject } from "@cloister/common";
import * as pulumi from "@pulumi/pulumi";
import { type MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { bootstrapTags } from "./bootstrap-tags";
import { UNKNOWN } from "./evaluate";
import { note } from "./recording";

const SECRET_MARK = "4dabf18193072939515e22adb298388d";

/** A registered resource of a program. */
export interface Registered {
  type: string;
  name: string;
  urn: string;
  /** Whether the resource is a custom resource; false for components. */
  custom: boolean;
  /** Inputs without secret wrappers. At preview, values that only an update determines are `UNKNOWN`. */
  inputs: Record<string, unknown>;
  /** Outputs that AWS returns, including the ID; empty at preview. */
  outputs: Record<string, unknown>;
  parent?: Registered;
  /** Name of the resource's provider; absent for the default provider. */
  provider?: string;
  /** By property: the resources that the value comes from. */
  sources: Record<string, Registered[]>;
  /** All resources that this resource waits for: `sources` and `dependsOn`. */
  dependencies: Registered[];
  retainOnDelete: boolean;
  /** Other resource options that change what an update does. Empty lists and false are absent. */
  options: {
    ignoreChanges?: string[];
    replaceOnChanges?: string[];
    deleteBeforeReplace?: true;
    aliases?: string[];
    replacementTrigger?: unknown;
  };
}

export interface World {
  /** Resources in registration order, without stack references. */
  resources: Registered[];
  /** Called provider functions, with the name of the provider; absent for the default provider. */
  calls: { token: string; inputs: Record<string, unknown>; provider?: string }[];
}

export interface MockOptions {
  project: string;
  stack: string;
  /** Settings by key with namespace, `cloister-core:owner`. Values other than strings are JSON, as in the engine. */
  config: Record<string, unknown>;
  /** Keys of `config` whose values are secret. */
  secretKeys?: string[];
  /** Outputs of other stacks by full stack name, `organization/cloister-core/bank-hub`. */
  stacks?: Record<string, { outputs: Record<string, unknown>; secretOutputNames?: string[] }>;
  /** Account ID of the credentials. */
  account?: string;
  /** Accounts whose role cannot be assumed. */
  unreachable?: string[];
  /** Tags of the deploy role that `cloister bootstrap` created. Default: those of the settings. */
  roleTags?: Record<string, string> | "absent" | "denied";
  /** Region of the credentials, and its partition. Default: `REGION` in `aws`. */
  region?: string;
  partition?: string;
  /** Availability Zones of the region, in the order in which AWS lists the zones. */
  zones?: string[];
  preview?: boolean;
  /** Resources (`type::name`) that have a different ID and ARN, as after a replacement. */
  replaced?: ReadonlySet<string>;
  /**
   * Lookup results by the last part of the function token, `getVpc`; undefined when the resource does not exist.
   * Also answers of AWS to calls with the AWS SDK, `cloudtrail:DescribeTrails`; undefined when AWS denies the call.
   */
  answers?: Record<string, (inputs: Record<string, unknown>) => Record<string, unknown> | undefined>;
}

export const REGION = "eu-central-1";
export const HUB = "111122223333";
/** The Availability Zone ID: zone `a` has the last ID. */
export const zoneIdOf = (zone: string) => `euc1-az${3 - ("abc".indexOf(zone.at(-1)!) % 3)}`;
/** The role of the credentials. The role path is not part of a session ARN. */
export const deployer = (account: string) => `arn:${here.partition}:iam::${account}:role/platform/Deployer`;

/** Where the mocked program runs. Mocks are global to the process. */
let here = { region: REGION, partition: "aws" };

/** Short ID and ARN for the resource types whose ID or ARN the programs use. */
const identities: Record<
  string,
  (name: string, account: string, inputs: Record<string, unknown>) => { id: string; [property: string]: unknown }
> = {
  "aws:ec2/vpc:Vpc": (name) => ({ id: `vpc-${name}`, defaultNetworkAclId: `acl-${name}` }),
  "aws:ec2/subnet:Subnet": (name) => ({ id: `subnet-${name}` }),
  "aws:ec2/internetGateway:InternetGateway": (name) => ({ id: `igw-${name}` }),
  "aws:ec2/natGateway:NatGateway": (name) => ({ id: `nat-${name}` }),
  "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": (name) => ({ id: `pcx-${name}` }),
  "aws:ec2/securityGroup:SecurityGroup": (name) => ({ id: `sg-${name}` }),
  "aws:ec2/vpcEndpoint:VpcEndpoint": (name) => ({
    id: `vpce-${name}`,
    prefixListId: `pl-${name}`,
    dnsEntries: [{ dnsName: `${name}.vpce.example`, hostedZoneId: "Z0" }],
  }),
  "aws:ec2/vpcEndpointService:VpcEndpointService": (name) => ({
    id: `vpce-svc-${name}`,
    serviceName: `com.amazonaws.vpce.${here.region}.vpce-svc-${name}`,
  }),
  "aws:s3/bucket:Bucket": (name) => ({
    id: `${name}-0a1b2c3`,
    bucket: `${name}-0a1b2c3`,
    arn: `arn:${here.partition}:s3:::${name}-0a1b2c3`,
  }),
  "aws:kms/key:Key": (name, account) => ({ id: name, keyId: name, arn: `arn:${here.partition}:kms:${here.region}:${account}:key/${name}` }),
  "aws:route53/zone:Zone": (name) => ({ id: `Z-${name}`, zoneId: `Z-${name}` }),
  "aws:iam/role:Role": (name, account, { path = "/" }) => ({
    id: name,
    name,
    arn: `arn:${here.partition}:iam::${account}:role${String(path)}${name}`,
  }),
  "aws:iam/policy:Policy": (name, account) => ({ id: name, arn: `arn:${here.partition}:iam::${account}:policy/${name}` }),
  "aws:servicecatalog/product:Product": (name, account) => ({
    id: `prod-${name}`,
    arn: `arn:${here.partition}:catalog:${here.region}:${account}:product/prod-${name}`,
  }),
  "aws:sqs/queue:Queue": (name, account, { name: queue = name }) => ({
    id: `https://sqs.${here.region}.amazonaws.com/${account}/${String(queue)}`,
    name: String(queue),
    url: `https://sqs.${here.region}.amazonaws.com/${account}/${String(queue)}`,
    arn: `arn:${here.partition}:sqs:${here.region}:${account}:${String(queue)}`,
  }),
  "aws:lambda/function:Function": (name, account, { name: physical = name }) => ({
    id: String(physical),
    name: String(physical),
    arn: `arn:${here.partition}:lambda:${here.region}:${account}:function:${String(physical)}`,
  }),
  "aws:codebuild/project:Project": (name, account) => ({
    id: name,
    name,
    arn: `arn:${here.partition}:codebuild:${here.region}:${account}:project/${name}`,
  }),
  "aws:sfn/stateMachine:StateMachine": (name, account) => ({
    id: name,
    arn: `arn:${here.partition}:states:${here.region}:${account}:stateMachine:${name}`,
  }),
  "aws:sns/topic:Topic": (name, account) => ({ id: name, arn: `arn:${here.partition}:sns:${here.region}:${account}:${name}` }),
  "aws:cloudwatch/eventRule:EventRule": (name, account) => ({
    id: name,
    name,
    arn: `arn:${here.partition}:events:${here.region}:${account}:rule/${name}`,
  }),
  "aws:cloudtrail/trail:Trail": (_name, account, { name: trail }) => {
    const arn = `arn:${here.partition}:cloudtrail:${here.region}:${account}:trail/${String(trail)}`;
    return { id: arn, arn };
  },
  "aws:cloudwatch/logGroup:LogGroup": (name, account, { name: physical = name }) => ({
    id: name,
    name: String(physical),
    arn: `arn:${here.partition}:logs:${here.region}:${account}:log-group:${name}`,
  }),
  "aws:sagemaker/domain:Domain": (name, account) => ({
    id: `d-${name}`,
    arn: `arn:${here.partition}:sagemaker:${here.region}:${account}:domain/d-${name}`,
    url: `https://d-${name}.studio.${here.region}.${here.partition === "aws-cn" ? "sagemaker.com.cn" : "sagemaker.aws"}`,
  }),
  "aws:sagemaker/notebookInstanceLifecycleConfiguration:NotebookInstanceLifecycleConfiguration": (name) => ({ id: name, name }),
};

/** The parts of the SDK's requests that the SDK does not pass to mocks. */
interface Request {
  getName(): string;
  getType(): string;
  getParent(): string;
  getProvider(): string;
  getCustom(): boolean;
  getDependenciesList(): string[];
  getRetainondelete(): boolean | undefined;
  getIgnorechangesList(): string[];
  getReplaceonchangesList(): string[];
  getDeletebeforereplace(): boolean | undefined;
  getReplacementTrigger(): { toJavaScript(): unknown } | undefined;
  getAliasesList(): { getUrn(): string; getSpec(): { getName(): string } | undefined }[];
  getObject(): { toJavaScript(): Record<string, unknown> };
  getPropertydependenciesMap(): { forEach(each: (value: { getUrnsList(): string[] }, key: string) => void): void };
}

interface Response {
  getUrn(): string;
  getId(): string | undefined;
  getObject(): { toJavaScript(): Record<string, unknown> };
}

/** Unwraps secrets, which are objects in the gRPC protocol. */
function unwrapped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrapped);
  if (!isObject(value)) return value;
  if (SECRET_MARK in value) return unwrapped(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, value]) => [key, unwrapped(value)]));
}

function optionsOf(request: Request): Registered["options"] {
  const [ignoreChanges, replaceOnChanges] = [request.getIgnorechangesList(), request.getReplaceonchangesList()];
  const aliases = request
    .getAliasesList()
    .map((alias) => alias.getUrn() || (alias.getSpec()?.getName() ?? ""))
    .filter((alias) => alias !== "");
  const replacementTrigger = request.getReplacementTrigger()?.toJavaScript();
  return {
    ...(ignoreChanges.length > 0 && { ignoreChanges }),
    ...(replaceOnChanges.length > 0 && { replaceOnChanges }),
    ...(request.getDeletebeforereplace() && { deleteBeforeReplace: true as const }),
    ...(aliases.length > 0 && { aliases }),
    ...(replacementTrigger !== undefined && { replacementTrigger: unwrapped(replacementTrigger) }),
  };
}

/** An error in the form of the gRPC protocol: for a failed call, the SDK shows only the details. */
const rejected = (details: string) => Object.assign(new Error(details), { details });

/** An STS that lets the programs assume every role, except in `unreachable` accounts. Programs call STS without a provider. */
const sts = { unreachable: [] as string[], url: undefined as Promise<string> | undefined };
async function startSts(): Promise<string> {
  const server = http.createServer((request, response) => {
    let body = "";
    request.on("data", (data: Buffer) => (body += data.toString()));
    request.on("end", () => {
      const role = new URLSearchParams(body).get("RoleArn") ?? "";
      const isDenied = sts.unreachable.includes(role.split(":")[4]!);
      const message = `User: arn:aws:sts::${HUB}:assumed-role/Deployer/someone is not authorized to perform: sts:AssumeRole on resource: ${role}`;
      const credentials =
        "<AccessKeyId>A</AccessKeyId><SecretAccessKey>S</SecretAccessKey><SessionToken>T</SessionToken><Expiration>2030-01-01T00:00:00Z</Expiration>";
      response.writeHead(isDenied ? 403 : 200, { "content-type": "text/xml" });
      response.end(
        isDenied
          ? `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${message}</Message></Error></ErrorResponse>`
          : `<AssumeRoleResponse><AssumeRoleResult><Credentials>${credentials}</Credentials></AssumeRoleResult></AssumeRoleResponse>`,
      );
    });
  });
  server.unref();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/**
 * Services that the programs call without the provider, over JSON. The answer to a call is in `answers`, `cloudtrail:DescribeTrails`
 * or `securityhub:GET /accounts`.
 */
const sdk = {
  world: undefined as World | undefined,
  answers: {} as NonNullable<MockOptions["answers"]>,
  url: undefined as Promise<string> | undefined,
};
const sdkDefaults: NonNullable<MockOptions["answers"]> = {
  "cloudtrail:DescribeTrails": () => ({ trailList: [] }),
  "access-analyzer:GET /analyzer": () => ({ analyzers: [] }),
  "config:DescribeConfigurationRecorders": () => ({ ConfigurationRecorders: [] }),
  "config:DescribeConfigurationRecorderStatus": () => ({ ConfigurationRecordersStatus: [] }),
  "config:DescribeDeliveryChannels": () => ({ DeliveryChannels: [] }),
  "macie2:GET /macie": () => ({ __type: "AccessDeniedException", message: "Macie is not enabled." }),
  "securityhub:GET /accounts": () => ({ HubArn: `arn:aws:securityhub:${REGION}:${HUB}:hub/default` }),
};
const sdkServices = ["ACCESSANALYZER", "CLOUDTRAIL", "CONFIG_SERVICE", "MACIE2", "SECURITYHUB"];
async function startSdk(): Promise<string> {
  const server = http.createServer((request, response) => {
    let body = "";
    request.on("data", (data: Buffer) => (body += data.toString()));
    request.on("end", () => {
      const service = request.headers.authorization!.split("/")[3]!;
      const target = request.headers["x-amz-target"];
      const operation = target === undefined ? `${request.method} ${request.url!.split("?")[0]}` : String(target).split(".").at(-1)!;
      const token = `${service}:${operation}`;
      const inputs = (body === "" ? {} : JSON.parse(body)) as Record<string, unknown>;
      sdk.world?.calls.push({ token, inputs });
      const answer = (sdk.answers[token] ?? sdkDefaults[token])?.(inputs);
      // An answer with `__type` is an error.
      response.writeHead(answer && !("__type" in answer) ? 200 : 400, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify(answer ?? { __type: "AccessDeniedException", message: `not authorized to perform: ${token}` }));
    });
  });
  server.unref();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Installs new mocks. Call this in `before`, never while a file loads: mocks are global to the process. */
export async function useMocks(options: MockOptions): Promise<World> {
  const { account: hub = HUB, region = REGION, partition = "aws", preview = false } = options;
  const { zones = ["c", "a", "b"].map((letter) => region + letter) } = options;
  here = { region, partition };
  const world: World = { resources: [], calls: [] };
  const environmentName = String(
    options.stacks?.[`organization/cloister-environment/${String(options.config["cloister-target-accounts:environmentStack"])}`]?.outputs
      .environment,
  );
  sts.unreachable = options.unreachable ?? [];
  process.env.AWS_ENDPOINT_URL_STS = await (sts.url ??= startSts());
  Object.assign(sdk, { world, answers: options.answers ?? {} });
  sdk.url ??= startSdk();
  for (const id of sdkServices) process.env[`AWS_ENDPOINT_URL_${id}`] = await sdk.url;
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: "A", AWS_SECRET_ACCESS_KEY: "S", AWS_SESSION_TOKEN: "T" });
  const byUrn = new Map<string, Registered>();
  const config = { "aws:region": region, ...options.config };
  process.env.PULUMI_CONFIG_SECRET_KEYS = JSON.stringify(options.secretKeys ?? []);
  pulumi.runtime.setAllConfig(
    Object.fromEntries(Object.entries(config).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)])),
    options.secretKeys,
  );
  /** A provider reference consists of the provider's URN and ID. */
  const providerOf = (reference: string | undefined) => (reference ? byUrn.get(reference.split("::").slice(0, 4).join("::")) : undefined);
  /** The account ID that AWS would return for a provider: the account of the role that the provider assumes. */
  const accountOf = (reference: string | undefined) => {
    const provider = providerOf(reference);
    if (!provider) return hub;
    const role = /:iam::(\d{12}):role/.exec(JSON.stringify(provider.inputs.assumeRoles))?.[1] ?? hub;
    if (!String(provider.inputs.allowedAccountIds ?? role).includes(role)) throw rejected(`AWS account ID not allowed: ${role}`);
    if (options.unreachable?.includes(role)) throw rejected(`AccessDenied: sts:AssumeRole in account ${role}`);
    return role;
  };

  await pulumi.runtime.setMocks(
    {
      call: ({ token, inputs, provider }) => {
        const account = accountOf(provider);
        world.calls.push({ token, inputs: inputs as Record<string, unknown>, provider: providerOf(provider)?.name });
        const roleName = token === "aws:iam/getRole:getRole" ? String((inputs as { name: string }).name) : "";
        if (roleName.endsWith("-deploy")) {
          if (options.roleTags === "denied") throw rejected("AccessDenied: iam:GetRole");
          return {
            ...(inputs as object),
            arn: `arn:aws:iam::${account}:role/${roleName}`,
            ...(options.roleTags !== "absent" && {
              tags: options.roleTags ?? bootstrapTags(config, environmentName, { region, partition }),
            }),
          };
        }
        const answer = options.answers?.[token.split(":").at(-1)!];
        if (answer) {
          const found = answer(inputs as Record<string, unknown>);
          if (!found) throw rejected(`no matching ${token}`);
          return found;
        }
        switch (token) {
          case "aws:index/getCallerIdentity:getCallerIdentity":
            return {
              accountId: account,
              arn: `arn:${partition}:sts::${account}:assumed-role/Deployer/someone`,
              userId: "AROAEXAMPLE:someone",
            };
          case "aws:index/getRegion:getRegion":
            return { region, id: region };
          case "aws:index/getPartition:getPartition":
            return { partition, dnsSuffix: partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com" };
          case "aws:index/getAvailabilityZones:getAvailabilityZones":
            return { names: zones, zoneIds: zones.map((zone) => zoneIdOf(zone)), region, id: region };
          case "aws:ec2/getVpcEndpointService:getVpcEndpointService":
            return { ...(inputs as object), availabilityZones: zones };
          case "aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings":
            return { instanceTypes: (inputs as { filters: { values: string[] }[] }).filters[0]!.values };
          // No resource exists yet.
          case "aws:ec2/getVpcs:getVpcs":
          case "aws:ec2/getVpcPeeringConnections:getVpcPeeringConnections":
          case "aws:ec2/getNatGateways:getNatGateways":
            return { ids: [] };
          case "aws:iam/getPolicy:getPolicy":
            return { ...(inputs as object) };
          case "aws:cloudwatch/getLogGroups:getLogGroups":
            return { arns: [], logGroupNames: [] };
          case "aws:ssm/getParameter:getParameter":
          case "aws:ec2/getInternetGateway:getInternetGateway":
          case "aws:ec2/getVpnGateway:getVpnGateway":
          case "aws:route53/getZone:getZone":
            throw rejected(`no matching ${token}`);
          case "aws:ec2/getVpcDhcpOptions:getVpcDhcpOptions":
            return { domainName: `${region}.compute.internal`, domainNameServers: ["AmazonProvidedDNS"] };
          case "aws:iam/getSessionContext:getSessionContext":
            return { ...(inputs as object), issuerArn: deployer(account), issuerName: "Deployer" };
          default:
            throw new Error(`The mocks have no answer for ${token}: add one.`);
        }
      },
      newResource: ({ type, name, inputs, provider, custom }) => {
        if (type === "pulumi:pulumi:StackReference") {
          const found = options.stacks?.[name];
          if (!found) throw new Error(`unknown stack "${name}"`);
          // As in the engine, one secret output makes the whole object a secret.
          const { outputs: given, secretOutputNames = [] } = found;
          const outputs = Object.fromEntries(
            Object.entries(given).map(([key, value]) => [key, secretOutputNames.includes(key) ? pulumi.secret(value) : value]),
          );
          return { id: name, state: { name, outputs, secretOutputNames } };
        }
        const given = inputs as Record<string, unknown>;
        if (!custom) return { id: undefined, state: given };
        // At preview, the inputs and the bucket name that the provider generates are known.
        if (preview) return { id: undefined, state: type === "aws:s3/bucket:Bucket" ? { bucket: `${name}-0a1b2c3`, ...given } : given };
        const isReplaced = options.replaced?.has(`${type}::${name}`) ?? false;
        if (type === "pulumi:index:Stash")
          return { id: `${isReplaced ? "1b2c3d4e" : "0a1b2c3d"}-${name}`, state: { ...given, output: given.input } };
        const account = accountOf(provider);
        const identity = isReplaced ? `2-${name}` : name;
        const { id, ...rest } = identities[type]?.(identity, account, given) ?? {
          id: `${identity}-id`,
          arn: `arn:${partition}:mock:${region}:${account}:${identity}`,
        };
        return { id, state: { ...given, ...rest } };
      },
    },
    options.project,
    options.stack,
    preview,
    "organization",
  );

  // The SDK sends parents, sources, providers and retention to the engine and not to mocks, so they are read here.
  const monitor = pulumi.runtime.getMonitor() as unknown as MockMonitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request: Request, callback: (error: unknown, response: unknown) => void) =>
    register(request, (error: unknown, response: Response | undefined) => {
      if (response) {
        const sources: Registered["sources"] = {};
        request.getPropertydependenciesMap().forEach((value, key) => {
          sources[key] = value.getUrnsList().flatMap((urn) => byUrn.get(urn) ?? []);
        });
        const resource: Registered = {
          type: request.getType(),
          name: request.getName(),
          urn: response.getUrn(),
          custom: request.getCustom(),
          inputs: unwrapped(request.getObject().toJavaScript()) as Record<string, unknown>,
          outputs:
            response.getId() && !preview
              ? { ...(unwrapped(response.getObject().toJavaScript()) as Record<string, unknown>), id: response.getId() }
              : {},
          parent: byUrn.get(request.getParent()),
          provider: providerOf(request.getProvider())?.name,
          sources,
          dependencies: request.getDependenciesList().flatMap((urn) => byUrn.get(urn) ?? []),
          retainOnDelete: request.getRetainondelete() ?? false,
          options: optionsOf(request),
        };
        world.resources.push(resource);
        byUrn.set(resource.urn, resource);
      }
      callback(error, response);
    });
  return world;
}

/** The value of an output or promise; `UNKNOWN` when only an update determines the value. Rejects with its error. */
export async function settle<T>(value: pulumi.Input<T>): Promise<unknown> {
  // The SDK types omit this method. With an unknown value, `apply` never runs, so a promise around it never resolves.
  const output = pulumi.output(value) as unknown as { isKnown: Promise<boolean>; promise(): Promise<unknown> };
  return (await output.isKnown) ? output.promise() : UNKNOWN;
}

/** Waits for all resources, also for resources that no output depends on. The SDK types omit this function. */
export const waitForRegistrations = () => (pulumi.runtime as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs();

const root = path.resolve(__dirname, "..", "..");

/**
 * Runs a program of the repository, `environment` or `.`, as if for the first time, and waits until all resources are
 * registered. Returns the outputs of the program as plain values.
 */
export async function runProgram(folder: string): Promise<Record<string, unknown>> {
  const file = path.join(root, folder, "index.ts");
  delete require.cache[file];
  const exported =
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- a program runs when it is loaded
    (await (require(file) as Promise<Record<string, unknown>>).catch((error: Error) => {
      note(error.message.split("\n"));
      throw error;
    })) ?? {};
  const outputs = Object.fromEntries(
    await Promise.all(Object.entries(exported).map(async ([key, value]) => [key, await settle(value)] as const)),
  );
  await waitForRegistrations();
  return outputs;
}

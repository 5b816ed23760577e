// Determines with the installed AWS provider what a change of inputs does to a resource, without AWS calls.
import { type ChildProcess, spawn } from "node:child_process";
import * as path from "node:path";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as provider from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

type Properties = Record<string, unknown>;

/** A change of the inputs of a resource. */
export interface InputChange {
  type: string;
  name: string;
  id: string;
  before: Properties;
  /** Outputs of the resource before the change. */
  outputs: Properties;
  after: Properties;
  ignoreChanges?: string[];
}

/** What the provider does with a change. */
export interface ProviderDiff {
  /** Changed properties, without index. */
  changed: string[];
  /** Changed properties that require a replacement. */
  replaces: string[];
  deletesBeforeReplace: boolean;
}

export interface AwsProvider {
  diff(change: InputChange): Promise<ProviderDiff>;
  end(): void;
}

/** Schema versions of stored state. With an older version, the provider first migrates the state, which mocks do not have in full. */
const schemaVersions: Record<string, number> = {
  "aws:cloudwatch/eventRule:EventRule": 1,
  "aws:cloudwatch/eventTarget:EventTarget": 1,
  "aws:cloudwatch/metricAlarm:MetricAlarm": 1,
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": 1,
  "aws:ec2/flowLog:FlowLog": 1,
  "aws:ec2/securityGroup:SecurityGroup": 1,
  "aws:ec2/subnet:Subnet": 1,
  "aws:ec2/vpc:Vpc": 1,
  "aws:route53/record:Record": 2,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": 1,
  "aws:sagemaker/imageVersion:ImageVersion": 1,
  "aws:servicecatalog/principalPortfolioAssociation:PrincipalPortfolioAssociation": 1,
};
const storedMeta = (type: string) =>
  schemaVersions[type] ? { __meta: JSON.stringify({ schema_version: String(schemaVersions[type]) }) } : {};

/** Secrets and unknown values do not occur in the runs of programs under mocks. */
const struct = (properties: Properties) => Struct.fromJavaScript(JSON.parse(JSON.stringify(properties)) as never);

/** The plugin prints its port as the first line. */
const portOf = (child: ChildProcess) =>
  new Promise<string>((resolve, reject) => {
    child.once("error", reject).once("exit", (code) => reject(new Error(`The provider exited with code ${code}.`)));
    child.stdout!.once("data", (data: Buffer) => resolve(data.toString().trim()));
  });

const settings = {
  region: "eu-central-1",
  accessKey: "none",
  secretKey: "none",
  skipCredentialsValidation: true,
  skipRequestingAccountId: true,
  skipMetadataApiCheck: true,
  skipRegionValidation: true,
};

/** Starts the provider of a toolchain. */
export async function startAwsProvider(pulumiHome: string, version: string): Promise<AwsProvider> {
  const plugin = path.join(pulumiHome, "plugins", `resource-aws-v${version}`, "pulumi-resource-aws");
  // Without the address of an engine, the provider does not exit when no engine answers.
  const child = spawn(plugin, [], { stdio: ["ignore", "pipe", "inherit"] });
  const client = new ResourceProviderClient(`127.0.0.1:${await portOf(child)}`, grpc.credentials.createInsecure(), {
    "grpc.max_receive_message_length": 400 * 1024 * 1024,
  });
  type Method = (request: unknown, done: (error: Error | null, answer: unknown) => void) => void;
  const call = <T>(method: string, request: unknown) =>
    new Promise<T>((resolve, reject) =>
      (client as unknown as Record<string, Method>)[method]!.call(client, request, (error, answer) =>
        error ? reject(error) : resolve(answer as T),
      ),
    );

  const configure = new provider.ConfigureRequest();
  configure.setArgs(struct(Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, String(value)]))));
  configure.setAcceptsecrets(true);
  configure.setAcceptresources(true);
  await call("configure", configure);

  const checked = async (urn: string, olds: Properties, news: Properties) => {
    const request = new provider.CheckRequest();
    request.setUrn(urn);
    request.setOlds(struct(olds));
    request.setNews(struct(news));
    // Failures are ignored: required inputs can come from outputs that mocks do not return.
    const answer = await call<provider.CheckResponse>("check", request);
    return (answer.getInputs()?.toJavaScript() as Properties | undefined) ?? news;
  };
  return {
    async diff({ type, name, id, before, outputs, after, ignoreChanges = [] }) {
      const urn = `urn:pulumi:stack::project::${type}::${name}`;
      const [olds, news] = [await checked(urn, {}, before), await checked(urn, before, after)];
      const request = new provider.DiffRequest();
      request.setId(id);
      request.setUrn(urn);
      request.setOldInputs(struct(olds));
      request.setOlds(struct({ ...olds, ...outputs, ...storedMeta(type) }));
      request.setNews(struct(news));
      request.setIgnorechangesList(ignoreChanges);
      const answer = await call<provider.DiffResponse>("diff", request);
      return {
        changed: answer.getDiffsList().sort(),
        replaces: answer.getReplacesList().sort(),
        deletesBeforeReplace: answer.getDeletebeforereplace(),
      };
    },
    end() {
      client.close();
      child.kill();
    },
  };
}

// Previews and updates provisioned products in AWS. Makes no decisions.
import { roleCredentials } from "@cloister/components/aws/role-credentials";
import { artifactKey, type EngineRequest, stateKeys } from "@cloister/components/catalog/engine/names";
import { connectionSettings } from "../aws-settings";
import { type Session } from "../engine";
import { type Environment, FleetError, type Hub, type Version } from "./types";

type Where = Pick<Session, "env" | "world">;

/** A provisioned product, as AWS Service Catalog shows it. */
export interface Product {
  /** `AVAILABLE`, `UNDER_CHANGE`, `TAINTED`, `ERROR`, … */
  status: string;
  reason?: string | undefined;
  artifactId: string;
  launchRoleArn?: string | undefined;
  /** The last operation. An update with the same token is the same operation. */
  recordId: string;
}

/** What a preview of one environment shows. */
export type Preview = { state: "running" } | { state: "done"; changes: string } | { state: "failed"; reason: string };

/** The environments of the fleet. A call that fails rejects with the error from AWS. */
export interface FleetClient {
  /** `undefined` if the provisioned product does not exist. */
  product(environment: Environment): Promise<Product | undefined>;
  /** Starts the update, with the parameters of the last operation. With the same token, AWS starts it only once. */
  update(environment: Environment, version: Version, token: string): Promise<void>;
  /** Starts a preview. With the same name, it is started only once. Returns the ARN of the execution. */
  startPreview(environment: Environment, version: Version, request: { name: string; launchRoleArn: string }): Promise<string>;
  preview(executionArn: string): Promise<Preview>;
  /** Starts the release of the name of an environment, `fraud-dev`. Returns the ARN of the execution. */
  startRelease(environment: string, request: { account: string; name: string }): Promise<string>;
}

const isMissing = ({ name }: Error): boolean => name === "ResourceNotFoundException";

/** Credentials for an account. `undefined`: those of the shell. */
async function credentialsFor(where: Where, { account: hub, region }: Hub, account: string, through: string | undefined) {
  if (account === hub || through === undefined) return undefined;
  const sts = await import("@aws-sdk/client-sts");
  const caller = new sts.STSClient(connectionSettings(where, "sts", region));
  const { Arn } = await caller.send(new sts.GetCallerIdentityCommand({}));
  const RoleArn = `arn:${Arn!.split(":")[1]}:iam::${account}:role/${through}`;
  return roleCredentials(caller, { RoleArn, RoleSessionName: "cloister-fleet" });
}

/**
 * The S3 URI of the artifact of a version. AWS Service Catalog can return the URL of a copy instead.
 * Errors: `FleetError` for a version without a hash. Pure.
 */
function artifactPath({ artifactBucket }: Pick<Hub, "artifactBucket">, { name, hash }: Version): string {
  if (hash !== undefined) return `s3://${artifactBucket}/${artifactKey(hash)}`;
  throw new FleetError(`Version ${name} was not created by 'cloister catalog publish'. Publish it again.`);
}

/** The result of a build of the runner. `undefined`: the runner ended without one. Pure. */
export function previewIn(text: string | undefined): Preview {
  if (text === undefined)
    return { state: "failed", reason: "the runner ended without a result; the log of its build in AWS CodeBuild shows why" };
  const { status, reason, changes = "" } = JSON.parse(text) as { status: string; reason?: string; changes?: string };
  return status === "SUCCEEDED" ? { state: "done", changes } : { state: "failed", reason: reason ?? "the runner reported no reason" };
}

/**
 * Connects to AWS with the SDK, which is loaded here because it is large. `signal` aborts only calls that read.
 * `through`: role that is assumed in each account other than the hub's.
 */
export async function fleetClient(
  where: Where,
  hub: Hub,
  { through, signal }: { through?: string | undefined; signal?: AbortSignal } = {},
): Promise<FleetClient> {
  const [catalog, s3, states] = await Promise.all([
    import("@aws-sdk/client-service-catalog"),
    import("@aws-sdk/client-s3"),
    import("@aws-sdk/client-sfn"),
  ]);
  const store = new s3.S3Client({ ...connectionSettings(where, "s3", hub.region), ...(where.world && { forcePathStyle: true }) });
  const options = { abortSignal: signal };
  const machine = new states.SFNClient(connectionSettings(where, "states", hub.region));
  const clients = new Map<string, Promise<InstanceType<typeof catalog.ServiceCatalogClient>>>();
  const open = async (account: string) => {
    const credentials = await credentialsFor(where, hub, account, through);
    return new catalog.ServiceCatalogClient({
      ...connectionSettings(where, "servicecatalog", hub.region),
      ...(credentials && { credentials }),
    });
  };
  const clientOf = ({ account }: Environment) => {
    const client = clients.get(account) ?? open(account);
    clients.set(account, client);
    return client;
  };

  return {
    async product(environment) {
      try {
        const client = await clientOf(environment);
        const { ProvisionedProductDetail } = await client.send(
          new catalog.DescribeProvisionedProductCommand({ Id: environment.id }),
          options,
        );
        const { Status, StatusMessage, ProvisioningArtifactId, LaunchRoleArn, LastRecordId } = ProvisionedProductDetail!;
        return {
          status: Status!,
          reason: StatusMessage,
          artifactId: ProvisioningArtifactId!,
          launchRoleArn: LaunchRoleArn,
          recordId: LastRecordId!,
        };
      } catch (error) {
        if (isMissing(error as Error)) return undefined;
        throw error;
      }
    },
    async update(environment, version, token) {
      const client = await clientOf(environment);
      const { ProvisionedProductDetail } = await client.send(
        new catalog.DescribeProvisionedProductCommand({ Id: environment.id }),
        options,
      );
      // A product in several portfolios has several launch paths, of which the update must name one.
      const { RecordDetail } = await client.send(
        new catalog.DescribeRecordCommand({ Id: ProvisionedProductDetail!.LastProvisioningRecordId! }),
        options,
      );
      const launchPath = { ProductId: hub.productId, PathId: RecordDetail!.PathId };
      const { ProvisioningArtifactParameters = [] } = await client.send(
        new catalog.DescribeProvisioningParametersCommand({ ...launchPath, ProvisioningArtifactId: version.id }),
        options,
      );
      const known = ProvisioningArtifactParameters.map(({ ParameterKey }) => ParameterKey!);
      await client.send(
        new catalog.UpdateProvisionedProductCommand({
          ...launchPath,
          ProvisionedProductId: environment.id,
          ProvisioningArtifactId: version.id,
          ProvisioningParameters: known.filter((Key) => Key in environment.parameters).map((Key) => ({ Key, UsePreviousValue: true })),
          UpdateToken: token,
        }),
      );
    },
    startPreview({ account, id, name: product, parameters, tags }, version, { name, launchRoleArn }) {
      const input: EngineRequest = {
        operation: "PREVIEW",
        token: "",
        recordId: name,
        provisionedProductId: id,
        provisionedProductName: product,
        productId: hub.productId,
        artifactId: version.id,
        artifactPath: artifactPath(hub, version),
        launchRoleArn,
        accountId: account,
        parameters,
        tags,
        attempt: 0,
      };
      return start(input);
    },
    startRelease: (environment, { account, name }) =>
      start({
        operation: "RELEASE",
        token: "",
        recordId: name,
        provisionedProductId: "",
        provisionedProductName: "",
        productId: hub.productId,
        artifactId: "",
        launchRoleArn: "",
        accountId: account,
        parameters: { environment },
        tags: {},
        attempt: 0,
      }),
    async preview(executionArn) {
      const { status, output, cause } = await machine.send(new states.DescribeExecutionCommand({ executionArn }), options);
      if (status === "RUNNING" || status === "PENDING_REDRIVE") return { state: "running" };
      if (status !== "SUCCEEDED") return { state: "failed", reason: cause ?? `the execution is ${status}` };
      const { request } = JSON.parse(output!) as { request: Pick<EngineRequest, "recordId" | "attempt"> };
      return previewIn(await resultText(stateKeys.result(request.recordId, request.attempt)));
    },
  };

  async function start(input: EngineRequest): Promise<string> {
    const { executionArn } = await machine.send(
      new states.StartExecutionCommand({ stateMachineArn: hub.stateMachineArn, name: input.recordId, input: JSON.stringify(input) }),
    );
    return executionArn!;
  }

  async function resultText(Key: string): Promise<string | undefined> {
    try {
      const { Body } = await store.send(new s3.GetObjectCommand({ Bucket: hub.stateBucket, Key }), options);
      return await Body!.transformToString();
    } catch (error) {
      if ((error as Error).name === "NoSuchKey") return undefined;
      throw error;
    }
  }
}

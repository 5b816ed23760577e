// Runs the operations on provisioned products: in CloudFormation, or at the external engine of the owner of the product.
import { AwsError } from "../../aws-error";
import { servicePrincipals, statementsOf } from "../../iam";
import { type Caller } from "../../service";
import {
  accountOf,
  type Artifact,
  type Catalog,
  given,
  invalid,
  type Item,
  type Output,
  type Product,
  type Provisioned,
  type Tag,
} from "./state";
import { bucketOf } from "./templates";

/** The result of an operation. */
export interface Result {
  /** Status of the provisioned product, or its deletion. */
  status: "AVAILABLE" | "TAINTED" | "ERROR" | "deleted";
  /** Reason for a failure. */
  error?: { code: string; message: string };
  outputs?: Output[];
  physicalId?: string;
}

export type Action = "PROVISION_PRODUCT" | "UPDATE_PROVISIONED_PRODUCT" | "TERMINATE_PROVISIONED_PRODUCT";

/** Everything that an engine needs. */
export interface Task {
  action: Action;
  provisioned: Provisioned;
  product: Product;
  artifact: Artifact;
  recordId: string;
  /** ARN of the role of the launch constraint. */
  role?: string;
  template: string;
  /** The parameters in the request, each with a new or with its previous value. */
  parameters: { Key?: string; Value?: string; UsePreviousValue?: boolean }[];
  tags: Tag[];
}

/** The session of a launch role, or the caller without one. Source: CloudTrail events of launches with a launch constraint. */
export function launcher({ caller, partition }: Catalog, role: string | undefined): Caller {
  if (role === undefined) return caller;
  const account = accountOf(role);
  const arn = `arn:${partition}:sts::${account}:assumed-role/${role.split("/").at(-1)!}/servicecatalog`;
  return { account, region: caller.region, accessKeyId: "ASIASERVICECATALOG00", arn };
}

interface StackView {
  StackId: string;
  StackStatus: string;
  StackStatusReason?: string;
  Outputs?: Output[];
}

type Cloudformation = (operation: string, input: Record<string, unknown>) => Promise<Record<string, unknown>>;

/** The stack after its change, or `undefined` if it does not exist. */
async function settled(cloudformation: Cloudformation, StackName: string): Promise<StackView | undefined> {
  try {
    for (;;) {
      const [stack] = (await cloudformation("DescribeStacks", { StackName })).Stacks as StackView[];
      if (!stack!.StackStatus.endsWith("_IN_PROGRESS")) return stack;
    }
  } catch (error) {
    if (error instanceof AwsError && error.code === "ValidationError") return undefined;
    throw error;
  }
}

const failure = (status: Result["status"], code: string, message: string): Result => ({
  status,
  error: { code, message: `AmazonCloudFormationException ${message}` },
});

function outcome(stack: StackView | undefined, failed: Result["status"]): Result {
  if (!stack) return failure(failed, "StackNotFound", "The stack does not exist.");
  if (!/^(CREATE|UPDATE)_COMPLETE$/.test(stack.StackStatus))
    return failure(failed, stack.StackStatus, stack.StackStatusReason ?? stack.StackStatus);
  const arn = {
    OutputKey: "CloudformationStackARN",
    OutputValue: stack.StackId,
    Description: "The ARN of the launched Cloudformation Stack",
  };
  return { status: "AVAILABLE", physicalId: stack.StackId, outputs: [...(stack.Outputs ?? []), arn] };
}

const stackInput = ({ template, parameters, tags }: Task, StackName: string) => ({
  StackName,
  TemplateBody: template,
  Parameters: parameters.map(({ Key, Value, UsePreviousValue }) =>
    UsePreviousValue === true ? { ParameterKey: Key, UsePreviousValue } : { ParameterKey: Key, ParameterValue: Value ?? "" },
  ),
  Tags: tags,
  Capabilities: ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
});

const actions: Record<Action, (task: Task, StackName: string, cloudformation: Cloudformation) => Promise<Result>> = {
  async PROVISION_PRODUCT(task, StackName, cloudformation) {
    await cloudformation("CreateStack", stackInput(task, StackName));
    return outcome(await settled(cloudformation, StackName), "ERROR");
  },
  async UPDATE_PROVISIONED_PRODUCT(task, StackName, cloudformation) {
    try {
      await cloudformation("UpdateStack", stackInput(task, StackName));
    } catch (error) {
      if (!(error instanceof AwsError) || error.message !== "No updates are to be performed.") throw error;
    }
    return outcome(await settled(cloudformation, StackName), "TAINTED");
  },
  async TERMINATE_PROVISIONED_PRODUCT(_task, StackName, cloudformation) {
    await cloudformation("DeleteStack", { StackName });
    const stack = await settled(cloudformation, StackName);
    return stack ? failure("TAINTED", stack.StackStatus, stack.StackStatusReason ?? stack.StackStatus) : { status: "deleted" };
  },
};

/** Runs an operation in CloudFormation, as the launch role. */
export async function runStack(context: Catalog, task: Task): Promise<Result> {
  const { action, provisioned, role } = task;
  const as = launcher(context, role);
  const cloudformation: Cloudformation = (operation, input) => context.asClient("cloudformation", operation, input, as);
  try {
    return await actions[action](task, `SC-${provisioned.account}-${provisioned.detail.Id}`, cloudformation);
  } catch (error) {
    if (!(error instanceof AwsError) || error.code.startsWith("Sandbox")) throw error;
    return failure(action === "PROVISION_PRODUCT" ? "ERROR" : "TAINTED", error.code, error.message);
  }
}

/** The queues of an external engine, and the names of the operations in its messages. Source: AWS Service Catalog "External engine". */
const queues: Record<Action, { queue: string; operation: string }> = {
  PROVISION_PRODUCT: { queue: "ServiceCatalogExternalProvisionOperationQueue", operation: "PROVISION_PRODUCT" },
  UPDATE_PROVISIONED_PRODUCT: { queue: "ServiceCatalogExternalUpdateOperationQueue", operation: "UPDATE_PROVISION_PRODUCT" },
  TERMINATE_PROVISIONED_PRODUCT: { queue: "ServiceCatalogExternalTerminateOperationQueue", operation: "TERMINATE_PROVISION_PRODUCT" },
};

export const artifactPath = ({ info }: Artifact) => {
  const location = bucketOf(info.TemplateUrl ?? "");
  return { path: location ? `s3://${location.Bucket}/${location.Key}` : (info.TemplateUrl ?? ""), type: "AWS_S3" };
};

function message(context: Catalog, task: Task, token: string): object {
  const { action, provisioned, product, artifact, recordId, role, parameters, tags } = task;
  const { detail, account } = provisioned;
  const common = {
    token,
    operation: queues[action].operation,
    provisionedProductId: detail.Id,
    provisionedProductName: detail.Name,
    recordId,
    launchRoleArn: role,
    identity: { principal: context.caller.arn, awsAccountId: account, organizationId: "o-cloister000" },
  };
  if (action === "TERMINATE_PROVISIONED_PRODUCT") return common;
  return {
    ...common,
    productId: product.summary.ProductId,
    provisioningArtifactId: artifact.detail.Id,
    artifact: artifactPath(artifact),
    parameters: parameters.map(({ Key, Value }) => ({ key: Key, value: Value })),
    tags: tags.map(({ Key, Value }) => ({ key: Key, value: Value })),
  };
}

/** Service Catalog in the account of the owner of a product. */
export const serviceCaller = ({ caller }: Catalog, account: string): Caller => ({
  account,
  region: caller.region,
  accessKeyId: "ASIASERVICECATALOG00",
  arn: "servicecatalog.amazonaws.com",
});

const allowsService = (policy: unknown): boolean =>
  (statementsOf(String(policy ?? "")) ?? []).some(
    (statement) => statement.Effect === "Allow" && servicePrincipals(statement).includes("servicecatalog.amazonaws.com"),
  );

/** Sends an operation to the external engine in the account of the owner. The result follows in a call of the engine. */
export async function sendToEngine(context: Catalog, task: Task, token: string): Promise<Result | "sent"> {
  const as = serviceCaller(context, accountOf(task.product.arn));
  const sqs = (operation: string, input: Record<string, unknown>) => context.asClient("sqs", operation, input, as);
  const failed = (reason: string): Result => ({
    status: task.action === "PROVISION_PRODUCT" ? "ERROR" : "TAINTED",
    error: { code: "EngineUnavailable", message: reason },
  });
  const { queue } = queues[task.action];
  try {
    const { QueueUrl } = await sqs("GetQueueUrl", { QueueName: queue });
    const { Attributes } = (await sqs("GetQueueAttributes", { QueueUrl, AttributeNames: ["Policy"] })) as {
      Attributes?: { Policy?: string };
    };
    if (!allowsService(Attributes?.Policy)) return failed(`The policy of the queue ${queue} does not allow servicecatalog.amazonaws.com.`);
    await sqs("SendMessage", { QueueUrl, MessageBody: JSON.stringify(message(context, task, token)) });
    return "sent";
  } catch (error) {
    if (!(error instanceof AwsError) || error.code.startsWith("Sandbox")) throw error;
    return failed(`The queue ${queue} of account ${as.account} cannot be used: ${error.message}`);
  }
}

interface ParserOutput {
  parameters?: { key: string; type: string; defaultValue?: string; description?: string; isNoEcho?: boolean }[];
  errorType?: string;
  errorMessage?: string;
}

/** The function of an external engine that reads parameters. Source: AWS Service Catalog "External engine". */
const parser = "ServiceCatalogExternalParameterParser";

/** The parameters of a version of type EXTERNAL, which a function of the engine reads. */
export async function engineParameters(context: Catalog, product: Product, artifact: Artifact, role?: string): Promise<Item[]> {
  const as = serviceCaller(context, accountOf(product.arn));
  const lambda = (operation: string, input: Record<string, unknown>) => context.asClient("lambda", operation, input, as);
  // Error text: aws-samples/service-catalog-engine-for-terraform-os issue 53.
  const failed = (reason: string) => invalid(`Error occurred during parameter parsing: ${reason}`);
  try {
    const { Policy } = await lambda("GetPolicy", { FunctionName: parser });
    if (!allowsService(Policy)) throw failed(`the policy of the function ${parser} does not allow servicecatalog.amazonaws.com`);
    const Payload = JSON.stringify({ artifact: artifactPath(artifact), launchRoleArn: role });
    const output = JSON.parse(String((await lambda("Invoke", { FunctionName: parser, Payload })).Payload)) as ParserOutput;
    if (output.errorMessage !== undefined) throw failed(output.errorMessage);
    return (output.parameters ?? []).map(({ key, type, defaultValue, description, isNoEcho = false }) =>
      given({ ParameterKey: key, ParameterType: type, DefaultValue: defaultValue, Description: description, IsNoEcho: isNoEcho }),
    );
  } catch (error) {
    if (error instanceof AwsError && error.code === "ResourceNotFoundException")
      throw failed(`account ${as.account} has no function ${parser} that servicecatalog.amazonaws.com can invoke`);
    throw error;
  }
}

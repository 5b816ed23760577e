import { AwsError } from "../aws-error";
import { type EventSources } from "../event-sources";
import { type FunctionConfiguration, type Functions } from "../functions";
import { type Patch, type PatchCall, patchedService } from "../service";
import { requestFor } from "../wire/call-moto";
import { loadModel } from "../model";

interface Code {
  ZipFile?: string;
  S3Bucket?: string;
  S3Key?: string;
  S3ObjectVersion?: string;
}

const invalid = (message: string) => new AwsError("InvalidParameterValueException", message);

/** The archive with the code in a request: in the request, or in S3. */
async function archiveOf(
  call: PatchCall,
  { ZipFile, S3Bucket, S3Key, S3ObjectVersion }: Code,
  models: string,
): Promise<Buffer | undefined> {
  if (ZipFile !== undefined) return Buffer.from(ZipFile, "base64");
  if (S3Bucket === undefined) return undefined;
  // moto stores the hash of the newest version.
  if (S3ObjectVersion !== undefined) throw invalid("The sandbox does not support 'S3ObjectVersion' yet.");
  const request = requestFor(loadModel(models, "s3"), call.caller, "GetObject", { Bucket: S3Bucket, Key: S3Key });
  const { status, body } = await call.send(request);
  if (status >= 300)
    throw invalid(`Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.`);
  return body;
}

/** Bytes of all environment variables as JSON. Source: AWS Lambda quotas. */
const longestEnvironment = 4096;

/** Error text: github-aws-runners/terraform-aws-github-runner issue 3594. */
function environmentFits({ Environment }: Record<string, unknown>): void {
  const text = JSON.stringify((Environment as { Variables?: object } | undefined)?.Variables ?? {});
  if (Buffer.byteLength(text) > longestEnvironment)
    throw invalid(
      `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: ${text}`,
    );
}

/** A message must stay invisible at least as long as its function can run. Error text: hashicorp/terraform-provider-aws issue 18099. */
async function timeoutFits({ input, moto }: PatchCall): Promise<void> {
  const { EventSourceArn, FunctionName } = input as { EventSourceArn?: string; FunctionName?: string };
  if (EventSourceArn === undefined || FunctionName === undefined || !EventSourceArn.includes(":sqs:")) return;
  const { QueueUrl } = await moto("sqs", "GetQueueUrl", { QueueName: EventSourceArn.split(":").at(-1) }).catch(() => {
    throw invalid(`Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue.`);
  });
  const { Attributes } = await moto("sqs", "GetQueueAttributes", { QueueUrl, AttributeNames: ["VisibilityTimeout"] });
  const { Timeout = 3 } = (await moto("lambda", "GetFunctionConfiguration", { FunctionName })) as { Timeout?: number };
  const visible = Number((Attributes as { VisibilityTimeout: string }).VisibilityTimeout);
  if (visible < Timeout) throw invalid(`Queue visibility timeout: ${visible} seconds is less than Function timeout: ${Timeout} seconds`);
}

/** Functions, whose code the sandbox runs. moto answers all operations but the invocations. */
export const lambda = (functions: Functions, eventSources: EventSources, models: string) => {
  const readCode = (archive: Buffer) => {
    try {
      return functions.read(archive);
    } catch {
      throw invalid("Could not unzip uploaded file. Please check your file, then try to upload again.");
    }
  };
  const withCode =
    (codeOf: (input: Record<string, unknown>) => Code): Patch =>
    async (call) => {
      const archive = await archiveOf(call, codeOf(call.input), models);
      const store = archive && readCode(archive);
      const answer = await call.forward();
      if (answer.status < 300) store?.();
      return answer;
    };

  const withEnvironment =
    (patch: Patch): Patch =>
    (call) => {
      environmentFits(call.input);
      return patch(call);
    };

  /** Runs the code of a function. An event is answered before the function ends. */
  const invoke: Patch = async (call) => {
    const { FunctionName, InvocationType = "RequestResponse" } = call.input;
    const configuration = await call.moto("lambda", "GetFunctionConfiguration", { FunctionName });
    const { Runtime = "" } = configuration as { Runtime?: string };
    if (!Runtime.startsWith("nodejs")) throw invalid(`The sandbox runs only functions for Node.js, not for '${Runtime}'.`);
    const event = call.request.body.toString() || "{}";
    const isJson = (text: string) => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    };
    if (!isJson(event)) throw new AwsError("InvalidRequestContentException", "Could not parse request body into json.");
    const headers = { "content-type": "application/json", "x-amz-executed-version": "$LATEST" };
    if (InvocationType === "DryRun") return { status: 204, headers, body: Buffer.alloc(0) };
    const typed = configuration as unknown as FunctionConfiguration;
    const { ReservedConcurrentExecutions } = await call.moto("lambda", "GetFunctionConcurrency", { FunctionName });
    const limit = ReservedConcurrentExecutions as number | null;
    if (InvocationType === "Event") {
      functions.invokeLater(typed, event, limit).catch((error: unknown) => console.error(error));
      return { status: 202, headers, body: Buffer.alloc(0) };
    }
    // Error text: AWS Lambda "Lambda function scaling".
    if (functions.isBusy(typed, limit)) throw new AwsError("TooManyRequestsException", "Rate Exceeded.", 429);
    const { payload, error, log } = await functions.invoke(typed, event);
    return {
      status: 200,
      headers: {
        ...headers,
        ...(error && { "x-amz-function-error": error }),
        ...(call.input.LogType === "Tail" && { "x-amz-log-result": Buffer.from(log).toString("base64") }),
      },
      body: Buffer.from(payload),
    };
  };

  const map: Patch = async (call) => {
    await timeoutFits(call);
    const answer = await call.forward();
    if (answer.status < 300) eventSources.wake(call.caller);
    return answer;
  };

  return patchedService({
    scope: "lambda",
    model: "lambda",
    leftovers: [{ type: "Function", operation: "ListFunctions", list: "Functions", id: "FunctionName" }],
    patches: {
      CreateFunction: withEnvironment(withCode(({ Code: code }) => (code ?? {}) as Code)),
      UpdateFunctionConfiguration: withEnvironment((call) => call.forward()),
      UpdateFunctionCode: withCode((input) => input as Code),
      Invoke: invoke,
      CreateEventSourceMapping: map,
      UpdateEventSourceMapping: map,
    },
  });
};

// Deploys and destroys one environment with Pulumi, in a separate folder.
import { type Progress } from "@cloister/common";
import { type RunnerRequest } from "@cloister/components/catalog/engine/names";
import { type Artifact } from "@cloister/components/catalog/runtime/artifact";
import { stackOf } from "@cloister/components/catalog/runtime/request";
import { LocalWorkspace, PulumiCommand, type Stack } from "@pulumi/pulumi/automation";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse, parseDocument } from "yaml";
import { destroyStack } from "../destroy";
import { drain, drainSources } from "../drain";
import { changesText, deployStack, previewStack, type Session, stackResources, type StateResource } from "../engine";
import { type Interrupt } from "../interrupt";
import { root, type StackPlan } from "../stacks";
import { type RunnerClients } from "./clients";
import { coreCopy } from "./core-copy";
import { type StackFile } from "./kept-file";
import { readInCopy } from "./resume/copy";
import { resume } from "./resume/resume";
import { searchIn } from "./resume/search";
import { type EnvironmentStack } from "./runner";
import { coreFor, launchRoleOf, settingsText } from "./settings";

const project = "cloister-environment";

export interface StackContext {
  /** Folder of this run. */
  dir: string;
  clients: Pick<RunnerClients, "objects" | "credentialsOf">;
  stateBucket: string;
  /** `arn:…:key/…` */
  stateKeyArn: string;
  region: string;
  env: Record<string, string>;
  progress: Progress;
  interrupt: Interrupt;
}

/** Backend and secrets provider of all stacks. Source: Pulumi "State and backends"; gocloud.dev `s3blob` and `awskms`. */
const environmentFor = ({ env, stateBucket, region }: StackContext): Record<string, string> => ({
  ...env,
  PULUMI_BACKEND_URL: `s3://${stateBucket}?region=${region}&use_path_style=true`,
  PULUMI_SKIP_UPDATE_CHECK: "true",
});
const secretsProviderOf = ({ stateKeyArn, region }: StackContext) => `awskms:///${stateKeyArn}?region=${region}`;

const partitionOf = (arn: string) => arn.split(":")[1]!;

/** A termination retains these. The home file system of a domain is not a resource of the stack. */
const isData = ({ type, retainOnDelete }: StateResource) =>
  type === "aws:sagemaker/domain:Domain" || (type === "aws:s3/bucket:Bucket" && retainOnDelete === true);

/** Errors: errors of Pulumi. */
export async function openEnvironmentStack(
  request: RunnerRequest,
  file: StackFile,
  artifact: Artifact | undefined,
  context: StackContext,
): Promise<EnvironmentStack> {
  const { progress, interrupt } = context;
  const command = await PulumiCommand.get();
  const name = stackOf(request);
  const dir = path.join(context.dir, "environment");
  fs.mkdirSync(dir, { recursive: true });
  const document = parseDocument(fs.readFileSync(path.join(root, "environment", "Pulumi.yaml"), "utf8"));
  document.set("main", path.join(root, "environment"));
  fs.writeFileSync(path.join(dir, "Pulumi.yaml"), document.toString());
  const settingsFile = path.join(dir, `Pulumi.${name}.yaml`);
  const secretsProvider = secretsProviderOf(context);
  // A build can end after the stack exists, and before the file with its key is in the state bucket.
  fs.writeFileSync(settingsFile, settingsText({ secretsprovider: secretsProvider, ...file }));

  const policies = path.join(context.dir, "policies.json");
  const hasPolicies = artifact !== undefined && Object.keys(artifact.policies).length > 0;
  if (hasPolicies) fs.writeFileSync(policies, JSON.stringify(artifact.policies));
  const session: Session = {
    env: environmentFor(context),
    policyPack: path.join(root, "policy-pack"),
    ...(hasPolicies && { policyPackConfig: policies }),
    command,
    credentials: context.clients.credentialsOf(launchRoleOf(request, file.config)),
  };
  const plan: StackPlan = { id: `${project}/${name}`, project, folder: "environment", stack: name, settingsFile, reads: [] };
  const options = { progress, interrupt, program: dir };
  const stack: Stack = await LocalWorkspace.createOrSelectStack(
    { stackName: name, workDir: dir },
    { workDir: dir, pulumiCommand: command, envVars: session.env, secretsProvider },
  );
  if (artifact) {
    // The first stack writes the format of the backend, which an object before it would decide otherwise.
    const { key, body } = coreCopy(coreFor(request, artifact));
    await context.clients.objects.create({ bucket: context.stateBucket, key }, body);
  }

  const { accountId, provisionedProductId } = request;
  const { environment } = launchRoleOf(request, file.config);
  const { region } = context;
  return {
    cancel: () => stack.cancel(),
    resume: () =>
      resume({
        stack,
        read: (state, urns) =>
          readInCopy(state, urns, {
            dir,
            folder: path.join(context.dir, "copy"),
            stackName: name,
            command,
            env: session.env,
            secretsProvider,
          }),
        context: { accountId, region, partition: partitionOf(request.launchRoleArn) },
        provisionedProductId,
        environment,
        search: searchIn({ session, region, provisionedProductId, environment, accountId }),
        log: (text) => progress.note(text),
        isInterrupted: () => interrupt.signal.aborted,
      }),
    file: () => parse(fs.readFileSync(settingsFile, "utf8")) as StackFile,
    deploy: async () => (await deployStack(session, plan, options)).outputs,
    hasData: async () => (await stackResources(session, plan, options)).some(isData),
    preview: async () => changesText((await previewStack(session, plan, options)).changes),
    async destroy(beforeRemoval) {
      const sources = { ...drainSources(session, interrupt), resources: () => stackResources(session, plan, options) };
      await drain(sources, [plan], { names: [plan.id], all: true, yes: true, progress, interrupt });
      await destroyStack(session, plan, options);
      await beforeRemoval();
      await stack.workspace.removeStack(name);
    },
  };
}

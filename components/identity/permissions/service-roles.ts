// What each service role is permitted to do. Pure.
import { arnsIn } from "../../aws/context";
import { type Permission } from "../../aws/policy-document";
import { grantKeys, joinNetwork, pullImages, readParameters, useKeys, useObjects, writeLogs, writeMetrics } from "./data";
import { capturePrefix, type EnvironmentFacts, type ModelFacts, type RoleInputs } from "./facts";
import { allow, sagemaker } from "./permission";
import { createResources, invokeEndpoints, neverApprove, passRoles, readResources, useSpaces } from "./sagemaker";

/** Studio, notebook instances and jobs: data, and everything that models are built with. */
const workWithData = (facts: EnvironmentFacts): Permission[] => [
  ...useObjects("Data", "the buckets of the environment", [facts.dataBucketArn, facts.modelBucketArn], true),
  useKeys(facts, ["s3", "sagemaker", "ec2", "elasticfilesystem"], true),
  grantKeys(facts),
  ...readResources(facts),
  ...createResources(facts),
  invokeEndpoints(facts),
  ...neverApprove,
  readParameters(facts),
  writeLogs(facts),
  writeMetrics,
  ...joinNetwork(facts),
  ...pullImages(facts),
];

const passWorkRoles = ({ selfArn, pipelineRoleArn, modelRoleArn }: Pick<RoleInputs, "selfArn" | "pipelineRoleArn" | "modelRoleArn">) =>
  passRoles("itself, the pipeline role and the model role", [selfArn, pipelineRoleArn, modelRoleArn]);

/** Studio, and the jobs that users start in it. */
export const executionPermissions = (input: Pick<RoleInputs, "facts" | "selfArn" | "pipelineRoleArn" | "modelRoleArn">): Permission[] => [
  ...workWithData(input.facts),
  ...useSpaces(input.facts),
  passWorkRoles(input),
];

/** A notebook instance: the same without Studio, and it can stop itself. */
export const notebookPermissions = (
  input: Pick<RoleInputs, "facts" | "selfArn" | "pipelineRoleArn" | "modelRoleArn" | "notebookName">,
): Permission[] => [
  ...workWithData(input.facts),
  passWorkRoles(input),
  allow("Stop its own notebook instance when it is idle.", {
    Sid: "StopItself",
    Action: sagemaker("DescribeNotebookInstance", "StopNotebookInstance"),
    // SageMaker writes the name in lower case in this ARN.
    Resource: arnsIn(input.facts, "sagemaker", `notebook-instance/${input.notebookName.toLowerCase()}`),
  }),
];

/** SageMaker Pipelines: starts the steps, which run under an execution role, and reads what the steps exchange. */
export const pipelinePermissions = ({
  facts,
  executionRoleArns,
  modelRoleArn,
}: Pick<RoleInputs, "facts" | "executionRoleArns" | "modelRoleArn">): Permission[] => [
  ...useObjects("Data", "the buckets of the environment", [facts.dataBucketArn, facts.modelBucketArn], false),
  useKeys(facts, ["s3", "sagemaker"], false),
  grantKeys(facts),
  ...readResources(facts),
  ...createResources(facts),
  ...neverApprove,
  passRoles("the execution roles and the model role", [...executionRoleArns, modelRoleArn]),
  ...joinNetwork(facts),
  ...pullImages(facts),
];

/** A hosted model: reads its artifact, pulls its image, writes logs and metrics, and captures requests and responses. */
export const modelPermissions = (facts: ModelFacts): Permission[] => [
  ...useObjects("Models", "the bucket of models", facts.bucketArns, false),
  ...(facts.captureArn === undefined
    ? []
    : [
        allow(`Write captured requests and responses below ${capturePrefix}/ of the data bucket.`, {
          Sid: "Capture",
          Action: "s3:PutObject",
          Resource: facts.captureArn,
        }),
      ]),
  useKeys(facts, ["s3"], facts.captureArn !== undefined),
  writeLogs(facts),
  writeMetrics,
  ...joinNetwork(facts),
  ...pullImages(facts),
];

/** The models of one environment. */
export const environmentModelPermissions = ({ facts }: Pick<RoleInputs, "facts">): Permission[] =>
  modelPermissions({ ...facts, bucketArns: [facts.modelBucketArn], captureArn: `${facts.dataBucketArn}/${capturePrefix}/*` });

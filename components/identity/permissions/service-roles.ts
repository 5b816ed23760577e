// Defines the permissions of each service role. Pure.
import { arnsIn } from "../../aws/context";
import { type Permission } from "../../aws/policy-document";
import {
  grantKeys,
  inAccount,
  joinNetwork,
  pullImages,
  readOwnLogs,
  readParametersInside,
  useKeys,
  useObjects,
  writeEndpointLogs,
  writeNotebookLogs,
  writeStudioLogs,
  writeMetrics,
} from "./data";
import { capturePrefix, type EnvironmentFacts, type ModelFacts, type PeopleNetwork, type RoleInputs } from "./facts";
import { allow, sagemaker, throughVpc } from "./permission";
import { createResources, invokeEndpoints, passRoles, readResources, reserveSpaces, runSteps, useSpaces } from "./sagemaker";

/** Permissions for Studio, notebook instances and jobs: to use data, and to build models. */
const workWithData = (facts: EnvironmentFacts, network: PeopleNetwork, createFrom = network): Permission[] => [
  ...useObjects("Data", "the environment's buckets", [facts.dataBucketArn, facts.modelBucketArn], true, facts),
  useKeys(facts, ["s3", "sagemaker", "ec2", "elasticfilesystem"], true),
  grantKeys(facts),
  ...readResources(facts, network),
  ...createResources(facts, createFrom),
  invokeEndpoints(facts),
  readParametersInside(facts),
  readOwnLogs(facts),
  writeMetrics,
  ...joinNetwork(facts),
  ...pullImages(facts),
];

const passWorkRoles = ({ selfArn, pipelineRoleArn, modelRoleArn }: Pick<RoleInputs, "selfArn" | "pipelineRoleArn" | "modelRoleArn">) =>
  passRoles("the role itself, the pipeline role and the model role", [selfArn, pipelineRoleArn, modelRoleArn]);

/** Permissions for Studio, and for the jobs that users start in Studio. */
export const executionPermissions = (
  input: Pick<RoleInputs, "facts" | "peopleNetwork" | "openApps" | "selfArn" | "pipelineRoleArn" | "modelRoleArn">,
): Permission[] => [
  ...workWithData(input.facts, input.peopleNetwork),
  ...useSpaces(input.facts, input.peopleNetwork, input.openApps),
  reserveSpaces(input.facts),
  ...writeStudioLogs(input.facts),
  passWorkRoles(input),
];

/** Permissions for a notebook instance: the same without Studio, plus permission to stop the instance. */
export const notebookPermissions = (
  input: Pick<RoleInputs, "facts" | "peopleNetwork" | "selfArn" | "pipelineRoleArn" | "modelRoleArn" | "notebookName" | "notebookOwner">,
): Permission[] => [
  // A notebook instance calls SageMaker only from inside the network, so `people.network` does not apply.
  ...workWithData(input.facts, "vpc", input.peopleNetwork),
  ...writeNotebookLogs(input.facts),
  passWorkRoles(input),
  allow("Stop its own notebook instance when the instance is idle, only through the environment's VPC endpoints.", {
    Sid: "StopItself",
    Action: sagemaker("DescribeNotebookInstance", "StopNotebookInstance"),
    // SageMaker writes the name in lower case in this ARN.
    Resource: arnsIn(input.facts, "sagemaker", `notebook-instance/${input.notebookName.toLowerCase()}`),
    Condition: throughVpc(
      input.facts,
      input.notebookOwner === undefined
        ? {}
        : { "aws:ResourceTag/cloister:environment": input.facts.environment, "aws:ResourceTag/cloister:person": input.notebookOwner },
    ),
  }),
];

/** Permissions for SageMaker Pipelines: to start steps under an execution role, and to read the data they exchange. */
export const pipelinePermissions = ({
  facts,
  executionRoleArn,
  modelRoleArn,
}: Pick<RoleInputs, "facts" | "executionRoleArn" | "modelRoleArn">): Permission[] => [
  ...useObjects("Data", "the environment's buckets", [facts.dataBucketArn, facts.modelBucketArn], false, facts),
  useKeys(facts, ["s3", "sagemaker"], false),
  grantKeys(facts),
  ...runSteps(facts),
  passRoles("the shared execution role and the model role", [executionRoleArn, modelRoleArn]),
];

/** Permissions for a hosted model: to read artifacts, pull images, write logs and metrics, and capture data. */
export const modelPermissions = (facts: ModelFacts): Permission[] => [
  ...useObjects("Models", "the model bucket", facts.bucketArns, false, facts),
  ...(facts.captureArn === undefined
    ? []
    : [
        allow(`Write captured requests and responses under ${capturePrefix}/ in the data bucket.`, {
          Sid: "Capture",
          Action: "s3:PutObject",
          Resource: facts.captureArn,
          Condition: inAccount(facts.accountId),
        }),
      ]),
  useKeys(facts, ["s3"], facts.captureArn !== undefined),
  ...writeEndpointLogs(facts),
  writeMetrics,
  ...joinNetwork(facts),
  ...pullImages(facts),
];

/** Permissions for the models of one environment. */
export const environmentModelPermissions = ({ facts }: Pick<RoleInputs, "facts">): Permission[] =>
  modelPermissions({ ...facts, bucketArns: [facts.modelBucketArn], captureArn: `${facts.dataBucketArn}/${capturePrefix}/*` });

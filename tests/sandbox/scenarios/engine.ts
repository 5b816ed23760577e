// Operations of the engine of AWS Service Catalog: builds and functions.
import { strToU8, zipSync } from "fflate";
import { type Scenario } from "../scenario";

const trust = (service: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });
const account = "111122223333";
const project = {
  name: "runner-${run}",
  source: { type: "NO_SOURCE", buildspec: '{"version":0.2,"phases":{"build":{"commands":["true"]}}}' },
  artifacts: { type: "NO_ARTIFACTS" },
  environment: {
    type: "LINUX_CONTAINER",
    image: `${account}.dkr.ecr.eu-central-1.amazonaws.com/none:one`,
    computeType: "BUILD_GENERAL1_SMALL",
    imagePullCredentialsType: "SERVICE_ROLE",
  },
  serviceRole: "${role}",
};
const variables = (value: string, name = "VALUE") => ({ ...project.environment, environmentVariables: [{ name, value }] });
const tooLong = "x".repeat(4097);
const tooLongText = "EnvironmentVariable should be at most 4096 characters";
const createRole = (service: string) => ({
  call: "iam:CreateRole",
  input: { RoleName: `${service}-\${run}`, AssumeRolePolicyDocument: trust(`${service}.amazonaws.com`) },
  save: { role: "Role.Arn" },
});
const deleteRole = (service: string) => ({ call: "iam:DeleteRole", input: { RoleName: `${service}-\${run}` } });

export const codebuild: Scenario[] = [
  {
    title: "runs builds of a project",
    steps: [
      createRole("codebuild"),
      { call: "codebuild:CreateProject", input: { ...project, serviceRole: "${role}-none" }, error: "InvalidInputException" },
      {
        call: "codebuild:CreateProject",
        input: { ...project, environment: variables(tooLong) },
        error: "InvalidInputException",
        message: tooLongText,
      },
      {
        call: "codebuild:CreateProject",
        input: { ...project, environment: variables("x", "CODEBUILD_VALUE") },
        error: "InvalidInputException",
      },
      { call: "codebuild:CreateProject", input: project, output: { project: { name: "runner-${run}", timeoutInMinutes: 60 } } },
      { call: "codebuild:CreateProject", input: project, error: "ResourceAlreadyExistsException" },
      { call: "codebuild:UpdateProject", input: { name: "none-${run}" }, error: "ResourceNotFoundException" },
      {
        call: "codebuild:UpdateProject",
        input: { name: "runner-${run}", environment: variables(tooLong) },
        error: "InvalidInputException",
        message: tooLongText,
      },
      { call: "codebuild:UpdateProject", input: { name: "runner-${run}", environment: variables("x".repeat(4096)), timeoutInMinutes: 30 } },
      {
        call: "codebuild:BatchGetProjects",
        input: { names: ["runner-${run}", "none-${run}"] },
        output: { projects: [{ name: "runner-${run}", timeoutInMinutes: 30 }], projectsNotFound: ["none-${run}"] },
      },
      { call: "codebuild:BatchGetProjects", input: {}, error: "InvalidInputException" },
      { call: "codebuild:StartBuild", input: { projectName: "none-${run}" }, error: "ResourceNotFoundException" },
      {
        call: "codebuild:StartBuild",
        input: { projectName: "runner-${run}", environmentVariablesOverride: [{ name: "REQUEST", value: tooLong }] },
        error: "InvalidInputException",
        message: tooLongText,
      },
      { call: "codebuild:StartBuild", input: { projectName: "runner-${run}", idempotencyToken: "one" }, save: { build: "build.id" } },
      {
        call: "codebuild:StartBuild",
        input: { projectName: "runner-${run}", idempotencyToken: "one" },
        output: { build: { id: "${build}" } },
      },
      {
        call: "codebuild:BatchGetBuilds",
        input: { ids: ["${build}", "none:1"] },
        output: { builds: [{ id: "${build}" }], buildsNotFound: ["none:1"] },
      },
      { call: "codebuild:BatchGetBuilds", input: {}, error: "InvalidInputException" },
      { call: "codebuild:StopBuild", input: { id: "${build}" }, output: { build: { id: "${build}" } } },
      { call: "codebuild:StopBuild", input: { id: "none:1" }, error: "ResourceNotFoundException" },
      { call: "codebuild:DeleteProject", input: { name: "runner-${run}" } },
      deleteRole("codebuild"),
    ],
  },
];

/** An archive whose bytes are all ASCII, because scenarios contain only texts. The checksum depends on the comment. */
function archive(body: string): string {
  for (let i = 0; ; i++) {
    const bytes = Buffer.from(zipSync({ "index.js": strToU8(`${body}//${i}`) }, { level: 0, mtime: "1980-01-01" }));
    if (bytes.every((byte) => byte < 128)) return bytes.toString("latin1");
  }
}

const named = { FunctionName: "report-${run}" };
const none = { FunctionName: "none-${run}" };
const code = { ZipFile: archive("exports.handler=async(e)=>e") };
const created = { ...named, Runtime: "nodejs20.x", Handler: "index.handler", Role: "${role}", Code: code };
const notFound = "ResourceNotFoundException";
const permission = { ...named, StatementId: "one", Action: "lambda:InvokeFunction", Principal: "events.amazonaws.com" };
const withValue = (value: string) => ({ Environment: { Variables: { VALUE: value } } });
const exceeded = {
  error: "InvalidParameterValueException",
  message: "the environment variables you have provided exceeded the 4KB limit",
};

export const lambda: Scenario[] = [
  {
    title: "creates, changes and deletes a function",
    steps: [
      createRole("lambda"),
      { call: "lambda:CreateFunction", input: { ...created, ...withValue(tooLong) }, ...exceeded },
      { call: "lambda:CreateFunction", input: created, output: { FunctionName: "report-${run}", Runtime: "nodejs20.x" } },
      { call: "lambda:CreateFunction", input: created, error: "ResourceConflictException" },
      { call: "lambda:GetFunction", input: named, output: { Configuration: { FunctionName: "report-${run}", Timeout: 3 } } },
      { call: "lambda:GetFunction", input: none, error: notFound },
      { call: "lambda:UpdateFunctionConfiguration", input: { ...named, Timeout: 30, ...withValue("x") }, output: { Timeout: 30 } },
      { call: "lambda:UpdateFunctionConfiguration", input: { ...named, ...withValue(tooLong) }, ...exceeded },
      { call: "lambda:UpdateFunctionConfiguration", input: { ...none, Timeout: 30 }, error: notFound },
      { call: "lambda:UpdateFunctionCode", input: { ...named, ...code }, output: { FunctionName: "report-${run}" } },
      { call: "lambda:UpdateFunctionCode", input: { ...none, ...code }, error: notFound },
      {
        call: "lambda:PutFunctionConcurrency",
        input: { ...named, ReservedConcurrentExecutions: 1 },
        output: { ReservedConcurrentExecutions: 1 },
      },
      { call: "lambda:PutFunctionConcurrency", input: { ...none, ReservedConcurrentExecutions: 1 }, error: notFound },
      { call: "lambda:AddPermission", input: permission, output: {} },
      { call: "lambda:AddPermission", input: permission, error: "ResourceConflictException" },
      { call: "lambda:AddPermission", input: { ...permission, StatementId: "another" } },
      { call: "lambda:AddPermission", input: { ...permission, ...none }, error: notFound },
      { call: "lambda:DeleteFunction", input: named },
      deleteRole("lambda"),
    ],
  },
];

// Implements CodeBuild: projects without a source, whose builds run the commands of an inline buildspec on this machine.
import { randomUUID } from "node:crypto";
import { contextOf } from "../../aws-context";
import { AwsError } from "../../aws-error";
import { type Build, type Builds } from "../../builds";
import { trustsService } from "../../iam";
import { pullProblem } from "../../images";
import { type CallMoto, type Context, nativeService, type Operation } from "../../service";

type Item = Record<string, unknown>;

interface Variable {
  name: string;
  value: string;
  type?: string;
}

interface Project {
  name: string;
  arn: string;
  source: { type: string; buildspec?: string; location?: string };
  artifacts: { type: string };
  environment: { type: string; image: string; computeType: string; environmentVariables?: Variable[] };
  serviceRole: string;
  timeoutInMinutes: number;
  queuedTimeoutInMinutes: number;
  concurrentBuildLimit?: number;
  vpcConfig?: { vpcId?: string; subnets?: string[]; securityGroupIds?: string[] };
  logsConfig?: { cloudWatchLogs?: { status: string; groupName?: string; streamName?: string } };
  lastModified: number;
  [member: string]: unknown;
}

interface State {
  projects: Record<string, Project>;
  /** Number of the last build by project. */
  numbers: Record<string, number>;
}

type CodebuildContext = Context<State>;

const invalid = (message: string) => new AwsError("InvalidInputException", message);
const unsupported = (what: string) => invalid(`The sandbox does not support ${what} yet.`);
const arnOf = ({ caller, partition }: CodebuildContext, name: string) =>
  `arn:${partition}:codebuild:${caller.region}:${caller.account}:project/${name}`;

/** CodeBuild must be able to assume the role. Error text: hashicorp/terraform-provider-aws, internal/service/codebuild. */
async function roleIsAssumable(role: string, { moto }: CodebuildContext): Promise<void> {
  const denied = invalid(
    `CodeBuild is not authorized to perform: sts:AssumeRole on service role. Please verify that: 1) The provided service role exists, ` +
      `2) The role name is case-sensitive and matches exactly, and 3) The role has the necessary trust policy configured.`,
  );
  const { Role } = (await moto("iam", "GetRole", { RoleName: role.split("/").at(-1) }).catch((error: unknown) => {
    throw error instanceof AwsError && error.code === "NoSuchEntity" ? denied : error;
  })) as { Role: { Arn: string; AssumeRolePolicyDocument: string } };
  if (Role.Arn !== role || !trustsService(decodeURIComponent(Role.AssumeRolePolicyDocument), "codebuild.amazonaws.com")) throw denied;
}

/** The subnets and security groups must exist in the VPC. Source: AWS API `VpcConfig`. */
async function networkExists({ vpcId, subnets = [], securityGroupIds = [] }: NonNullable<Project["vpcConfig"]>, moto: CallMoto) {
  if (vpcId === undefined && subnets.length === 0 && securityGroupIds.length === 0) return;
  if (vpcId === undefined || subnets.length === 0 || securityGroupIds.length === 0)
    throw invalid("Invalid vpc config: the VPC ID, subnets and security groups are required.");
  if (subnets.length > 16) throw invalid("Invalid vpc config: the maximum number of subnets is 16.");
  if (securityGroupIds.length > 5) throw invalid("Invalid vpc config: the maximum number of security groups is 5.");
  const lists = [
    { operation: "DescribeSubnets", input: { SubnetIds: subnets }, list: "Subnets" },
    { operation: "DescribeSecurityGroups", input: { GroupIds: securityGroupIds }, list: "SecurityGroups" },
  ];
  for (const { operation, input, list } of lists) {
    const found = (await moto("ec2", operation, input).catch((error: unknown) => {
      throw error instanceof AwsError ? invalid(`Invalid vpc config: ${error.message}`) : error;
    })) as Record<string, { VpcId: string }[]>;
    if (found[list]!.some(({ VpcId }) => VpcId !== vpcId)) throw invalid(`Invalid vpc config: not all ${list} are in VPC ${vpcId}.`);
  }
}

const unsupportedMembers = [
  "secondarySources",
  "secondaryArtifacts",
  "secondarySourceVersions",
  "fileSystemLocations",
  "buildBatchConfig",
  "sourceVersion",
] as const;

async function projectFits(project: Partial<Project>, context: CodebuildContext): Promise<void> {
  for (const member of unsupportedMembers)
    if (project[member] !== undefined && (project[member] as Item[]).length !== 0) throw unsupported(`'${member}'`);
  const { source, artifacts, environment, vpcConfig, serviceRole } = project;
  if (source && source.type !== "NO_SOURCE") throw unsupported(`the source type '${source.type}'`);
  if (source && !source.buildspec) throw invalid("Invalid project source: buildspec is required when source type is NO_SOURCE.");
  if (source?.location) throw invalid("Invalid project source: location must be empty when source type is NO_SOURCE.");
  if (artifacts && artifacts.type !== "NO_ARTIFACTS") throw unsupported(`the artifact type '${artifacts.type}'`);
  if (environment) variablesFit(environment.environmentVariables);
  if (vpcConfig) await networkExists(vpcConfig, context.moto);
  if (serviceRole !== undefined) await roleIsAssumable(serviceRole, context);
}

/** Characters of a value. Source: wolfeidau/buildkite-serverless-agent issue 35, also for the error text. */
const longestValue = 4096;

function variablesFit(variables: Variable[] = []): void {
  for (const { name, value, type = "PLAINTEXT" } of variables) {
    if (value.length > longestValue) throw invalid(`EnvironmentVariable should be at most ${longestValue} characters`);
    if (type !== "PLAINTEXT") throw unsupported(`variables of type '${type}'`);
    // Source: AWS CodeBuild "Environment variables in build environments".
    if (name.startsWith("CODEBUILD_")) throw invalid(`Environment variable ${name} has the reserved prefix CODEBUILD_.`);
  }
  const names = variables.map(({ name }) => name);
  if (new Set(names).size < names.length) throw invalid("Environment variable names must be unique.");
}

const named = (context: CodebuildContext, nameOrArn: unknown): Project | undefined => {
  const text = String(nameOrArn);
  const project = context.state.projects[text.split("/").at(-1)!];
  return project && (text === project.name || text === project.arn) ? project : undefined;
};

function existing(context: CodebuildContext, nameOrArn: unknown): Project {
  const project = named(context, nameOrArn);
  const arn = String(nameOrArn).startsWith("arn:") ? String(nameOrArn) : arnOf(context, String(nameOrArn));
  if (!project) throw new AwsError("ResourceNotFoundException", `Project cannot be found: ${arn}`);
  return project;
}

const create: Operation<State> = async (input, context: CodebuildContext) => {
  const { badgeEnabled = false, ...given } = input as unknown as Project & { badgeEnabled?: boolean };
  const arn = arnOf(context, given.name);
  if (context.state.projects[given.name]) throw new AwsError("ResourceAlreadyExistsException", `Project already exists: ${arn}`);
  await projectFits(given, context);
  const now = context.now();
  const project: Project = {
    cache: { type: "NO_CACHE" },
    encryptionKey: `arn:${context.partition}:kms:${context.caller.region}:${context.caller.account}:alias/aws/s3`,
    tags: [],
    ...given,
    timeoutInMinutes: given.timeoutInMinutes ?? 60,
    queuedTimeoutInMinutes: given.queuedTimeoutInMinutes ?? 480,
    arn,
    created: now,
    lastModified: now,
    badge: { badgeEnabled },
    projectVisibility: "PRIVATE",
  };
  context.state.projects[given.name] = project;
  return { project };
};

const update: Operation<State> = async (input, context: CodebuildContext) => {
  const { name, badgeEnabled, ...given } = input as unknown as Project & { badgeEnabled?: boolean };
  const project = existing(context, name);
  await projectFits(given, context);
  Object.assign(project, given, { lastModified: context.now() });
  if (badgeEnabled !== undefined) project.badge = { badgeEnabled };
  if (given.concurrentBuildLimit === -1) delete project.concurrentBuildLimit;
  if (given.vpcConfig && Object.keys(given.vpcConfig).length === 0) delete project.vpcConfig;
  return { project };
};

/** Seconds in which a token returns the same build. Source: AWS API `StartBuild`. */
const tokenSeconds = 300;

/** The build that a request with a token started. */
export const startedWith = <T extends { idempotencyToken?: unknown; startTime: number }>(
  builds: readonly T[],
  token: string | undefined,
  now: number,
) => builds.find(({ idempotencyToken, startTime }) => token !== undefined && idempotencyToken === token && startTime > now - tokenSeconds);

const overrides = ["environmentVariablesOverride", "imageOverride", "buildspecOverride", "timeoutInMinutesOverride"];
const startMembers = ["projectName", "idempotencyToken", ...overrides];

/** Variables of a request replace those of the project with the same name. */
const merged = (before: Variable[] = [], added: Variable[] = []): Variable[] => [
  ...new Map([...before, ...added].map((variable) => [variable.name, variable])).values(),
];

function logsOf({ name, logsConfig }: Project, uuid: string, { caller, partition }: CodebuildContext): Item {
  const { groupName = `/aws/codebuild/${name}`, streamName, status = "ENABLED" } = logsConfig?.cloudWatchLogs ?? {};
  if (status === "DISABLED") return { cloudWatchLogs: { status } };
  const stream = streamName === undefined ? uuid : `${streamName}/${uuid}`;
  const cloudWatchLogsArn = `arn:${partition}:logs:${caller.region}:${caller.account}:log-group:${groupName}:log-stream:${stream}`;
  return { groupName, streamName: stream, cloudWatchLogsArn, cloudWatchLogs: { status, groupName, ...(streamName && { streamName }) } };
}

async function imageProblem(image: string, moto: CallMoto): Promise<string | undefined> {
  const problem = await pullProblem(image, moto);
  return problem && `Unable to pull customer's container image. ${problem}`;
}

const start =
  (builds: Builds): Operation<State> =>
  (input, context: CodebuildContext) => {
    const project = existing(context, input.projectName);
    for (const member of Object.keys(input)) if (!startMembers.includes(member)) throw unsupported(`'${member}'`);
    const { idempotencyToken, environmentVariablesOverride: added, imageOverride, buildspecOverride, timeoutInMinutesOverride } = input;
    const before = builds.of(context.caller, project.name);
    const same = startedWith(before, idempotencyToken as string | undefined, context.now());
    if (same) return { build: view(same) };
    variablesFit(added as Variable[] | undefined);
    const running = before.filter(({ buildComplete }) => !buildComplete).length;
    if (running >= (project.concurrentBuildLimit ?? Infinity))
      throw new AwsError("AccountLimitExceededException", `Cannot have more than ${running} builds in queue for the project`);
    const uuid = randomUUID();
    const id = `${project.name}:${uuid}`;
    const buildNumber = (context.state.numbers[project.name] ?? 0) + 1;
    context.state.numbers[project.name] = buildNumber;
    const { arn: callerArn } = context.caller;
    const now = context.now();
    const build: Build = {
      id,
      arn: arnOf(context, "").replace(/project\/$/, `build/${id}`),
      buildNumber,
      startTime: now,
      currentPhase: "SUBMITTED",
      buildStatus: "IN_PROGRESS",
      buildComplete: false,
      projectName: project.name,
      phases: [{ phaseType: "SUBMITTED", startTime: now }],
      source: { ...project.source, buildspec: String(buildspecOverride ?? project.source.buildspec) },
      artifacts: { location: "" },
      cache: project.cache,
      environment: {
        ...project.environment,
        image: String(imageOverride ?? project.environment.image),
        environmentVariables: merged(project.environment.environmentVariables, added as Variable[] | undefined),
      },
      serviceRole: project.serviceRole,
      logs: logsOf(project, uuid, context),
      timeoutInMinutes: Number(timeoutInMinutesOverride ?? project.timeoutInMinutes),
      queuedTimeoutInMinutes: project.queuedTimeoutInMinutes,
      initiator: callerArn.includes(":assumed-role/") ? callerArn.split(":assumed-role/")[1]! : callerArn.split("/").at(-1)!,
      encryptionKey: project.encryptionKey,
      ...(project.vpcConfig && { vpcConfig: project.vpcConfig }),
      ...(idempotencyToken !== undefined && { idempotencyToken }),
    };
    builds.start(build, (current) => imageProblem(current.environment.image, context.moto));
    return { build: view(build) };
  };

const view = ({ idempotencyToken: _token, ...build }: Build): Item => build;

const operations = (builds: Builds): Record<string, Operation<State>> => {
  const existingBuild = (context: CodebuildContext, id: unknown): Build => {
    const build = builds.find(context.caller, String(id));
    if (!build) throw new AwsError("ResourceNotFoundException", `Build ${String(id)} cannot be found`);
    return build;
  };
  return {
    CreateProject: create,
    UpdateProject: update,
    DeleteProject({ name }, context: CodebuildContext) {
      const project = named(context, name);
      if (project) delete context.state.projects[project.name];
      return {};
    },
    BatchGetProjects({ names }, context: CodebuildContext) {
      const requested = names as string[];
      const projects = requested.map((name) => named(context, name)).filter((project) => project !== undefined);
      return { projects, projectsNotFound: requested.filter((name) => !named(context, name)) };
    },
    ListProjects: (_input, { state }: CodebuildContext) => ({ projects: Object.keys(state.projects).sort() }),
    StartBuild: start(builds),
    BatchGetBuilds({ ids }, { caller }: CodebuildContext) {
      const requested = ids as string[];
      const found = requested.map((id) => builds.find(caller, id)).filter((build) => build !== undefined);
      return { builds: found.map(view), buildsNotFound: requested.filter((id) => !builds.find(caller, id)) };
    },
    StopBuild({ id }, context: CodebuildContext) {
      const build = existingBuild(context, id);
      builds.end(build, "STOPPED");
      return { build: view(build) };
    },
    ListBuilds: (_input, { caller }: CodebuildContext) => ({ ids: builds.of(caller).map(({ id }) => id) }),
    ListBuildsForProject({ projectName, sortOrder }, context: CodebuildContext) {
      const ids = builds.of(context.caller, existing(context, projectName).name).map(({ id }) => id);
      return { ids: sortOrder === "ASCENDING" ? ids.reverse() : ids };
    },
  };
};

export const codebuild = (builds: Builds) =>
  nativeService<State>({
    scope: "codebuild",
    model: "codebuild",
    violation: { code: "InvalidInputException" },
    initial: () => ({ projects: {}, numbers: {} }),
    operations: operations(builds),
    leftovers: ({ projects }) => Object.keys(projects).map((id) => ({ type: "Project", id })),
  });

/** Members of the event of a build. Source: AWS CodeBuild "Sample notifications input format reference". */
export const buildEvent = (build: Build) => ({
  source: "aws.codebuild",
  "detail-type": "CodeBuild Build State Change",
  resources: [build.arn],
  detail: {
    "build-status": build.buildStatus,
    "project-name": build.projectName,
    "build-id": build.arn,
    "current-phase": build.currentPhase,
    "current-phase-context": "[]",
    version: "1",
    "additional-information": { ...view(build), "build-complete": build.buildComplete, initiator: build.initiator },
  },
  ...contextOf(build.arn),
});

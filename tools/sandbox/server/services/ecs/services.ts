// Services of Amazon ECS. Their tasks run nothing: a deployment succeeds if its image is in ECR.
import { AwsError } from "../../aws-error";
import { pullProblem } from "../../images";
import { trustsService } from "../../iam";
import { type CallMoto, type Operation } from "../../service";
import {
  arnOf,
  clientError,
  clusterOf,
  type Deployment,
  type Ecs,
  invalid,
  type Item,
  type Service,
  serviceKey,
  serviceOf,
  type State,
  type Tag,
  type TaskDefinition,
  taskDefinitionOf,
} from "./state";

interface LoadBalancer {
  targetGroupArn?: string;
  containerName?: string;
  containerPort?: number;
}

interface AwsVpcConfiguration {
  subnets?: string[];
  securityGroups?: string[];
  assignPublicIp?: string;
}

const vpcOf = ({ networkConfiguration }: Item) =>
  (networkConfiguration as { awsvpcConfiguration?: AwsVpcConfiguration } | undefined)?.awsvpcConfiguration;

/** Calls moto, and reports its errors as errors of ECS. */
const lookup = async (moto: CallMoto, service: string, operation: string, input: object, prefix: string): Promise<Item> =>
  moto(service, operation, input).catch((error: unknown) => {
    throw error instanceof AwsError ? invalid(`${prefix}: ${error.message}`) : error;
  });

/** Source: AWS API `AwsVpcConfiguration`. */
async function networkFits(input: Item, { networkMode }: TaskDefinition, { moto }: Ecs): Promise<void> {
  const vpc = vpcOf(input);
  if (networkMode !== "awsvpc") return;
  if (!vpc) throw invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  const { subnets = [], securityGroups = [] } = vpc;
  if (subnets.length === 0) throw invalid("subnets can not be empty.");
  if (subnets.length > 16) throw invalid("subnets can have at most 16 items.");
  if (securityGroups.length > 5) throw invalid("security groups can have at most 5 items.");
  const { Subnets } = await lookup(moto, "ec2", "DescribeSubnets", { SubnetIds: subnets }, "Error retrieving subnet information");
  const groups = { GroupIds: securityGroups };
  const { SecurityGroups } =
    securityGroups.length === 0
      ? { SecurityGroups: [] }
      : await lookup(moto, "ec2", "DescribeSecurityGroups", groups, "Error retrieving security group information");
  const vpcs = new Set([...(Subnets as Item[]), ...(SecurityGroups as Item[])].map(({ VpcId }) => VpcId));
  if (vpcs.size > 1) throw invalid("All of the subnets and security groups must be in the same VPC.");
}

/** Error texts: hashicorp/terraform-provider-aws and aws/aws-cdk issues about target groups of services. */
async function loadBalancersFit(loadBalancers: LoadBalancer[], task: TaskDefinition, { moto }: Ecs): Promise<void> {
  for (const { targetGroupArn, containerName, containerPort } of loadBalancers) {
    const { TargetGroups } = await lookup(
      moto,
      "elbv2",
      "DescribeTargetGroups",
      { TargetGroupArns: [targetGroupArn] },
      "Unable to assume role and validate the specified targetGroupArn",
    );
    const [group] = TargetGroups as { LoadBalancerArns?: string[]; TargetType?: string }[];
    if ((group?.LoadBalancerArns ?? []).length === 0)
      throw invalid(`The target group with targetGroupArn ${targetGroupArn} does not have an associated load balancer.`);
    if (task.networkMode === "awsvpc" && group?.TargetType !== "ip")
      throw invalid(
        `The provided target group ${targetGroupArn} has target type ${group?.TargetType}, which is incompatible with the awsvpc network mode specified in the task definition.`,
      );
    const container = task.containerDefinitions.find(({ name }) => name === containerName);
    if (!container) throw invalid(`The container ${containerName} does not exist in the task definition.`);
    if (!container.portMappings?.some((mapping) => mapping.containerPort === containerPort))
      throw invalid(`The container ${containerName} did not have a container port ${containerPort} defined.`);
  }
}

/** The roles must exist, and ECS must be able to assume them. Otherwise no task starts. */
async function roleProblem(task: TaskDefinition, { moto }: Ecs): Promise<string | undefined> {
  for (const role of [task.taskRoleArn, task.executionRoleArn]) {
    if (role === undefined) continue;
    const problem = `ECS was unable to assume the role '${String(role)}' that was provided for this task.`;
    const answer = (await moto("iam", "GetRole", { RoleName: String(role).split("/").at(-1) }).catch(() => undefined)) as
      | { Role: { Arn: string; AssumeRolePolicyDocument: string } }
      | undefined;
    if (answer?.Role.Arn !== role) return problem;
    if (!trustsService(decodeURIComponent(answer.Role.AssumeRolePolicyDocument), "ecs-tasks.amazonaws.com")) return problem;
  }
  return undefined;
}

async function startProblem(task: TaskDefinition, context: Ecs): Promise<string | undefined> {
  const role = await roleProblem(task, context);
  if (role) return role;
  for (const { image } of task.containerDefinitions) {
    const problem = await pullProblem(image, context.moto);
    if (problem) return problem;
  }
  return undefined;
}

const hasRollback = ({ deploymentConfiguration }: Item) => {
  const breaker = (deploymentConfiguration as { deploymentCircuitBreaker?: { enable?: boolean; rollback?: boolean } } | undefined)
    ?.deploymentCircuitBreaker;
  return { isEnabled: breaker?.enable === true, rollback: breaker?.rollback === true };
};

/** Deploys the task definition of a service. Without a circuit breaker, a deployment that cannot start stays in progress. */
async function deploy(entry: State["services"][string], taskDefinition: TaskDefinition, context: Ecs): Promise<void> {
  const { service, deployments } = entry;
  const problem = await startProblem(taskDefinition, context);
  const { isEnabled, rollback } = hasRollback(service);
  const before = deployments.filter(({ status }) => status === "SUCCESSFUL").at(-1);
  const failed = !isEnabled ? "IN_PROGRESS" : !rollback ? "STOPPED" : before ? "ROLLBACK_SUCCESSFUL" : "ROLLBACK_FAILED";
  const revision = context.id("", 18);
  const [, clusterAndService] = service.serviceArn.split(":service/");
  deployments.push({
    arn: arnOf(context, `service-deployment/${clusterAndService}/${context.id("", 20)}`),
    revision,
    status: problem ? failed : "SUCCESSFUL",
    ...(problem && { statusReason: `Service deployment was stopped because the circuit breaker threshold was exceeded. ${problem}` }),
    createdAt: context.now(),
    taskDefinition: taskDefinition.taskDefinitionArn,
  });
  service.taskDefinition = problem && rollback && before ? before.taskDefinition : taskDefinition.taskDefinitionArn;
  service.runningCount = problem && !before ? 0 : service.desiredCount;
}

/** A service as AWS returns it, with its current deployment. */
function described({ service, deployments }: State["services"][string], tags: Tag[] | undefined): Item {
  const current = deployments.at(-1)!;
  const rolloutState = { SUCCESSFUL: "COMPLETED", IN_PROGRESS: "IN_PROGRESS" }[current.status] ?? "FAILED";
  return {
    ...service,
    pendingCount: 0,
    currentServiceDeployment: current.arn,
    deployments: [
      {
        id: `ecs-svc/${current.revision}`,
        status: "PRIMARY",
        taskDefinition: current.taskDefinition,
        desiredCount: service.desiredCount,
        runningCount: service.runningCount,
        pendingCount: 0,
        failedTasks: 0,
        createdAt: current.createdAt,
        updatedAt: current.createdAt,
        launchType: service.launchType,
        networkConfiguration: service.networkConfiguration,
        rolloutState,
        rolloutStateReason: `ECS deployment ecs-svc/${current.revision} ${rolloutState}.`,
      },
    ],
    ...(tags && { tags }),
  };
}

const revisionArn = ({ serviceArn }: Service, { revision }: Deployment) =>
  `${serviceArn.replace(":service/", ":service-revision/")}/${revision}`;

const CreateService: Operation<State> = async (input, context: Ecs) => {
  const { state } = context;
  const name = String(input.serviceName);
  if (!/^[\w-]{1,255}$/.test(name)) throw invalid("Invalid service name.");
  const cluster = clusterOf(context, input.cluster);
  const key = serviceKey(cluster, name);
  const status = state.services[key]?.service.status;
  if (status === "ACTIVE") throw invalid("Creation of service was not idempotent.");
  if (status === "DRAINING") throw invalid("Unable to Start a service that is still Draining.");
  const taskDefinition = taskDefinitionOf(context, input.taskDefinition);
  if (taskDefinition.status !== "ACTIVE") throw clientError("TaskDefinition is inactive");
  if (input.launchType === "FARGATE" && !(taskDefinition.requiresCompatibilities as string[] | undefined)?.includes("FARGATE"))
    throw invalid("Task definition does not support launch_type FARGATE.");
  await networkFits(input, taskDefinition, context);
  await loadBalancersFit((input.loadBalancers ?? []) as LoadBalancer[], taskDefinition, context);
  const { tags = [], desiredCount = 0 } = input;
  const members = Object.fromEntries(Object.entries(input).filter(([key]) => !["cluster", "clientToken", "tags"].includes(key)));
  const service = {
    loadBalancers: [],
    serviceRegistries: [],
    placementConstraints: [],
    placementStrategy: [],
    events: [],
    schedulingStrategy: "REPLICA",
    propagateTags: "NONE",
    availabilityZoneRebalancing: "ENABLED",
    ...members,
    platformFamily: "Linux",
    deploymentController: input.deploymentController ?? { type: "ECS" },
    serviceArn: arnOf(context, `service/${cluster.clusterName}/${name}`),
    clusterArn: cluster.clusterArn,
    status: "ACTIVE",
    desiredCount,
    runningCount: 0,
    createdAt: context.now(),
    createdBy: context.caller.arn,
  } as unknown as Service;
  const entry = { service, deployments: [] };
  await deploy(entry, taskDefinition, context);
  state.services[key] = entry;
  state.tags[service.serviceArn] = tags as Tag[];
  return { service: described(entry, tags as Tag[]) };
};

const changeable = [
  "deploymentConfiguration",
  "availabilityZoneRebalancing",
  "networkConfiguration",
  "placementConstraints",
  "placementStrategy",
  "platformVersion",
  "healthCheckGracePeriodSeconds",
  "enableExecuteCommand",
  "enableECSManagedTags",
  "loadBalancers",
  "propagateTags",
];

const UpdateService: Operation<State> = async (input, context: Ecs) => {
  const entry = serviceOf(context, input.cluster, input.service);
  const { service } = entry;
  if (service.status !== "ACTIVE") throw new AwsError("ServiceNotActiveException", "Service was not ACTIVE.");
  const taskDefinition = taskDefinitionOf(context, input.taskDefinition ?? service.taskDefinition);
  if (input.taskDefinition !== undefined && taskDefinition.status !== "ACTIVE") throw clientError("TaskDefinition is inactive");
  const changed = Object.fromEntries(changeable.filter((key) => input[key] !== undefined).map((key) => [key, input[key]]));
  const next = { ...service, ...changed };
  if (input.networkConfiguration !== undefined) await networkFits(next, taskDefinition, context);
  await loadBalancersFit((next.loadBalancers ?? []) as LoadBalancer[], taskDefinition, context);
  Object.assign(service, changed, input.desiredCount !== undefined && { desiredCount: input.desiredCount });
  service.runningCount = service.desiredCount;
  const starts =
    input.forceNewDeployment === true || ["taskDefinition", "networkConfiguration", "platformVersion"].some((key) => key in input);
  if (starts) await deploy(entry, taskDefinition, context);
  return { service: described(entry, undefined) };
};

export const serviceOperations: Record<string, Operation<State>> = {
  CreateService,
  UpdateService,
  DescribeServices({ cluster, services, include = [] }, context) {
    const found = clusterOf(context, cluster);
    const names = services as string[];
    if (names.length > 10) throw invalid("Services cannot have more than 10 elements.");
    const entries = names.map((name) => ({ name, entry: context.state.services[serviceKey(found, name)] }));
    const answer = entries.flatMap(({ entry }) =>
      entry
        ? [described(entry, (include as string[]).includes("TAGS") ? (context.state.tags[entry.service.serviceArn] ?? []) : undefined)]
        : [],
    );
    // A service is `DRAINING` in one response before it is `INACTIVE`.
    for (const { entry } of entries) if (entry?.service.status === "DRAINING") entry.service.status = "INACTIVE";
    const missing = entries.filter(({ entry }) => !entry);
    return {
      services: answer,
      failures: missing.map(({ name }) => ({
        arn: name.startsWith("arn:") ? name : arnOf(context, `service/${found.clusterName}/${name}`),
        reason: "MISSING",
      })),
    };
  },
  DeleteService({ cluster, service: name, force }, context) {
    const entry = serviceOf(context, cluster, name);
    const { service } = entry;
    if (service.status !== "ACTIVE") throw new AwsError("ServiceNotActiveException", "Service was not ACTIVE.");
    if (service.desiredCount > 0 && force !== true) throw invalid("The service cannot be stopped while it is scaled above 0.");
    Object.assign(service, { status: "DRAINING", desiredCount: 0, runningCount: 0 });
    return { service: described(entry, undefined) };
  },
  ListServiceDeployments({ cluster, service: name, createdAt }, context) {
    const { service, deployments } = serviceOf(context, cluster, name);
    const { after = 0 } = (createdAt ?? {}) as { after?: number };
    return {
      serviceDeployments: deployments
        .filter((deployment) => deployment.createdAt >= Math.floor(Number(after)))
        .map((deployment) => ({
          serviceDeploymentArn: deployment.arn,
          serviceArn: service.serviceArn,
          clusterArn: service.clusterArn,
          createdAt: deployment.createdAt,
          targetServiceRevisionArn: revisionArn(service, deployment),
          status: deployment.status,
          statusReason: deployment.statusReason,
        })),
    };
  },
  DescribeServiceDeployments({ serviceDeploymentArns }, context) {
    const all = Object.values(context.state.services).flatMap(({ service, deployments }) =>
      deployments.map((deployment) => ({ service, deployment })),
    );
    const arns = serviceDeploymentArns as string[];
    const unknown = arns.find((arn) => !all.some(({ deployment }) => deployment.arn === arn));
    if (unknown !== undefined && !/:service-deployment\/[^/]+\/[^/]+\/\w+$/.test(unknown))
      throw invalid(`Invalid service deployment ARN: ${unknown}`);
    const found = all.filter(({ deployment }) => arns.includes(deployment.arn));
    return {
      serviceDeployments: found.map(({ service, deployment }) => ({
        serviceDeploymentArn: deployment.arn,
        serviceArn: service.serviceArn,
        clusterArn: service.clusterArn,
        createdAt: deployment.createdAt,
        status: deployment.status,
        statusReason: deployment.statusReason,
      })),
      failures: unknown === undefined ? [] : [{ arn: unknown, reason: "MISSING" }],
    };
  },
};

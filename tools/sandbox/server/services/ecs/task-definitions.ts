// Task definitions of Amazon ECS: what Fargate accepts.
import { type Operation } from "../../service";
import { arnOf, clientError, type Ecs, type Item, type State, type Tag, type TaskDefinition, taskDefinitionOf } from "./state";

const gigabytes = (from: number, to: number, step = 1) =>
  Array.from({ length: (to - from) / step + 1 }, (_, i) => (from + i * step) * 1024);

/** MiB of memory by CPU units. Source: Amazon ECS "Task size". */
const fargateSizes: Record<string, number[]> = {
  256: [512, 1024, 2048],
  512: gigabytes(1, 4),
  1024: gigabytes(2, 8),
  2048: gigabytes(4, 16),
  4096: gigabytes(8, 30),
  8192: gigabytes(16, 60, 4),
  16384: gigabytes(32, 120, 8),
};

interface Container extends Item {
  name?: string;
  image?: string;
  privileged?: boolean;
  linuxParameters?: { capabilities?: { add?: string[] } };
  logConfiguration?: { logDriver?: string };
  portMappings?: { containerPort?: number; hostPort?: number }[];
}

/** Source: Amazon ECS "Task definition differences for Fargate"; messages of AWS in github.com/aws/containers-roadmap. */
function containerFits({ name, image, privileged, linuxParameters, portMappings = [] }: Container): void {
  if (!name || !image) throw clientError("Container.image should not be null or empty.");
  if (!/^[\w-]{1,255}$/.test(name)) throw clientError(`Container.name contains invalid characters: ${name}`);
  if (privileged === true) throw clientError("Fargate compatible task definitions do not support privileged containers.");
  const added = linuxParameters?.capabilities?.add ?? [];
  if (added.some((capability) => capability !== "SYS_PTRACE"))
    throw clientError(`The following capabilities cannot be added on Fargate: [${added.join(", ")}].`);
  for (const { containerPort, hostPort } of portMappings)
    if (hostPort !== undefined && hostPort !== containerPort)
      throw clientError("When networkMode=awsvpc, the host ports and container ports in port mappings must match.");
}

function fargateFits(input: Item, containers: Container[]): void {
  const { cpu, memory, networkMode, executionRoleArn } = input;
  if (networkMode !== "awsvpc") throw clientError("Fargate only supports network mode ‘awsvpc’.");
  if (!fargateSizes[String(cpu)]?.includes(Number(memory)))
    throw clientError(
      "No Fargate configuration exists for given values: see the documentation for the supported values of CPU and memory.",
    );
  if (executionRoleArn === undefined && containers.some(({ logConfiguration }) => logConfiguration?.logDriver === "awslogs"))
    throw clientError("Fargate requires task definition to have execution role ARN to support log driver awslogs.");
  if (executionRoleArn === undefined && containers.some(({ image }) => image?.includes(".dkr.ecr.")))
    throw clientError("Fargate requires task definition to have execution role ARN to support ECR images.");
  containers.forEach(containerFits);
}

const RegisterTaskDefinition: Operation<State> = ({ tags = [], ...input }, context: Ecs) => {
  const family = String(input.family);
  if (!/^[\w-]{1,255}$/.test(family)) throw clientError(`Invalid value ${family} for parameter family.`);
  const containers = input.containerDefinitions as Container[];
  const names = containers.map(({ name }) => name);
  if (new Set(names).size < names.length) throw clientError("Container names must be unique.");
  if ((input.requiresCompatibilities as string[] | undefined)?.includes("FARGATE")) fargateFits(input, containers);
  const revisions = (context.state.families[family] ??= []);
  const revision = (revisions.at(-1)?.revision ?? 0) + 1;
  const taskDefinition = {
    volumes: [],
    placementConstraints: [],
    compatibilities: ["EC2", "FARGATE"],
    ...input,
    // AWS adds these members to each container.
    containerDefinitions: containers.map((container) => ({
      cpu: 0,
      environment: [],
      mountPoints: [],
      portMappings: [],
      volumesFrom: [],
      ...container,
    })),
    taskDefinitionArn: arnOf(context, `task-definition/${family}:${revision}`),
    family,
    revision,
    status: "ACTIVE",
    registeredAt: context.now(),
    registeredBy: context.caller.arn,
  } as TaskDefinition;
  revisions.push(taskDefinition);
  context.state.tags[taskDefinition.taskDefinitionArn] = tags as Tag[];
  return { taskDefinition, tags };
};

export const taskDefinitionOperations: Record<string, Operation<State>> = {
  RegisterTaskDefinition,
  DescribeTaskDefinition({ taskDefinition: text, include = [] }, context) {
    const taskDefinition = taskDefinitionOf(context, text);
    const withTags = (include as string[]).includes("TAGS");
    return { taskDefinition, ...(withTags && { tags: context.state.tags[taskDefinition.taskDefinitionArn] ?? [] }) };
  },
  DeregisterTaskDefinition({ taskDefinition: text }, context) {
    if (!/:\d+$/.test(String(text))) throw clientError("A revision is required to deregister a task definition.");
    const taskDefinition = taskDefinitionOf(context, text);
    taskDefinition.status = "INACTIVE";
    taskDefinition.deregisteredAt = context.now();
    return { taskDefinition };
  },
};

import { type Check, readValue, type Rule } from "../../rule-kit";
import { isRequested } from "../network/public-address";

/** By type: paths of the flags that give tasks a public address. */
const flagsIn: Record<string, string[][]> = {
  "aws:ecs/service:Service": [["networkConfiguration", "assignPublicIp"]],
  "aws:ecs/taskSet:TaskSet": [["networkConfiguration", "assignPublicIp"]],
  "aws:cloudwatch/eventTarget:EventTarget": [["ecsTarget", "networkConfiguration", "assignPublicIp"]],
  "aws:scheduler/schedule:Schedule": [["target", "ecsParameters", "networkConfiguration", "assignPublicIp"]],
  "aws:pipes/pipe:Pipe": [["targetParameters", "ecsTaskParameters", "networkConfiguration", "awsVpcConfiguration", "assignPublicIp"]],
};
const batchJob = "aws:batch/jobDefinition:JobDefinition";
/** Properties of a Batch job definition that are JSON, with the paths of the flags. */
const batchFlags: [property: string, path: string[]][] = [
  ["containerProperties", ["networkConfiguration", "assignPublicIp"]],
  ["ecsProperties", ["taskProperties", "networkConfiguration", "assignPublicIp"]],
  ["nodeProperties", ["nodeRangeProperties", "container", "networkConfiguration", "assignPublicIp"]],
];

/** Parses a JSON property. A value that is not JSON is rejected by AWS. */
function parsed(props: object, property: string): object {
  const found = readValue(props, property);
  if (found.state !== "known") return {};
  try {
    const value: unknown = typeof found.value === "string" ? JSON.parse(found.value) : found.value;
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

const message = (flag: string, value: string) =>
  `${flag} is ${value}, so tasks get an address that is reachable from outside the VPC. Set ${flag} to false or "DISABLED", and use VPC endpoints for images and logs.`;

export const serviceNoPublicIp: Rule = {
  name: "ecs-service-no-public-ip",
  description: "No ECS service, scheduled task or Batch job on Fargate requests a public address.",
  risk: "A task with a public address can exchange data with the internet as soon as the VPC has an internet gateway.",
  fix: "Set assignPublicIp: false, and use VPC endpoints for images and logs.",
  severity: "high",
  control: { reference: "SC-7", specification: "Boundary protection" },
  publicIds: [
    "Security Hub ECS.2, ECS.16",
    "Checkov CKV_AWS_333",
    "Prowler ecs_service_no_assign_public_ip, ecs_task_set_no_assign_public_ip",
  ],
  resource: {
    ...Object.fromEntries(
      Object.entries(flagsIn).map(([type, paths]): [string, Check] => [
        type,
        ({ props }, report) => {
          for (const path of paths.filter((path) => isRequested(props, path))) report(message(path.join("."), "true"));
        },
      ]),
    ),
    [batchJob]: ({ props }, report) => {
      for (const [property, path] of batchFlags)
        if (isRequested(parsed(props, property), path)) report(message(`${property}.${path.join(".")}`, '"ENABLED"'));
    },
  },
};

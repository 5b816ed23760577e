// Selects the workloads that run without a user, and formats them for the dry run. Pure.
import { textTable } from "../text-table";
import { type Domain, type Workload } from "./studio-client";

const personTag = "cloister:person";

/** The user or profile that created a workload. Source: AWS "Domain resource isolation", tags that SageMaker AI adds. */
export function creatorOf({ tags = {} }: Workload): string | undefined {
  return tags[personTag] ?? tags["sagemaker:user-profile-arn"]?.split("/").at(-1);
}

/** Whether a workload belongs to the environment of a domain, or can belong to it because its tags are unknown. */
const isInEnvironment = ({ tags }: Workload, { environment }: Domain) =>
  tags === undefined || (environment !== undefined && tags["cloister:environment"] === environment);

/** Whether one of the profiles, or its user, created a workload. Without tags, any profile can be the creator. */
function isCreatedBy(workload: Workload, profiles: string[], { people }: Domain): boolean {
  const creator = creatorOf(workload);
  return workload.tags === undefined || profiles.some((profile) => creator === profile || creator === people[profile]);
}

/** The workloads of the domain's environment. With `profiles`, only the workloads that these profiles created. */
export const selectWorkloads = (workloads: Workload[], domain: Domain, profiles?: string[]): Workload[] =>
  workloads.filter((one) => isInEnvironment(one, domain) && (!profiles || isCreatedBy(one, profiles, domain)));

const deletion: Record<Workload["kind"], (name: string) => string> = {
  endpoint: (name) => `aws sagemaker delete-endpoint --endpoint-name ${name}`,
  "monitoring schedule": (name) => `aws sagemaker delete-monitoring-schedule --monitoring-schedule-name ${name}`,
};

/** The workloads with their creators and the commands that delete the workloads. Empty without workloads. */
export function workloadsText(domains: { id: string; domain: Domain; workloads: Workload[] }[]): string[] {
  const rows = domains.flatMap(({ id, workloads }) =>
    workloads.map((one) => [
      id,
      `${one.kind} ${one.name}`,
      one.tags === undefined ? "unknown: tags are readable only in the network" : (creatorOf(one) ?? ""),
      one.status,
    ]),
  );
  const commands = domains.flatMap(({ domain, workloads }) =>
    workloads.map(({ kind, name }) => `  ${deletion[kind](name)} --region ${domain.region}`),
  );
  if (rows.length === 0) return [];
  return [
    "Draining does not stop these workloads. They keep running after their creators have left:",
    textTable(["stack", "resource", "creator", "status"], rows),
    "Delete the workloads that are not needed with:",
    ...commands,
  ];
}

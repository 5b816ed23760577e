// Selects the workloads that run without a user. Pure.
import { isSelected, type Selection } from "./selection";
import { type Domain, type DomainContents, type Workload } from "./studio-client";

export const personTag = "cloister:person";

/** The user or profile that created a workload. Source: AWS "Domain resource isolation", tags that SageMaker AI adds. */
export function creatorOf({ tags = {} }: Workload): string | undefined {
  return tags[personTag] ?? tags["sagemaker:user-profile-arn"]?.split("/").at(-1);
}

/** Whether a workload belongs to the environment of a domain, or can belong to it because its tags are unknown. */
const isInEnvironment = ({ tags }: Workload, { environment }: Domain) =>
  tags === undefined || (environment !== undefined && tags["cloister:environment"] === environment);

/** The users whom profiles and workloads of the environment name. */
export const personsOf = ({ domain, contents: { workloads = [] } }: { domain: Domain; contents: DomainContents }): string[] => [
  ...Object.values(domain.people),
  ...workloads.flatMap((workload) => (isInEnvironment(workload, domain) ? (workload.tags?.[personTag] ?? []) : [])),
];

/**
 * The workloads of the domain's environment that the stack does not manage. With a selection, only the workloads of the
 * selected users. Without tags, any user can be the creator.
 */
export const selectWorkloads = (workloads: Workload[], domain: Domain, selection: Selection = {}): Workload[] =>
  workloads.filter(
    (workload) =>
      isInEnvironment(workload, domain) &&
      !domain.managedArns?.includes(workload.arn) &&
      (workload.tags === undefined || isSelected(creatorOf(workload), domain, selection)),
  );

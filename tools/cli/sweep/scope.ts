// Decides which resources in AWS belong to an environment whose domain is deleted, or about to be. Pure.
import { type StateResource } from "../engine";
import { domainTag, environmentTag, type FileSystem, type Group, type MountTarget, type Tags } from "./client";

/** What is known about an environment, before the first AWS call. */
export interface Scope {
  /** ID of the stack: `cloister-environment/fraud-dev`. */
  id: string;
  /** `<team>-<stage>`, the value of the tag `cloister:environment`. */
  environment: string;
  region: string;
  /** IDs of domains: in the state and outputs of the stack, and those that the user named. */
  domains: string[];
  /** VPCs and subnets that the stack created. Everything that SageMaker made in them belongs to the environment. */
  vpcs: string[];
  subnets: string[];
  /** Names of the Studio lifecycle configurations in the state. The stack deletes them. */
  managedConfigs: string[];
}

const idsOf = (resources: StateResource[], type: string): string[] =>
  resources.flatMap((resource) => (resource.type === type && resource.id ? [resource.id] : []));

/** The name of an environment, from the settings of its stack. */
export const environmentOf = (config: Record<string, unknown>): string =>
  `${String(config["cloister-environment:team"])}-${String(config["cloister-environment:stage"] ?? "dev")}`;

interface StackFacts {
  id: string;
  resources: StateResource[];
  config: Record<string, unknown>;
  region: string;
}

/** The scope of a stack, from its state and settings. */
export function scopeOf({ id, resources, config, region }: StackFacts): Scope {
  const outputs = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
  const known = [...idsOf(resources, "aws:sagemaker/domain:Domain"), ...(typeof outputs.domainId === "string" ? [outputs.domainId] : [])];
  return {
    id,
    environment: environmentOf(config),
    region,
    domains: [...new Set(known)],
    vpcs: idsOf(resources, "aws:ec2/vpc:Vpc"),
    subnets: idsOf(resources, "aws:ec2/subnet:Subnet"),
    managedConfigs: idsOf(resources, "aws:sagemaker/studioLifecycleConfig:StudioLifecycleConfig"),
  };
}

/** Whether `purge` is set and confirmed, so data is deleted with the stack. */
export const isPurged = (config: Record<string, unknown>): boolean =>
  String(config["cloister-environment:purge"]) === "true" && config["cloister-environment:confirmPurge"] === environmentOf(config);

/** The ID of the domain in a tag of SageMaker. */
export const domainOf = (tags: Tags): string | undefined => tags[domainTag]?.split("/").at(-1);

/** What SageMaker created for all domains in an account and region. */
export interface Created {
  fileSystems: FileSystem[];
  mountTargets: MountTarget[];
  groups: Group[];
}

/** IDs of domains. */
export interface Domains {
  /** Domains whose traces prove that they belong to the environment. Their home directories and logs can be deleted. */
  proven: string[];
  /** Domains that only the tag of a security group names. Any principal that can tag a group can name any domain. */
  named: string[];
}

/** The domains that tags name, of any environment. */
export const taggedDomains = ({ fileSystems, groups }: Created): string[] =>
  [...fileSystems, ...groups].flatMap(({ tags }) => domainOf(tags) ?? []);

/** Whether a security group belongs to the environment, whichever domain its tag names. */
export const isOwnGroup = ({ environment, vpcs }: Scope, { tags, vpc }: Group): boolean =>
  tags[environmentTag] === environment || vpcs.includes(vpc);

/**
 * The domains of an environment, by every trace that AWS and the stack have of them. A resource with the tag of another
 * environment is no trace: a neighbor can use the same VPC. A group is no trace of a file system.
 */
export function domainsOf(scope: Scope, { fileSystems, mountTargets, groups }: Created): Domains {
  const isForeign = (tags: Tags) => tags[environmentTag] !== undefined && tags[environmentTag] !== scope.environment;
  const isOwnFileSystem = ({ id, tags }: FileSystem) =>
    tags[environmentTag] === scope.environment ||
    mountTargets.some(({ fileSystem, subnet }) => fileSystem === id && scope.subnets.includes(subnet));
  const foreign = new Set([...fileSystems, ...groups].filter(({ tags }) => isForeign(tags)).map(({ tags }) => domainOf(tags)));
  const domainsIn = (found: { tags: Tags }[]) => found.flatMap(({ tags }) => domainOf(tags) ?? []);
  const proven = [...new Set([...scope.domains, ...domainsIn(fileSystems.filter(isOwnFileSystem))])].filter(
    (domain) => !foreign.has(domain),
  );
  const named = new Set(domainsIn(groups.filter((group) => isOwnGroup(scope, group))));
  return { proven, named: [...named].filter((domain) => !foreign.has(domain) && !proven.includes(domain)) };
}

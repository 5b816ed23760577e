// The kinds of leftover resources, in the order of their deletion. One row per kind.
import { domainOf, type Domains, isOwnGroup, type Scope } from "./scope";
import { environmentTag, type SweepClient } from "./client";

/** A resource that remains in AWS after the deletion of a Studio domain. */
export interface Leftover {
  /** Unique among the leftovers of its kind. */
  name: string;
  status: string;
  /** What the resource holds or contains, for the plan. */
  detail: string;
  domain: string;
}

export interface SweepRequest {
  /** Also delete the file systems with the home directories. */
  purge?: boolean | undefined;
  /** Also delete the log streams of Studio apps. */
  logs?: boolean | undefined;
}

export interface LeftoverKind {
  noun: string;
  /** Whether the request deletes this kind. Default: always. */
  isSelected?(request: SweepRequest): boolean;
  /** What happens to a resource. Default: `is deleted`. */
  action?: string;
  /** What happens to a resource that the request does not delete. */
  kept?: string;
  find(client: SweepClient, scope: Scope, domains: Domains): Promise<Leftover[]>;
  /** Runs once before the first deletion. */
  prepare?(client: SweepClient, leftovers: Leftover[]): Promise<void>;
  delete(client: SweepClient, name: string): Promise<void>;
  /** Statuses in which AWS is already deleting the resource. */
  deleting?: string[];
  /** An error that passes when AWS has deleted another resource. */
  passes?: RegExp;
  /** An error after which the resource is kept, because a resource of another owner uses it. */
  keeps?: RegExp;
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB of home directories`;

/** The file systems of the environment's domains. */
const homesOf = async (client: SweepClient, { proven }: Domains) =>
  (await client.fileSystems()).flatMap((fileSystem) => {
    const domain = domainOf(fileSystem.tags);
    return domain !== undefined && proven.includes(domain) ? [{ ...fileSystem, domain }] : [];
  });

export const kinds: LeftoverKind[] = [
  {
    noun: "mount target",
    async find(client, _scope, domains) {
      const homes = await homesOf(client, domains);
      const targets = await Promise.all(
        homes.map(async ({ id, domain }) => (await client.mountTargets(id)).map((target) => ({ ...target, domain }))),
      );
      return targets.flat().map(({ id, status, fileSystem, subnet, domain }) => ({
        name: id,
        status,
        detail: `connects ${fileSystem} to ${subnet}`,
        domain,
      }));
    },
    delete: (client, name) => client.deleteMountTarget(name),
    deleting: ["deleting"],
  },
  {
    noun: "file system",
    isSelected: ({ purge }) => purge === true,
    kept: "is kept, with all home directories",
    async find(client, _scope, domains) {
      return (await homesOf(client, domains)).map(({ id, status, bytes, domain }) => ({
        name: id,
        status,
        detail: gigabytes(bytes),
        domain,
      }));
    },
    delete: (client, name) => client.deleteFileSystem(name),
    deleting: ["deleting"],
    passes: /^FileSystemInUse$/,
  },
  {
    noun: "network interface",
    async find(client, { subnets, environment }, { proven, named }) {
      const groups = await client.groups();
      const domains = [...proven, ...named];
      const tagged = groups.flatMap(({ tags }) => (tags[environmentTag] === environment ? (domainOf(tags) ?? []) : []));
      const domainOfGroup = (ids: string[]) => groups.flatMap((group) => (ids.includes(group.id) ? (domainOf(group.tags) ?? []) : []))[0];
      return (await client.interfaces()).flatMap(({ id, description, subnet, groups: ids }) => {
        const domain = domains.find((domain) => description.includes(`(${domain})`)) ?? domainOfGroup(ids);
        const isNamed = domain !== undefined && named.includes(domain) && (subnets.includes(subnet) || tagged.includes(domain));
        const isLeftover = domain === undefined ? subnets.includes(subnet) : proven.includes(domain) || isNamed;
        return isLeftover ? [{ name: id, status: "available", detail: `in ${subnet}, used by no resource`, domain: domain ?? "" }] : [];
      });
    },
    delete: (client, name) => client.deleteInterface(name),
  },
  {
    noun: "security group",
    async find(client, scope, { proven, named }) {
      return (await client.groups()).flatMap((group) => {
        const { id, name, vpc, tags } = group;
        const domain = domainOf(tags);
        if (domain === undefined || !name.endsWith(`-nfs-${domain}`)) return [];
        const isLeftover = proven.includes(domain) || (named.includes(domain) && isOwnGroup(scope, group));
        return isLeftover ? [{ name: id, status: "", detail: `${name}, holds ${vpc}`, domain }] : [];
      });
    },
    // The two groups of a domain name each other in their rules, so neither can be deleted before the rules of both.
    async prepare(client, groups) {
      for (const { name } of groups) await client.revokeRules(name);
    },
    delete: (client, name) => client.deleteGroup(name),
    passes: /^DependencyViolation$/,
  },
  {
    noun: "lifecycle configuration",
    action: "is deleted, unless an app or a profile uses it",
    async find(client, { environment, managedConfigs }) {
      return (await client.lifecycleConfigs(environment))
        .filter(({ name, tags }) => tags[environmentTag] === environment && !managedConfigs.includes(name))
        .map(({ name }) => ({ name, status: "", detail: "not in the state of the stack", domain: "" }));
    },
    delete: (client, name) => client.deleteLifecycleConfig(name),
    keeps: /^ResourceInUse$/,
  },
  {
    noun: "log stream",
    isSelected: ({ logs }) => logs === true,
    kept: "is kept",
    async find(client, _scope, { proven }) {
      const streams = await Promise.all(
        proven.map(async (domain) => (await client.logStreams(domain)).map((logStream) => ({ ...logStream, domain }))),
      );
      return streams.flat().map(({ group, name, domain }) => ({ name: `${group}:${name}`, status: "", detail: "of a Studio app", domain }));
    },
    delete(client, name) {
      const [group, ...rest] = name.split(":");
      return client.deleteLogStream({ group: group!, name: rest.join(":") });
    },
  },
];

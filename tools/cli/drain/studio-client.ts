// Reads the Studio domains in the state of a stack, and lists the contents of a domain in AWS. Makes no decisions.
import { connectionSettings } from "../aws-settings";
import { type Session, type StateResource } from "../engine";
import { type Api, workloadKinds } from "./workload-kinds";

/** A Studio domain in the state of a stack. */
export interface Domain {
  /** `d-…`. Empty for an environment whose domain was deleted while the rest of its stack exists. */
  id: string;
  region: string;
  /** An account ID of 12 digits. */
  account: string;
  /** Names of the spaces and profiles in the state of the stack. */
  managedSpaces: string[];
  managedProfiles: string[];
  /** Value of the tag `cloister:environment`. */
  environment?: string;
  /** Users by profile, for profiles in the state of the stack. */
  people: Record<string, string>;
  /** ARNs of the SageMaker resources in the state of the stack. */
  managedArns?: string[];
}

export interface App {
  /** `JupyterLab`, `CodeEditor`, … */
  type: string;
  name: string;
  /** The space of the app, or the profile of an app without a space. */
  space?: string;
  profile?: string;
  /** `Pending`, `InService`, `Deleting`, `Deleted`, `Failed` */
  status: string;
}

export interface Space {
  name: string;
  /** Profile that owns the space. A shared space in Studio Classic has no owner. */
  owner?: string;
  /** `InService`, `Deleting`, `Delete_Failed`, … */
  status: string;
}

/** A resource that continues to run and incur costs after its creator leaves. */
export interface Workload {
  /** Noun of a row in `workloadKinds`. */
  kind: string;
  name: string;
  arn: string;
  status: string;
  /** Absent if the credentials cannot read tags. */
  tags?: Record<string, string>;
}

/** Tags of a resource that exists. `undefined`: the credentials cannot read them. */
type Tags = Record<string, string> | undefined | "gone";

/** Everything in a domain, managed by the stack or not. */
export interface DomainContents {
  apps: App[];
  spaces: Space[];
  /** Names of the user profiles. */
  profiles: string[];
  /** Workloads of the environment of the domain. Default: none. */
  workloads?: Workload[];
  /** The kinds of workloads that cannot be looked up, and the reason. */
  workloadsProblem?: { kinds: string[]; reason: string };
}

/** The SageMaker API for one domain. A call that fails rejects with the error from AWS. */
export interface StudioClient {
  /** Whether the domain exists in the account of the credentials. For a missing domain, AWS returns empty lists, no error. */
  exists(): Promise<boolean>;
  apps(): Promise<App[]>;
  spaces(): Promise<Space[]>;
  profiles(): Promise<string[]>;
  /**
   * Endpoints, jobs, pipelines and notebook instances of an environment, and those whose tags cannot be read.
   * With `kind`, only those of one kind.
   */
  workloads(environment: string | undefined, kind?: string): Promise<Workload[]>;
  /** The call that stops or deletes a workload in its current status. `undefined` while a change is in progress. */
  endWorkload(workload: Workload): (() => Promise<void>) | undefined;
  /** Starts to stop an app. An app that is already deleted is not an error. */
  deleteApp(app: App): Promise<void>;
  /** Starts to delete a space and its volume. A space that is already deleted is not an error. */
  deleteSpace(name: string): Promise<void>;
  /** Deletes a profile. A profile that is already deleted is not an error. */
  deleteProfile(name: string): Promise<void>;
}

const tagOf = (outputs: StateResource["outputs"], key: string) => (outputs?.tags as Record<string, string> | undefined)?.[key];

const managedArnsOf = (resources: StateResource[]): string[] =>
  resources.flatMap(({ type, outputs }) => (type.startsWith("aws:sagemaker/") && typeof outputs?.arn === "string" ? [outputs.arn] : []));

/**
 * The domains in the state of a stack: one, or two during a replacement. Outputs are not used: after a failed
 * deployment or destruction, a stack has a domain and no outputs. Pure.
 */
export function studioDomains(resources: StateResource[]): Domain[] {
  const namesIn = (domain: string, type: string, property: string) =>
    resources.flatMap(({ type: other, outputs }) => (other === type && outputs?.domainId === domain ? [String(outputs[property])] : []));
  return resources.flatMap(({ type, outputs }): Domain[] => {
    if (type !== "aws:sagemaker/domain:Domain") return [];
    const environment = tagOf(outputs, "cloister:environment");
    const [, region, account, id] = /^arn:[^:]+:sagemaker:([^:]+):(\d{12}):domain\/(.+)$/.exec(String(outputs?.arn)) ?? [];
    if (!id) return [];
    return [
      {
        id,
        region: region!,
        account: account!,
        managedSpaces: namesIn(id, "aws:sagemaker/space:Space", "spaceName"),
        managedProfiles: namesIn(id, "aws:sagemaker/userProfile:UserProfile", "userProfileName"),
        managedArns: managedArnsOf(resources),
        ...(environment === undefined ? {} : { environment }),
        people: Object.fromEntries(
          resources.flatMap(({ type: other, outputs: profile }) => {
            const person = tagOf(profile, "cloister:person");
            return other === "aws:sagemaker/userProfile:UserProfile" && profile?.domainId === id && person !== undefined
              ? [[String(profile.userProfileName), person]]
              : [];
          }),
        ),
      },
    ];
  });
}

/**
 * The domains in the state of a stack. Without a domain, the environment in the tags of the other resources: its jobs and
 * endpoints still hold the network. Empty when the stack has neither. Pure.
 */
export function environmentsOf(resources: StateResource[]): Domain[] {
  const domains = studioDomains(resources);
  if (domains.length > 0) return domains;
  return resources
    .flatMap(({ outputs }): Domain[] => {
      const environment = tagOf(outputs, "cloister:environment");
      const [, region, account] = /^arn:[^:]+:[^:]+:([^:]+):(\d{12}):/.exec(String(outputs?.arn)) ?? [];
      if (environment === undefined || !region || !account) return [];
      const managedArns = managedArnsOf(resources);
      return [{ id: "", region, account, environment, managedSpaces: [], managedProfiles: [], people: {}, managedArns }];
    })
    .slice(0, 1);
}

/**
 * Whether an error means that the resource is already deleted. Source: the errors that the Terraform AWS provider
 * ignores.
 */
const isAlreadyDeleted = ({ name, message }: Error): boolean =>
  name === "ResourceNotFound" ||
  (name === "ValidationException" &&
    /has already been deleted|previously failed and was automatically deleted|Could not find|resource not found|RecordNotFound|is in status (Stopped|Completed|Failed)/i.test(
      message,
    ));

const ignoreAlreadyDeleted = (deletion: Promise<unknown>): Promise<void> =>
  deletion.then(
    () => {},
    (error: Error) => {
      if (!isAlreadyDeleted(error)) throw error;
    },
  );

/**
 * Connects to a domain with the AWS SDK, which is loaded here because it is large. `signal` aborts only calls that
 * read.
 */
export async function studioClient(
  session: Session,
  { id, region }: Pick<Domain, "id" | "region">,
  signal?: AbortSignal,
): Promise<StudioClient> {
  const aws = await import("@aws-sdk/client-sagemaker");
  const client = new aws.SageMakerClient(connectionSettings(session, "api.sagemaker", region));
  const options = { abortSignal: signal };
  const paging = { client, pageSize: 100 };
  const inDomain = { DomainIdEquals: id };
  const api: Api = { aws, client, options };
  /** Tags of a resource. Undefined if the credentials cannot read tags. */
  async function tagsOf(ResourceArn: string): Promise<Tags> {
    try {
      const tags: Record<string, string> = {};
      for await (const { Tags } of aws.paginateListTags(paging, { ResourceArn }, options))
        for (const { Key, Value } of Tags ?? []) tags[Key!] = Value!;
      return tags;
    } catch (error) {
      if (isAlreadyDeleted(error as Error)) return "gone";
      if (/AccessDenied/.test((error as Error).name)) return undefined;
      throw error;
    }
  }
  return {
    async exists() {
      for await (const { Domains } of aws.paginateListDomains(paging, {}, options))
        if (Domains?.some(({ DomainId }) => DomainId === id)) return true;
      return false;
    },
    async apps() {
      const apps: App[] = [];
      for await (const { Apps } of aws.paginateListApps(paging, inDomain, options))
        for (const { AppType, AppName, SpaceName, UserProfileName, Status } of Apps ?? [])
          apps.push({
            type: AppType!,
            name: AppName!,
            status: Status!,
            ...(SpaceName ? { space: SpaceName } : {}),
            ...(UserProfileName ? { profile: UserProfileName } : {}),
          });
      return apps;
    },
    async spaces() {
      const spaces: Space[] = [];
      for await (const { Spaces } of aws.paginateListSpaces(paging, inDomain, options))
        for (const { SpaceName, Status, OwnershipSettingsSummary } of Spaces ?? []) {
          const owner = OwnershipSettingsSummary?.OwnerUserProfileName;
          spaces.push({ name: SpaceName!, status: Status!, ...(owner ? { owner } : {}) });
        }
      return spaces;
    },
    async profiles() {
      const profiles: string[] = [];
      for await (const { UserProfiles } of aws.paginateListUserProfiles(paging, inDomain, options))
        for (const { UserProfileName } of UserProfiles ?? []) profiles.push(UserProfileName!);
      return profiles;
    },
    async workloads(environment, kind) {
      const known = new Map<string, Promise<Tags>>();
      const tags = (arn: string) => {
        const found = known.get(arn) ?? tagsOf(arn);
        known.set(arn, found);
        return found;
      };
      const isOfEnvironment = async (arn: string) => {
        const found = await tags(arn);
        return found === undefined || (found !== "gone" && environment !== undefined && found["cloister:environment"] === environment);
      };
      const workloads: Workload[] = [];
      for (const { noun, list } of workloadKinds.filter((workloadKind) => kind === undefined || workloadKind.noun === kind))
        for await (const { name, arn, status } of list(api, isOfEnvironment)) {
          if (!(await isOfEnvironment(arn))) continue;
          const found = await tags(arn);
          if (found !== "gone") workloads.push({ kind: noun, name, arn, status, ...(found && { tags: found }) });
        }
      return workloads;
    },
    endWorkload({ kind, name, status }) {
      const call = workloadKinds.find(({ noun }) => noun === kind)!.calls.find(({ when }) => when.test(status))?.call;
      return call && (() => ignoreAlreadyDeleted(call(api, name)));
    },
    deleteApp: ({ type, name, space, profile }) =>
      ignoreAlreadyDeleted(
        client.send(
          new aws.DeleteAppCommand({
            DomainId: id,
            AppType: type as (typeof aws.AppType)[keyof typeof aws.AppType],
            AppName: name,
            ...(space === undefined ? { UserProfileName: profile } : { SpaceName: space }),
          }),
        ),
      ),
    deleteProfile: (name) => ignoreAlreadyDeleted(client.send(new aws.DeleteUserProfileCommand({ DomainId: id, UserProfileName: name }))),
    deleteSpace: (name) => ignoreAlreadyDeleted(client.send(new aws.DeleteSpaceCommand({ DomainId: id, SpaceName: name }))),
  };
}

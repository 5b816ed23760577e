// What runs in Studio domains: which domains a stack has, by its state, and what AWS tells of them. Decides nothing.
import { HttpsProxyAgent } from "https-proxy-agent";
import { getProxyForUrl } from "proxy-from-env";
import { type Session, type StateResource } from "../deploy";

/** A Studio domain of a stack, and what of it the stack's own settings made. */
export interface Domain {
  /** `d-…` */
  id: string;
  region: string;
  /** Twelve digits. */
  account: string;
  /** Names of the spaces and profiles that are in the stack's state. */
  ownSpaces: string[];
  ownProfiles: string[];
}

export interface App {
  /** `JupyterLab`, `CodeEditor`, … */
  type: string;
  name: string;
  /** The space that it runs in, or the profile where it runs in none. */
  space?: string;
  profile?: string;
  /** `Pending`, `InService`, `Deleting`, `Deleted`, `Failed` */
  status: string;
}

export interface Space {
  name: string;
  /** Profile that owns it; a shared space of the first Studio has none. */
  owner?: string;
  /** `InService`, `Deleting`, `Delete_Failed`, … */
  status: string;
}

/** What is in a domain, whoever made it. */
export interface Contents {
  apps: App[];
  spaces: Space[];
  /** Names of the user profiles. */
  profiles: string[];
}

/** AWS's side of one domain. Each call rejects with AWS's error. */
export interface Studio {
  /** Whether these credentials' account has the domain at all: lists of one that is not there are merely empty. */
  exists(): Promise<boolean>;
  apps(): Promise<App[]>;
  spaces(): Promise<Space[]>;
  profiles(): Promise<string[]>;
  /** Begins to end an app. One that has ended meanwhile is no error. */
  deleteApp(app: App): Promise<void>;
  /** Begins to delete a space and its volume. One that is gone meanwhile is no error. */
  deleteSpace(name: string): Promise<void>;
}

/**
 * The domains in a stack's state: one, or two while one is being replaced. By the state and not by the outputs, since a stack
 * whose deployment or destruction broke off has its domain and no outputs. Pure.
 */
export function domainsIn(resources: StateResource[]): Domain[] {
  const namesIn = (domain: string, type: string, name: string) =>
    resources.flatMap((one) => (one.type === type && one.outputs?.domainId === domain ? [String(one.outputs[name])] : []));
  return resources.flatMap((one): Domain[] => {
    if (one.type !== "aws:sagemaker/domain:Domain") return [];
    const [, region, account, id] = /^arn:[^:]+:sagemaker:([^:]+):(\d{12}):domain\/(.+)$/.exec(String(one.outputs?.arn)) ?? [];
    if (!id) return [];
    return [
      {
        id,
        region: region!,
        account: account!,
        ownSpaces: namesIn(id, "aws:sagemaker/space:Space", "spaceName"),
        ownProfiles: namesIn(id, "aws:sagemaker/userProfile:UserProfile", "userProfileName"),
      },
    ];
  });
}

/** Of an AWS client: in a world its address and keys, whatever the shell and its AWS profiles say; with an account nothing, so that the SDK finds them as the AWS CLI does. Pure. */
export function clientSettings({ env, world }: Pick<Session, "env" | "world">) {
  if (!world) return {};
  return {
    endpoint: env.AWS_ENDPOINT_URL!,
    credentials: {
      accessKeyId: env.AWS_ACCESS_KEY_ID!,
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY!,
      sessionToken: env.AWS_SESSION_TOKEN!,
    },
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
  };
}

/** The proxy that HTTPS_PROXY names for AWS, except for the hosts of NO_PROXY, as the provider of a deployment takes it; AWS's SDK knows of none by itself. */
function throughProxy(region: string) {
  const proxy = getProxyForUrl(`https://api.sagemaker.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`);
  return proxy === "" ? {} : { httpsAgent: new HttpsProxyAgent(proxy) };
}

/** What AWS answers for what is gone already. Source of the words: what the AWS provider for Terraform takes for gone. */
const isGone = ({ name, message }: Error): boolean =>
  name === "ResourceNotFound" ||
  (name === "ValidationException" && /has already been deleted|previously failed and was automatically deleted/.test(message));

const unlessGone = (work: Promise<unknown>): Promise<void> =>
  work.then(
    () => {},
    (error: Error) => {
      if (!isGone(error)) throw error;
    },
  );

/** A domain through AWS's SDK, which is loaded only now: it is large, and most commands don't need it. `signal` ends what only reads. */
export async function studioOf(session: Session, { id, region }: Pick<Domain, "id" | "region">, signal?: AbortSignal): Promise<Studio> {
  // The SDK is pinned, so that what its later versions will need is no news to whoever runs this one.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  const aws = await import("@aws-sdk/client-sagemaker");
  const client = new aws.SageMakerClient({
    ...clientSettings(session),
    region,
    // Waiting for apps takes minutes, and one bad answer must not end it.
    maxAttempts: 5,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000, ...throughProxy(region) },
  });
  const options = { abortSignal: signal };
  const paging = { client, pageSize: 100 };
  const inDomain = { DomainIdEquals: id };
  return {
    async exists() {
      for await (const { Domains } of aws.paginateListDomains(paging, {}, options))
        if (Domains?.some(({ DomainId }) => DomainId === id)) return true;
      return false;
    },
    async apps() {
      const found: App[] = [];
      for await (const { Apps } of aws.paginateListApps(paging, inDomain, options))
        for (const { AppType, AppName, SpaceName, UserProfileName, Status } of Apps ?? [])
          found.push({
            type: AppType!,
            name: AppName!,
            status: Status!,
            ...(SpaceName ? { space: SpaceName } : {}),
            ...(UserProfileName ? { profile: UserProfileName } : {}),
          });
      return found;
    },
    async spaces() {
      const found: Space[] = [];
      for await (const { Spaces } of aws.paginateListSpaces(paging, inDomain, options))
        for (const { SpaceName, Status, OwnershipSettingsSummary } of Spaces ?? []) {
          const owner = OwnershipSettingsSummary?.OwnerUserProfileName;
          found.push({ name: SpaceName!, status: Status!, ...(owner ? { owner } : {}) });
        }
      return found;
    },
    async profiles() {
      const found: string[] = [];
      for await (const { UserProfiles } of aws.paginateListUserProfiles(paging, inDomain, options))
        for (const { UserProfileName } of UserProfiles ?? []) found.push(UserProfileName!);
      return found;
    },
    deleteApp: ({ type, name, space, profile }) =>
      unlessGone(
        client.send(
          new aws.DeleteAppCommand({
            DomainId: id,
            AppType: type as (typeof aws.AppType)[keyof typeof aws.AppType],
            AppName: name,
            ...(space === undefined ? { UserProfileName: profile } : { SpaceName: space }),
          }),
        ),
      ),
    deleteSpace: (name) => unlessGone(client.send(new aws.DeleteSpaceCommand({ DomainId: id, SpaceName: name }))),
  };
}

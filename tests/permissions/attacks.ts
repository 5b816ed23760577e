// Groups rows of the permissions table by the attack that they show. A row can also name its attack itself.
import { serviceRoles, userRoles } from "@cloister/components/identity/roles";
import { type Attacker, type Row } from "./row-kit";

interface AttackGroup {
  /** `caller`: an insider if the caller is a user role, or a malicious package if the caller is a service role. */
  by: Attacker | "caller";
  tries: string;
  /** Default: every caller. */
  callers?: readonly string[];
  /** Titles of the rows, without the caller. */
  titles: RegExp;
}

const users: readonly string[] = userRoles;
const services: readonly string[] = serviceRoles;

/** The first group that matches a denied row applies. */
export const attackGroups: AttackGroup[] = [
  // A role of another environment in the account. Rows about roles of this environment show the same in reverse.
  { by: "neighbor environment", tries: "reads, writes or deletes data", callers: ["neighbour"], titles: /accesses data/ },
  { by: "neighbor environment", tries: "uses the keys", callers: ["neighbour"], titles: /key/ },
  { by: "neighbor environment", tries: "passes a role of another environment", titles: /passes neighbour/ },
  {
    by: "neighbor environment",
    tries: "creates resources with the tag of another environment, or changes tags",
    titles: /another environment's tag|as its own/,
  },
  { by: "neighbor environment", tries: "reads data, values and logs of another environment", titles: /reads .*another environment/ },
  {
    by: "neighbor environment",
    tries: "describes resources without the tag of the environment",
    titles: /what has no tag|without the tags of Cloister/,
  },
  { by: "neighbor environment", tries: "uses keys of another environment", titles: /another environment's key/ },
  { by: "neighbor environment", tries: "uses jobs, models and SageMaker endpoints of another environment", titles: /another environment/ },
  { by: "neighbor environment", tries: "uses profiles, spaces and apps of another domain", titles: /another domain/ },

  // An AWS account outside the organization.
  { by: "stranger", tries: "uses its own credentials inside the network", callers: ["stranger"], titles: /through the endpoint/ },
  { by: "stranger", tries: "reads or decrypts data from its own account", callers: ["stranger"], titles: /./ },
  { by: "stranger", tries: "lets SageMaker assume a role for a resource of its own account", titles: /assumes .* for another account/ },
  { by: "stranger", tries: "lets another AWS service assume a role", callers: ["lambda.amazonaws.com"], titles: /./ },

  { by: "compromised target account", tries: "reads, writes or decrypts data", callers: ["target"], titles: /data|artifacts/ },
  { by: "compromised target account", tries: "invokes the environment's SageMaker endpoints", callers: ["target"], titles: /invokes/ },
  { by: "compromised target account", tries: "assumes roles of the environment or of the hub", callers: ["target"], titles: /assumes/ },

  { by: "stranger", tries: "uses endpoints of the environment without credentials", callers: ["anonymous"], titles: /./ },

  // Credentials outside the network.
  {
    by: "stolen session",
    tries: "uses data from another network",
    titles: /(data|artifact|captured requests).* from (outside|another network)/,
  },
  { by: "stolen session", tries: "invokes SageMaker endpoints from another network", titles: /invokes .* from/ },
  {
    by: "stolen session",
    tries: "opens Studio or a notebook instance from another network",
    titles: /(profile|notebook instance).* (without a VPC endpoint|from outside|through another network)/,
  },
  {
    by: "stolen session",
    tries: "uses keys directly instead of through an AWS service",
    callers: [...users, ...services],
    titles: /key directly|data key through/,
  },
  {
    by: "stolen session",
    tries: "reads names and spaces from another network",
    titles: /lists (names|Studio) outside|describes its space/,
  },
  { by: "stolen session", tries: "works in another region", titles: /another region/ },
  {
    by: "stolen session",
    tries: "assumes a user role with an access key alone, or for another user",
    callers: ["user"],
    titles: /assumes/,
  },

  // Administrators of the account who change no policy.
  {
    by: "insider",
    tries: "reads data as an administrator of the account",
    callers: ["administrator"],
    titles: /data|artifacts|versions/,
  },
  {
    by: "insider",
    tries: "uses keys as an administrator of the account",
    callers: ["administrator", "deployer"],
    titles: /(uses|grants) the .* key/,
  },
  { by: "insider", tries: "writes data in plain text or under another key as the deploying role", callers: ["deployer"], titles: /./ },
  { by: "insider", tries: "assumes service roles as an administrator of the account", callers: ["administrator"], titles: /assumes/ },
  {
    by: "insider",
    tries: "bypasses the guardrails with the role of a Service Catalog product that has all permissions",
    callers: ["product", "hub-product"],
    titles: /./,
  },

  {
    by: "caller",
    tries: "stops, changes, deceives or reads the detective controls",
    titles: /of the controls|the allow-list of/,
  },

  // Users, and code that acts under a service role.
  { by: "caller", tries: "uses network features with a role that needs none", titles: /, with the feature / },
  {
    by: "stolen session",
    tries: "uses network features from another network, or for resources without the tag",
    titles: /: (from outside|from another network|without (aws|sts|codeconnections|bedrock):)/,
  },
  { by: "malicious package", tries: "uses external repositories that the settings do not list", titles: /external repository/ },
  { by: "malicious package", tries: "reads tables that the settings do not list", titles: /Glue databases/ },
  { by: "insider", tries: "pulls images of accounts that the settings do not list", callers: ["administrator"], titles: /pulls an image/ },
  { by: "caller", tries: "gains permissions by a known escalation", titles: /^escalates/ },
  {
    by: "insider",
    tries: "works as another user in Studio or on a notebook instance",
    titles: /another user's|colleague|without a user|for another user|opens a profile$/,
  },
  { by: "insider", tries: "approves a model that the insider built", titles: /approve/ },
  {
    by: "caller",
    tries: "runs jobs and models outside the environment's network",
    titles: /without (a network|subnets|groups)|unknown (subnet|group)|contains its job|with network access|without network isolation/,
  },
  {
    by: "caller",
    tries: "runs jobs without the environment's keys or with plain traffic",
    titles: /creates (without|under|with) .*(key|traffic)/,
  },
  { by: "caller", tries: "runs jobs that are not tagged, or on other instance types", titles: /without a tag|another instance type/ },
  { by: "caller", tries: "creates compute whose network cannot be restricted", titles: /cluster|compilation|labeling/ },
  { by: "malicious package", tries: "writes data under another key", titles: /writes (data|an artifact) (under|with)/ },
  { by: "malicious package", tries: "sends data without TLS", titles: /without TLS/ },
  {
    by: "malicious package",
    tries: "copies data to a bucket outside the environment",
    titles: /writes into|lists (all buckets|a stranger's bucket)/,
  },
  { by: "malicious package", tries: "connects from outside to a space or a job", titles: /remote/ },
  {
    by: "malicious package",
    tries: "writes metrics, values or images that principals outside read",
    titles: /writes (values|other metrics|metrics of)|pushes an image/,
  },
  { by: "caller", tries: "reads or writes data with a role that needs no data", titles: /(reads|writes) (data|artifacts)$/ },
  { by: "caller", tries: "grants keys to another principal, or administers keys", titles: /key|another service the/ },
  { by: "caller", tries: "passes or assumes a role with other permissions", titles: /passes|assumes/ },
  {
    by: "caller",
    tries: "changes the domain, networks, buckets or logs",
    titles: /^(creates (a domain|a notebook|a route|an internet|a bucket)|changes (the|a profile)|deletes|opens a|makes its)/,
  },
  { by: "caller", tries: "uses actions that the role does not need", titles: /./ },
];

export const groupOf = ({ caller, it }: Row) =>
  attackGroups.find(({ callers, titles }) => (callers?.includes(caller) ?? true) && titles.test(it.slice(caller.length + 1)));

/** The rows, each denied row with its attack. */
export const withAttacks = (rows: Row[]): Row[] =>
  rows.map((row) => {
    const group = row.want === "denied" && row.attack === undefined ? groupOf(row) : undefined;
    const by = group?.by === "caller" ? (users.includes(row.caller) ? "insider" : "malicious package") : group?.by;
    return by ? { ...row, attack: { by, tries: group!.tries } } : row;
  });

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
  { by: "neighbor environment", tries: "read, write or delete data", callers: ["neighbour"], titles: /accesses data/ },
  { by: "neighbor environment", tries: "use the keys", callers: ["neighbour"], titles: /key/ },
  { by: "neighbor environment", tries: "pass a role of another environment", titles: /passes neighbour/ },
  {
    by: "neighbor environment",
    tries: "create resources with the tag of another environment, or change tags",
    titles: /another environment's tag|as its own/,
  },
  { by: "neighbor environment", tries: "read data, values and logs of another environment", titles: /reads .*another environment/ },
  { by: "neighbor environment", tries: "use keys of another environment", titles: /another environment's key/ },
  { by: "neighbor environment", tries: "use jobs, models and SageMaker endpoints of another environment", titles: /another environment/ },
  { by: "neighbor environment", tries: "use profiles, spaces and apps of another domain", titles: /another domain/ },

  // An AWS account outside of the organization.
  { by: "stranger", tries: "use its own credentials inside the network", callers: ["stranger"], titles: /through the endpoint/ },
  { by: "stranger", tries: "read or decrypt data from its own account", callers: ["stranger"], titles: /./ },
  { by: "stranger", tries: "let SageMaker assume a role for a resource of its own account", titles: /assumes .* for another account/ },
  { by: "stranger", tries: "let another AWS service assume a role", callers: ["lambda.amazonaws.com"], titles: /./ },

  { by: "compromised target account", tries: "read, write or decrypt data", callers: ["target"], titles: /data|artifacts/ },
  { by: "compromised target account", tries: "invoke the environment's SageMaker endpoints", callers: ["target"], titles: /invokes/ },
  { by: "compromised target account", tries: "assume roles of the environment or of the hub", callers: ["target"], titles: /assumes/ },

  // Credentials outside of the network.
  {
    by: "stolen session",
    tries: "use data from another network",
    titles: /(data|artifact|captured requests).* from (outside|another network)/,
  },
  { by: "stolen session", tries: "invoke SageMaker endpoints from another network", titles: /invokes .* from/ },
  {
    by: "stolen session",
    tries: "open Studio or a notebook instance from another network",
    titles: /(profile|notebook instance).* (without a VPC endpoint|from outside|through another network)/,
  },
  { by: "stolen session", tries: "use feature permissions from another network, or for resources without the tag", titles: /^needs / },
  {
    by: "stolen session",
    tries: "use keys directly instead of through an AWS service",
    callers: [...users, ...services],
    titles: /key directly|data key through/,
  },
  { by: "stolen session", tries: "work in another region", titles: /another region/ },
  { by: "stolen session", tries: "assume a user role with an access key alone, or for another user", callers: ["user"], titles: /assumes/ },

  // Administrators of the account who change no policy.
  {
    by: "insider",
    tries: "read data as an administrator of the account",
    callers: ["administrator"],
    titles: /data|artifacts|versions/,
  },
  {
    by: "insider",
    tries: "use keys as an administrator of the account",
    callers: ["administrator", "deployer"],
    titles: /(uses|grants) the .* key/,
  },
  { by: "insider", tries: "write data in plain text or under another key as the deploying role", callers: ["deployer"], titles: /./ },
  { by: "insider", tries: "assume service roles as an administrator of the account", callers: ["administrator"], titles: /assumes/ },
  {
    by: "insider",
    tries: "bypass the guardrails with the role of a Service Catalog product that has all permissions",
    callers: ["product", "hub-product"],
    titles: /./,
  },

  // Users, and code that acts under a service role.
  { by: "caller", tries: "gain permissions by a known escalation", titles: /^escalates/ },
  {
    by: "insider",
    tries: "work as another user in Studio or on a notebook instance",
    titles: /another user's|colleague|without a user|for another user|opens a profile$/,
  },
  { by: "insider", tries: "approve a model that the insider built", titles: /approve/ },
  {
    by: "caller",
    tries: "run jobs and models outside of the environment's network",
    titles: /without (a network|subnets|groups)|unknown (subnet|group)|contains its job|with network access|without network isolation/,
  },
  {
    by: "caller",
    tries: "run jobs without the environment's keys or with plain traffic",
    titles: /creates (without|under|with) .*(key|traffic)/,
  },
  { by: "caller", tries: "run jobs that are not tagged, or on other instance types", titles: /without a tag|another instance type/ },
  { by: "caller", tries: "create compute whose network cannot be restricted", titles: /cluster|compilation|labeling/ },
  { by: "malicious package", tries: "write data under another key", titles: /writes (data|an artifact) (under|with)/ },
  { by: "malicious package", tries: "send data without TLS", titles: /without TLS/ },
  { by: "malicious package", tries: "copy data to a bucket outside of the environment", titles: /writes into|lists all buckets/ },
  { by: "malicious package", tries: "connect from outside to a space or a job", titles: /remote/ },
  {
    by: "malicious package",
    tries: "write metrics, values or images that principals outside read",
    titles: /writes (values|other metrics)|pushes an image/,
  },
  { by: "caller", tries: "read or write data with a role that needs no data", titles: /(reads|writes) (data|artifacts)$/ },
  { by: "caller", tries: "grant keys to another principal, or administer keys", titles: /key|another service the/ },
  { by: "caller", tries: "pass or assume a role with other permissions", titles: /passes|assumes/ },
  { by: "caller", tries: "change the domain, networks, buckets or logs", titles: /^(creates a|changes|deletes|opens|makes)/ },
  { by: "caller", tries: "use permissions of another role", titles: /./ },
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

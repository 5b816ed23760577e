// Defines the rows of the permissions table, and what every file of rows needs to write them.
import { type Profile, profiles } from "@cloister/components/identity/guardrails";
import { type PeopleNetwork } from "@cloister/components/identity/permissions/facts";
import { type PermissionRequest } from "./simulator";

/** Attackers. The names are headings of the attack log (docs/threats.md). */
export const attackers = [
  "insider",
  "stolen session",
  "malicious package",
  "compromised target account",
  "neighbor environment",
  "stranger",
] as const;
export type Attacker = (typeof attackers)[number];

export interface Row extends PermissionRequest {
  /** Title, such as `execution trains without subnets`. */
  it: string;
  want: "allowed" | "denied";
  /** Claim or requirement that the row proves, `W12`. */
  proves?: string;
  /** The attack that the row shows, for the attack log: the attacker, and what the attacker tries. */
  attack?: { by: Attacker; tries: string };
}

/** The resources of a target account that the requests name. */
export interface TargetIds {
  accountId: string;
  vpcId: string;
  subnetIds: string[];
  s3EndpointId: string;
  keyArn: string;
  bucketArn: string;
  deployRoleArn: string;
}

/** The resources of the audit of a hub that the requests name. */
export interface AuditIds {
  trailArn: string;
  bucketArn: string;
  keyArn: string;
  /** Log group with the events of the trail. */
  logGroupArn: string;
  /** Bucket to which AWS Config delivers, and its key. */
  configBucketArn: string;
  configKeyArn: string;
}

/** The resources of a deployment that the requests name. */
export interface Ids {
  accountId: string;
  region: string;
  environment: string;
  vpcId: string;
  subnetIds: string[];
  groupId: string;
  s3EndpointId: string;
  dataKeyArn: string;
  volumeKeyArn: string;
  logKeyArn: string;
  dataBucketArn: string;
  modelBucketArn: string;
  domainId: string;
  /** A user profile, and the user of this profile. */
  profile: string;
  person: string;
  /** An instance type that the settings allow. */
  instanceType: string;
  /** Features of the network. */
  features: string[];
  /** The product notebook instance, if the environment has products, `arn:…:product/…`. */
  productArn?: string;
  /** The product environment, if the hub has one, `arn:…:product/…`. */
  environmentProductArn?: string;
  /** The bucket with the history of the controls, if the hub has controls, `arn:…:s3:::…`. */
  controlsHistoryArn?: string;
  /** Tags of the environment's resources. */
  tags: Record<string, string>;
  /** Guardrail profile of the environment. */
  guardrails: Profile;
  /** Whether job and model containers must run without network access: `guardrails.networkIsolation`. */
  networkIsolation: boolean;
  /** Where users work from: the setting `people.network`. */
  peopleNetwork: PeopleNetwork;
  /** Guardrail profile of the hub. */
  hubPeopleNetwork: PeopleNetwork;
  /** From where Studio can open apps: the setting `people.openApps`. */
  openApps: PeopleNetwork;
  /** The audit of the hub, if it is part of the deployment. */
  audit?: AuditIds;
  /** A target account of the environment, if it is part of the deployment. */
  target?: TargetIds;
  /** Role ARNs by caller name, such as `execution`. */
  roleArns: Record<string, string>;
}

/** Marks the denied requests among these rows as an attack. */
export const attack = (by: Attacker, tries: string, rows: Row[]): Row[] =>
  rows.map((row) => (row.want === "denied" && row.attack === undefined ? { ...row, attack: { by, tries } } : row));

export type Context = Record<string, string | string[]>;

export const omit = (context: Context, ...keys: string[]): Context =>
  Object.fromEntries(Object.entries(context).filter(([key]) => !keys.includes(key)));

/** Values that requests name, and `row`, which creates a row. */
export function rowKit(ids: Ids) {
  const { accountId, region, environment } = ids;
  const arn = (service: string, resource: string, account = accountId) => `arn:aws:${service}:${region}:${account}:${resource}`;
  return {
    ids,
    arn,
    /** The result of a request that guardrails deny from this profile on, and that the role's policies allow. */
    from: (profile: Profile): Row["want"] => (profiles.indexOf(ids.guardrails) < profiles.indexOf(profile) ? "allowed" : "denied"),
    /** A SageMaker resource of the account. */
    sm: (resource: string) => arn("sagemaker", resource),
    unknown: {
      subnet: "subnet-0f0f0f0f0f0f0f0f0",
      group: "sg-0f0f0f0f0f0f0f0f0",
      key: arn("kms", "key/foreign"),
      account: "999988887777",
    },
    /** Through the environment's VPC endpoints. */
    inside: { "aws:SourceVpce": ids.s3EndpointId, "aws:SourceVpc": ids.vpcId } as Context,
    /** Through the VPC endpoints of another network. Outside any network, these keys are absent. */
    elsewhere: { "aws:SourceVpce": "vpce-0f0f0f0f0f0f0f0f0", "aws:SourceVpc": "vpc-0f0f0f0f0f0f0f0f0" } as Context,
    /** The tags that a request must have. */
    requestTag: Object.fromEntries(
      ["cloister:environment", "cloister:team", "cloister:owner"].map((key) => [`aws:RequestTag/${key}`, ids.tags[key]!]),
    ) as Context,
    ownTag: { "aws:ResourceTag/cloister:environment": environment } as Context,
    otherEnvironmentTag: { "aws:ResourceTag/cloister:environment": `${environment}-2` } as Context,
    row: (
      caller: string,
      it: string,
      want: Row["want"],
      action: string,
      resource: string,
      context: Context = {},
      more: Partial<Row> = {},
    ): Row => ({ caller, it: `${caller} ${it}`, want, action, resource, context, ...more }),
  };
}

export type RowKit = ReturnType<typeof rowKit>;
export type MakeRow = RowKit["row"];

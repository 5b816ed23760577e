// Validates and plans target accounts before their first resource is created.
import { type AwsContext } from "@cloister/components/aws/context";
import { assumeRoleDenial } from "@cloister/components/aws/assume-role";
import { otherCaller } from "@cloister/components/aws/caller";
import { lookupAwsContext, optional, type Options } from "@cloister/components/aws/lookup";
import { resourcePrefix } from "@cloister/components/identity/deploy-role/boundary";
import { boundaryName, deployRoleName, versionTag } from "@cloister/components/identity/deploy-role/names";
import { deployOptionsOf } from "@cloister/components/identity/deploy-role/options";
import { bootstrapVersion } from "@cloister/components/identity/deploy-role/template";
import { type NetworkPlan, type NetworkRequest, preflightNetwork } from "@cloister/components/network";
import { purgeProblems } from "@cloister/components/stack/common-settings";
import { plainValue, type Received } from "@cloister/components/stack/contract";
import { failOnProblems, showWarnings } from "@cloister/components/stack/errors";
import { removeCommand, shellWord } from "@cloister/components/stack/fix-command";
import { type Problem } from "@cloister/components/stack/preflight";
import { type environmentOutputs } from "@cloister/environment/outputs";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { defaultCidr, type TargetSettings } from "./settings";

/** The plan of a stage of target accounts: everything that depends on the environment and the hub account. */
export interface StagePlan {
  /** `fraud-dev-staging`: the environment's name and the stage. */
  name: string;
  environment: string;
  team: string;
  hub: AwsContext;
  /** Role of the hub's credentials, or another caller. */
  callerArn: string;
  settings: TargetSettings;
  /** Role in each account, with its path. */
  deployRoleName: string;
  externalId: string;
  /** Existing permissions boundary in each account, with its path. Absent: Cloister creates one. */
  permissionsBoundaryName?: string;
  /** CIDR ranges that the VPC in each account must not overlap. */
  reserved: NonNullable<NetworkRequest["reserved"]>;
}

/** The plan of one target account, and the provider for the account. */
export interface AccountPlan {
  id: string;
  /** `fraud-dev-staging-444455556666` */
  name: string;
  context: AwsContext;
  provider: aws.Provider;
  deployRoleArn: string;
  /** Existing permissions boundary of the created roles, `arn:…:policy/…`. Absent: Cloister creates one. */
  permissionsBoundaryArn?: string;
  network: NetworkPlan;
}

const namespace = "cloister-target-accounts";

/**
 * Validates the stage against the environment and the credentials.
 * Errors: one `UserError` with all problems.
 */
export async function preflightStage(settings: TargetSettings, environment: Received<typeof environmentOutputs>): Promise<StagePlan> {
  // Resource names contain the environment's name, so it must be a plain value.
  const [name, team, hubAccount, vpcCidrs, centralCidr] = await Promise.all([
    plainValue(environment.environment),
    plainValue(environment.team),
    plainValue(environment.accountId),
    plainValue(environment.vpcCidrs),
    plainValue(environment.centralCidr),
  ]);
  const { deployRoleArn: callerArn, ...hub } = await lookupAwsContext({});
  const stage = `${name}-${settings.stage}`;
  const bootstrapped = { name: stage, region: hub.region };
  failOnProblems([
    ...(hub.accountId === hubAccount
      ? []
      : [
          `The AWS credentials must be for account ${hubAccount}, which contains environment '${name}' (got account ${hub.accountId}). Cloister assumes a role in each target account from account ${hubAccount}.`,
        ]),
    ...(settings.accounts.some(({ id }) => id === hubAccount)
      ? [
          {
            setting: `${namespace}:accounts`,
            text: `must not contain ${hubAccount}, the hub account. Models run in separate accounts. Fix: remove ${hubAccount} from the list.`,
          },
        ]
      : []),
    ...callerProblems(callerArn),
    ...boundarySettingProblems(settings),
    ...purgeProblems({ namespace, ...settings, name: stage }),
  ]);
  // Target accounts have no VPC peering. An environment with shared endpoints has, so addresses must be unique.
  const reserved =
    centralCidr === ""
      ? []
      : [
          ...vpcCidrs.map((cidr) => ({ cidr, description: `the CIDR range of environment '${name}'` })),
          { cidr: centralCidr, description: `the CIDR range of the core stack's shared endpoints, which environment '${name}' uses` },
        ];
  const permissionsBoundaryName =
    settings.permissionsBoundaryName ?? (settings.deployRoleName === undefined ? boundaryName(bootstrapped) : undefined);
  return {
    name: stage,
    environment: name,
    team,
    hub,
    callerArn,
    settings,
    deployRoleName: settings.deployRoleName ?? deployRoleName(bootstrapped),
    externalId: settings.externalId ?? stage,
    ...(permissionsBoundaryName !== undefined && { permissionsBoundaryName }),
    reserved,
  };
}

/** AWS lets neither a root user nor a federated user assume a role. Source: AWS API `AssumeRole`. */
function callerProblems(callerArn: string): string[] {
  const caller = otherCaller(callerArn);
  return caller === undefined
    ? []
    : [
        `${caller[0]!.toUpperCase()}${caller.slice(1)} cannot assume a role in a target account (got ${callerArn}). Fix: deploy as an IAM role.`,
      ];
}

const boundarySetting = `${namespace}:permissionsBoundaryName`;

/** The role of `cloister bootstrap` must not choose the permissions boundary of the roles that it creates. */
const boundarySettingProblems = ({ permissionsBoundaryName: name, deployRoleName: role }: TargetSettings): Problem[] =>
  name === undefined || role !== undefined
    ? []
    : [
        {
          setting: boundarySetting,
          text: `is not supported without deployRoleName (got '${name}'), because the role of cloister bootstrap creates roles only with the permissions boundary of that command. Fix: ${removeCommand(boundarySetting)}`,
        },
      ];

const roleArnIn = ({ hub, deployRoleName: role }: StagePlan, id: string) => `arn:${hub.partition}:iam::${id}:role/${role}`;

/** A provider for one account, using a role that the hub's credentials can assume. */
const accountProvider = (stage: StagePlan, id: string, parent: pulumi.Resource) =>
  new aws.Provider(
    `${stage.name}-account-${id}`,
    {
      region: stage.hub.region as aws.Region,
      assumeRoles: [{ roleArn: roleArnIn(stage, id), sessionName: "cloister", externalId: stage.externalId }],
      // The provider fails if the assumed role does not belong to the target account.
      allowedAccountIds: [id],
    },
    { parent },
  );

/** The command that creates the role of this stage. */
const bootstrapCommand = (trusted: string) => `npx cloister bootstrap ${pulumi.getStack()} --trust ${shellWord(trusted)} --deploy`;

/** Why the role in an account cannot be assumed, and what to do. */
async function assumeProblems(stage: StagePlan, id: string): Promise<string[]> {
  const { callerArn, externalId, hub, settings } = stage;
  const roleArn = roleArnIn(stage, id);
  const denial = await assumeRoleDenial({ roleArn, externalId, region: hub.region });
  if (denial === undefined) return [];
  const fix =
    settings.deployRoleName === undefined
      ? `with credentials of account ${id}, create the role: ${bootstrapCommand(callerArn)}`
      : `let ${callerArn} assume the role with external ID '${externalId}', or remove deployRoleName and create a role: ${bootstrapCommand(callerArn)}`;
  return [`Account ${id}: ${callerArn} cannot assume ${roleArn} (${denial}). Fix: ${fix}`];
}

/** The result of a lookup, or the message of AWS why the role cannot look it up. */
const readable = <T>(lookup: Promise<T>): Promise<{ found: T } | { denial: string }> =>
  lookup.then(
    (found) => ({ found }),
    (error: Error) => ({ denial: error.message }),
  );

/** The role of `cloister bootstrap` must have the permissions of this version and these settings. */
async function versionProblems(stage: StagePlan, { accountId, partition, region }: AwsContext, opts: Options): Promise<string[]> {
  const { settings, name, environment } = stage;
  if (settings.deployRoleName !== undefined) return [];
  // A role without tags can lack the list.
  const role = await readable(aws.iam.getRole({ name: stage.deployRoleName.split("/").at(-1)! }, opts));
  if ("denial" in role)
    return [
      `Account ${accountId}: ${roleArnIn(stage, accountId)} cannot read its own tags (${role.denial}). Fix: update the role: ${bootstrapCommand(stage.callerArn)}`,
    ];
  const { arn, tags = {} } = role.found;
  const expected = bootstrapVersion({ name, environment, stage: settings.stage, region }, deployOptionsOf(settings, { partition, region }));
  return tags[versionTag] === expected
    ? []
    : [
        `Account ${accountId}: the permissions of ${arn} are those of other settings or of another version of Cloister. Fix: update the role: ${bootstrapCommand(stage.callerArn)}`,
      ];
}

async function boundaryProblems(stage: StagePlan, id: string, arn: string | undefined, opts: Options): Promise<(Problem | string)[]> {
  if (arn === undefined) return [];
  const policy = await readable(optional(aws.iam.getPolicy({ arn }, opts)));
  const { permissionsBoundaryName: name } = stage.settings;
  if ("denial" in policy) {
    const role = roleArnIn(stage, id);
    return name === undefined
      ? [
          `Account ${id}: ${role} cannot read the permissions boundary ${arn} (${policy.denial}). Fix: update the role: ${bootstrapCommand(stage.callerArn)}`,
        ]
      : [
          {
            setting: boundarySetting,
            text: `must be a policy that the deploy role can read in each account (got '${name}'): ${policy.denial}. Fix: allow ${role} iam:GetPolicy on ${arn}, or let Cloister create a policy: ${removeCommand(boundarySetting)}`,
          },
        ];
  }
  if (policy.found) return [];
  return name === undefined
    ? [`${arn} must exist, because it is the permissions boundary of the created roles. Fix: ${bootstrapCommand(stage.callerArn)}`]
    : [
        {
          setting: boundarySetting,
          text: `must be an existing policy in each account (got '${name}'): ${arn} does not exist. Fix: create the policy, or let Cloister create one: ${removeCommand(boundarySetting)}`,
        },
      ];
}

/** The plan of one account, with a provider for the account. */
async function planAccount(
  stage: StagePlan,
  index: number,
  parent: pulumi.Resource,
): Promise<{ plan: AccountPlan; problems: (Problem | string)[]; warnings: Problem[] }> {
  const { settings, environment, reserved, permissionsBoundaryName } = stage;
  const account = settings.accounts[index]!;
  const { id } = account;
  const path = `${namespace}:accounts[${index}]`;
  const provider = accountProvider(stage, id, parent);
  const { deployRoleArn, ...context } = await lookupAwsContext({ provider });
  const name = resourcePrefix(stage, context);
  const permissionsBoundaryArn =
    permissionsBoundaryName === undefined ? undefined : `arn:${context.partition}:iam::${id}:policy/${permissionsBoundaryName}`;
  const [{ plan: network, problems, warnings = [] }, ...others] = await Promise.all([
    preflightNetwork(
      {
        ...context,
        name,
        vpcSettings: account,
        defaultCidr,
        network: settings.network,
        identifyingTags: { "cloister:environment": environment },
        reserved,
        omit: { setting: `${path}.omitEndpoints`, endpoints: account.omitEndpoints },
        paths: { vpcSettings: path, network: `${namespace}:network` },
      },
      { provider },
    ),
    versionProblems(stage, context, { provider }),
    boundaryProblems(stage, id, permissionsBoundaryArn, { provider }),
  ]);
  return {
    plan: { id, name, context, provider, deployRoleArn, network, ...(permissionsBoundaryArn !== undefined && { permissionsBoundaryArn }) },
    problems: [...problems, ...others.flat()],
    warnings,
  };
}

/**
 * Assumes the role in every account, looks up the account and plans its network. Creates a provider for each account.
 * No resources are created before all accounts are planned, so an inaccessible account leaves the others unchanged.
 * Errors: one `UserError` with the problems in all accounts.
 */
export async function preflightAccounts(stage: StagePlan, parent: pulumi.Resource): Promise<AccountPlan[]> {
  const { accounts } = stage.settings;
  failOnProblems((await Promise.all(accounts.map(({ id }) => assumeProblems(stage, id)))).flat());
  const planned = await Promise.all(accounts.map((_, index) => planAccount(stage, index, parent)));
  failOnProblems(planned.flatMap(({ problems }) => problems));
  await showWarnings(planned.flatMap(({ warnings }) => warnings));
  return planned.map(({ plan }) => plan);
}

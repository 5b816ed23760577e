// Validates and plans target accounts before their first resource is created.
import { type AwsContext } from "@cloister/components/aws/context";
import { lookupAwsContext } from "@cloister/components/aws/lookup";
import { type NetworkPlan, type NetworkRequest, preflightNetwork } from "@cloister/components/network";
import { purgeProblems } from "@cloister/components/stack/common-settings";
import { plainValue, type Received } from "@cloister/components/stack/contract";
import { failOnProblems, showWarnings } from "@cloister/components/stack/errors";
import { type environmentOutputs } from "@cloister/environment/outputs";
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { defaultCidr, type TargetSettings } from "./settings";

/** The plan of a stage of target accounts: everything that depends on the environment and the hub account. */
export interface StagePlan {
  /** `fraud-dev-staging`: the environment's name and the stage. */
  name: string;
  environment: string;
  team: string;
  hub: AwsContext;
  settings: TargetSettings;
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
  const hub = await lookupAwsContext({});
  const stage = `${name}-${settings.stage}`;
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
  return { name: stage, environment: name, team, hub, settings, reserved };
}

/** A provider for one account, using a role that the hub's credentials can assume. */
const accountProvider = ({ name, hub, settings }: StagePlan, id: string, parent: pulumi.Resource) =>
  new aws.Provider(
    `${name}-account-${id}`,
    {
      region: hub.region as aws.Region,
      assumeRoles: [{ roleArn: `arn:${hub.partition}:iam::${id}:role/${settings.deployRoleName}`, sessionName: "cloister" }],
      // The provider fails if the assumed role belongs to another account than the target account.
      allowedAccountIds: [id],
    },
    { parent },
  );

/**
 * Looks up every account and plans its network before resources are created in any account, so that an inaccessible
 * account leaves the other accounts unchanged. Creates a provider for each account.
 * Errors: one `UserError` with the problems in all accounts; the provider's error if a role cannot be assumed.
 */
export async function preflightAccounts(stage: StagePlan, parent: pulumi.Resource): Promise<AccountPlan[]> {
  const { settings, environment, reserved } = stage;
  const planned = await Promise.all(
    settings.accounts.map(async (account, i) => {
      const { id } = account;
      const path = `${namespace}:accounts[${i}]`;
      const name = `${stage.name}-${id}`;
      const provider = accountProvider(stage, id, parent);
      const { deployRoleArn, ...context } = await lookupAwsContext({ provider });
      const { plan: network, problems, warnings = [] } = await preflightNetwork(
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
      );
      return { plan: { id, name, context, provider, deployRoleArn, network }, problems, warnings };
    }),
  );
  failOnProblems(planned.flatMap(({ problems }) => problems));
  await showWarnings(planned.flatMap(({ warnings }) => warnings));
  return planned.map(({ plan }) => plan);
}

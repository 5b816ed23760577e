import { plainValue, type Published, publish, type Received } from "@cloister/components/stack/contract";
import { Boundary, ModelRole, rolePath, rolesAt } from "@cloister/components/identity";
import { type AwsContext } from "@cloister/components/aws/context";
import { lookupAwsContext } from "@cloister/components/aws/lookup";
import { CustomerKey } from "@cloister/components/keys";
import { ClosedVpc, type NetworkRequest, preflightNetwork } from "@cloister/components/network";
import { RootComponent, tagsOf } from "@cloister/components/stack/root";
import { failOnProblems } from "@cloister/components/stack/errors";
import { purgeProblems } from "@cloister/components/stack/common-settings";
import { PublishedValues } from "@cloister/components/stack/published-values";
import { DataBucket } from "@cloister/components/storage";
import { type environmentOutputs } from "@cloister/environment/outputs";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { targetOutputs } from "./outputs";
import { standardCidr, type TargetSettings } from "./settings";

type Target = TargetSettings["accounts"][number];
type Account = Awaited<ReturnType<typeof survey>>;

/** What the accounts have to know of the environment: its name, and ranges that they must not share an address with. */
type Home = { environment: string } & Pick<NetworkRequest, "reserved">;

/**
 * Ranges of the environment and of core, where these are peered: then they are part of one plan of addresses, and a range that is in it twice could never be told apart.
 * Target accounts themselves are never peered.
 */
async function reservedBy(environment: Received<typeof environmentOutputs>): Promise<NetworkRequest["reserved"]> {
  const [name, own, sharedEndpoints] = await Promise.all([
    plainValue(environment.environment),
    plainValue(environment.vpcCidrs),
    plainValue(environment.centralCidr),
  ]);
  if (sharedEndpoints === "") return [];
  return [
    ...own.map((cidr) => ({ cidr, what: `the range of environment '${name}'` })),
    { cidr: sharedEndpoints, what: `the range of core's endpoints, which environment '${name}' uses` },
  ];
}

/** A provider that works in one account and nowhere else, and what has to be known of that account before the first resource. */
async function survey(name: string, target: Target, settings: TargetSettings, hub: AwsContext, home: Home, parent: pulumi.Resource) {
  const { network } = settings;
  const provider = new aws.Provider(
    `${name}-account-${target.id}`,
    {
      region: hub.region as aws.Region,
      assumeRoles: [{ roleArn: `arn:${hub.partition}:iam::${target.id}:role/${settings.deployRoleName}`, sessionName: "cloister" }],
      // Whatever role is assumed, nothing is made in another account.
      allowedAccountIds: [target.id],
    },
    { parent },
  );
  const { deployRoleArn, ...context } = await lookupAwsContext({ provider });
  const namespace = "cloister-target-accounts";
  const path = `${namespace}:accounts[${settings.accounts.indexOf(target)}]`;
  const { plan, problems } = await preflightNetwork(
    {
      ...context,
      name: `${name}-${target.id}`,
      vpcSettings: target,
      standardCidr,
      network,
      ownTags: { "cloister:environment": home.environment },
      reserved: home.reserved,
      omit: { path: `${path}.omitEndpoints`, endpoints: target.omitEndpoints },
      paths: { vpcSettings: path, network: `${namespace}:network` },
    },
    { provider },
  );
  return { id: target.id, provider, deployRoleArn, context, plan, problems };
}

/** What a model needs in one account: closed VPC, key, bucket, role. Its values are texts, because they go into the hub's registry. */
function createTargetAccount(name: string, account: Account, settings: TargetSettings, parent: pulumi.Resource) {
  const { id, provider, deployRoleArn, context, plan } = account;
  const childOptions = { parent, provider };
  const { purge } = settings;
  const dataRoles = { rolePath: rolesAt(context, rolePath(context, name, "work")) };
  const key = new CustomerKey(
    `${name}-models`,
    {
      description: `Cloister ${name}: models and logs`,
      alias: `cloister/${name}`,
      use: { ...context, logs: true, dataRoles: { ...dataRoles, through: ["s3", "sagemaker", "ec2"] }, deployRoleArns: [deployRoleArn] },
      deletionWindowDays: settings.keyDeletionDays,
      rotationDays: settings.keyRotationDays,
      purge,
    },
    childOptions,
  );
  const boundary = new Boundary(name, { context }, childOptions);
  const models = new DataBucket(`${name}-models`, { keyArn: key.arn, purge }, childOptions);
  const vpc = new ClosedVpc(
    name,
    {
      ...context,
      plan,
      settings: settings.network,
      bucketArns: [models.arn],
      logKeyArn: key.arn,
      permissionsBoundaryArn: boundary.arn,
    },
    childOptions,
  );
  models.restrictToPerimeter({ owner: name, dataRoles, vpcEndpointIds: [vpc.s3EndpointId], deployRoleArns: [deployRoleArn] });
  const role = new ModelRole(
    name,
    {
      context,
      path: rolePath(context, name, "work"),
      permissionsBoundaryArn: boundary.arn,
      facts: {
        bucketArns: [models.arn],
        keyArns: [key.arn],
        vpcId: vpc.vpcId,
        subnetIds: vpc.subnetIds,
        securityGroupIds: [vpc.workloadSecurityGroupId],
      },
    },
    childOptions,
  );
  return pulumi.output({
    accountId: id,
    region: context.region,
    vpcId: vpc.vpcId,
    subnetIds: pulumi.all(vpc.subnetIds).apply((ids) => ids.join(",")),
    securityGroupId: vpc.workloadSecurityGroupId,
    deployRoleArn,
    modelRoleArn: role.arn,
    keyArn: key.arn,
    modelBucketName: models.bucketName,
  });
}

/**
 * The accounts of one stage, each through a provider of its own that works there and nowhere else, and their registration in the hub.
 * Adding an account is one setting: the environment does not change.
 */
export async function targetAccounts(
  settings: TargetSettings,
  environment: Received<typeof environmentOutputs>,
): Promise<Published<typeof targetOutputs>> {
  // Resources are named by the environment, so its name is needed as a plain value.
  const [name, team, hubAccount] = await Promise.all([
    plainValue(environment.environment),
    plainValue(environment.team),
    plainValue(environment.accountId),
  ]);
  const hub = await lookupAwsContext({});
  const stack = `${name}-${settings.stage}`;
  const problems = [
    ...(hub.accountId === hubAccount
      ? []
      : [
          `The credentials are of account ${hub.accountId}; environment '${name}' is in ${hubAccount}. Use credentials of that account: the target accounts are reached from there.`,
        ]),
    ...(settings.accounts.some(({ id }) => id === hubAccount)
      ? [
          `'cloister-target-accounts:accounts' names ${hubAccount}, the account of the hub. Models run in accounts of their own: remove it from the list.`,
        ]
      : []),
    ...purgeProblems({ namespace: "cloister-target-accounts", ...settings, name: stack }),
  ];
  failOnProblems(problems);
  const program = new RootComponent(
    "TargetAccounts",
    stack,
    tagsOf({ environment: name, team, stage: settings.stage, owner: settings.owner }, settings.tags),
  );
  const home = { environment: name, reserved: await reservedBy(environment) };
  // All accounts are asked before the first of them gets anything: one that can't be reached leaves the others as they are.
  const surveyed = await Promise.all(settings.accounts.map((target) => survey(stack, target, settings, hub, home, program)));
  failOnProblems([...new Set(surveyed.flatMap((account) => account.problems))]);
  const entries = surveyed.map(
    (account) => [account.id, createTargetAccount(`${stack}-${account.id}`, account, settings, program)] as const,
  );
  const registryPath = `/cloister/${name}/targets/${settings.stage}`;
  new PublishedValues(
    `${stack}-registry`,
    { path: registryPath, values: Object.fromEntries(entries.map(([id, values]) => [id, pulumi.jsonStringify(values)])) },
    { parent: program },
  );
  return publish(targetOutputs, {
    environment: environment.environment,
    stage: settings.stage,
    accounts: Object.fromEntries(entries),
    registryPath,
  });
}

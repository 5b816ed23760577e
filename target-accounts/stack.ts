import { plain, type Published, publish, type Received } from "@cloister/components/stack/contract";
import { Boundary, ModelRole, type Place, rolePath, rolesAt, whereabouts } from "@cloister/components/identity";
import { CustomerKey } from "@cloister/components/keys";
import { ClosedVpc, type NetworkRequest, prepareNetwork } from "@cloister/components/network";
import { Program, tagsOf } from "@cloister/components/stack/root";
import { refuseIf } from "@cloister/components/stack/errors";
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
  const [name, own, central] = await Promise.all([
    plain(environment.environment),
    plain(environment.vpcCidrs),
    plain(environment.centralCidr),
  ]);
  if (central === "") return [];
  return [
    ...own.map((cidr) => ({ cidr, what: `the range of environment '${name}'` })),
    { cidr: central, what: `the range of core's endpoints, which environment '${name}' uses` },
  ];
}

/** A provider that works in one account and nowhere else, and what has to be known of that account before the first resource. */
async function survey(name: string, target: Target, settings: TargetSettings, hub: Place, home: Home, parent: pulumi.Resource) {
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
  const { deployRoleArn, ...place } = await whereabouts({ provider });
  const namespace = "cloister-target-accounts";
  const path = `${namespace}:accounts[${settings.accounts.indexOf(target)}]`;
  const { plan, problems } = await prepareNetwork(
    {
      ...place,
      name: `${name}-${target.id}`,
      place: target,
      standardCidr,
      network,
      ownTags: { "cloister:environment": home.environment },
      reserved: home.reserved,
      omit: { path: `${path}.omitEndpoints`, endpoints: target.omitEndpoints },
      paths: { place: path, network: `${namespace}:network` },
    },
    { provider },
  );
  return { id: target.id, provider, deployRoleArn, place, plan, problems };
}

/** What a model needs in one account: closed VPC, key, bucket, role. Its values are texts, because they go into the hub's registry. */
function equip(name: string, account: Account, settings: TargetSettings, parent: pulumi.Resource) {
  const { id, provider, deployRoleArn, place, plan } = account;
  const mine = { parent, provider };
  const { purge } = settings;
  const workers = { rolePath: rolesAt(place, rolePath(place, name, "work")) };
  const key = new CustomerKey(
    `${name}-models`,
    {
      description: `Cloister ${name}: models and logs`,
      alias: `cloister/${name}`,
      use: { ...place, logs: true, workers: { ...workers, through: ["s3", "sagemaker", "ec2"] }, deployRoleArns: [deployRoleArn] },
      deletionWindowDays: settings.keyDeletionDays,
      rotationDays: settings.keyRotationDays,
      purge,
    },
    mine,
  );
  const boundary = new Boundary(name, { place }, mine);
  const models = new DataBucket(`${name}-models`, { keyArn: key.arn, purge }, mine);
  const vpc = new ClosedVpc(
    name,
    {
      ...place,
      plan,
      settings: settings.network,
      bucketArns: [models.arn],
      logKeyArn: key.arn,
      permissionsBoundaryArn: boundary.arn,
    },
    mine,
  );
  models.enclose({ owner: name, workers, vpcEndpointIds: [vpc.s3EndpointId], deployRoleArns: [deployRoleArn] });
  const role = new ModelRole(
    name,
    {
      place,
      path: rolePath(place, name, "work"),
      permissionsBoundaryArn: boundary.arn,
      facts: {
        bucketArns: [models.arn],
        keyArns: [key.arn],
        vpcId: vpc.vpcId,
        subnetIds: vpc.subnetIds,
        securityGroupIds: [vpc.workloadSecurityGroupId],
      },
    },
    mine,
  );
  return pulumi.output({
    accountId: id,
    region: place.region,
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
    plain(environment.environment),
    plain(environment.team),
    plain(environment.accountId),
  ]);
  const hub = await whereabouts({});
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
  refuseIf(problems);
  const program = new Program(
    "TargetAccounts",
    stack,
    tagsOf({ environment: name, team, stage: settings.stage, owner: settings.owner }, settings.tags),
  );
  const home = { environment: name, reserved: await reservedBy(environment) };
  // All accounts are asked before the first of them gets anything: one that can't be reached leaves the others as they are.
  const surveyed = await Promise.all(settings.accounts.map((target) => survey(stack, target, settings, hub, home, program)));
  refuseIf([...new Set(surveyed.flatMap((account) => account.problems))]);
  const entries = surveyed.map((account) => [account.id, equip(`${stack}-${account.id}`, account, settings, program)] as const);
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

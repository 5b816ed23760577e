import { AlertTopic, alertPublishers } from "@cloister/components/monitoring";
import { type Published, publish } from "@cloister/components/stack/contract";
import { Administrator, Boundary, preflightIdentity } from "@cloister/components/identity";
import { lookupAwsContext } from "@cloister/components/aws/lookup";
import { coreUserRoles } from "@cloister/components/identity/settings";
import { CustomerKey } from "@cloister/components/keys";
import { RootComponent, tagsOf } from "@cloister/components/stack/root";
import { failOnProblems } from "@cloister/components/stack/errors";
import { purgeProblems } from "@cloister/components/stack/common-settings";
import { EndpointHub, preflightEndpointHub } from "@cloister/components/network";
import { LogBucket } from "@cloister/components/storage";
import { coreOutputs } from "./outputs";
import { type CoreSettings } from "./settings";

/** The longest bucket name is 63 characters: the stack's name, `-logs-bucket`, and eight of Pulumi's own. */
const allowedName = /^(?=.{1,40}$)[a-z](-?[a-z0-9])*$/;

/**
 * What a hub account has once: key, log bucket, permissions boundary, alert topic, and if asked for, a network of endpoints for all environments.
 * `name` is that of the stack; resources and the key's alias carry it, so several hubs fit in one account.
 * Errors: one `RunError` before the first resource for a stack's name that AWS would not take in a bucket's, and for all that is in the way of the network.
 */
export async function core(name: string, settings: CoreSettings): Promise<Published<typeof coreOutputs>> {
  const { accountId, region, partition } = await lookupAwsContext({});
  const context = { accountId, region, partition };
  const people = "cloister-core:people";
  const [network, identityProblems] = await Promise.all([
    settings.network && preflightEndpointHub(settings.network, { ...context, name, path: "cloister-core:network" }),
    preflightIdentity({
      context,
      userRoles: coreUserRoles,
      people: settings.people,
      existing: {},
      paths: { people, existing: people, instanceTypes: people },
    }),
  ]);
  failOnProblems([
    ...(allowedName.test(name)
      ? []
      : [
          `The stack is called '${name}', and so begin the names of the hub's bucket, key alias and boundary; allowed are 1 to 40 small letters, digits and single dashes, a letter first. Rename it with: pulumi stack rename <name>`,
        ]),
    ...(network?.problems ?? []),
    ...identityProblems,
    ...purgeProblems({ namespace: "cloister-core", ...settings, name }),
  ]);
  const program = new RootComponent("Core", name, tagsOf({ owner: settings.owner }, settings.tags));
  const childOptions = { parent: program };
  const key = new CustomerKey(
    `${name}-hub`,
    {
      description: `Cloister ${name}: alerts and logs of the hub`,
      alias: `cloister/${name}`,
      use: { ...context, logs: true, publishers: alertPublishers },
      deletionWindowDays: settings.keyDeletionDays,
      rotationDays: settings.keyRotationDays,
      purge: settings.purge,
    },
    childOptions,
  );
  const logs = new LogBucket(`${name}-logs`, { ...context, purge: settings.purge }, childOptions);
  const boundary = new Boundary(name, { context }, childOptions);
  const { signIn } = settings.people;
  const administrator =
    signIn === "none"
      ? undefined
      : new Administrator(name, { context, people: settings.people, permissionsBoundaryArn: boundary.arn }, childOptions);
  const alerts = new AlertTopic(name, { context, keyArn: key.arn, emails: settings.alertEmails }, childOptions);
  const hub =
    network &&
    new EndpointHub(
      name,
      { ...context, plan: network.plan, settings: network.settings, logKeyArn: key.arn, permissionsBoundaryArn: boundary.arn },
      childOptions,
    );
  return publish(coreOutputs, {
    accountId: context.accountId,
    region: context.region,
    keyArn: key.arn,
    logBucketName: logs.bucketName,
    permissionsBoundaryArn: boundary.arn,
    administrators: administrator ? { [coreUserRoles[0]]: { ...administrator.role } } : {},
    alertTopicArn: alerts.arn,
    centralVpcId: hub?.vpcId ?? "",
    centralCidr: network?.plan.ranges[0] ?? "",
    centralRouteTableIds: hub?.routeTableIds ?? [],
    centralSecurityGroupId: hub?.securityGroupId ?? "",
    centralEndpoints: network?.plan.endpoints.map((one) => one.name) ?? [],
    centralZoneIds: hub?.zoneIds ?? {},
  });
}

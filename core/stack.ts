import { AlertTopic, alertPublishers } from "@cloister/components/audit";
import { type Published, publish } from "@cloister/components/contract";
import { Boundary, whereabouts } from "@cloister/components/identity";
import { CustomerKey } from "@cloister/components/keys";
import { Program, tagsOf } from "@cloister/components/program";
import { LogBucket } from "@cloister/components/storage";
import { coreOutputs } from "./outputs";
import { type CoreSettings } from "./settings";

/**
 * What a hub account has once: key, log bucket, permissions boundary, alert topic.
 * `name` is that of the stack; resources and the key's alias carry it, so several hubs fit in one account.
 */
export async function core(name: string, settings: CoreSettings): Promise<Published<typeof coreOutputs>> {
  const place = await whereabouts({});
  const program = new Program("Core", name, tagsOf({ owner: settings.owner }, settings.tags));
  const mine = { parent: program };
  const key = new CustomerKey(
    `${name}-hub`,
    {
      description: `Cloister ${name}: alerts and logs of the hub`,
      alias: `cloister/${name}`,
      use: { ...place, logs: true, publishers: alertPublishers },
      deletionWindowDays: settings.keyDeletionDays,
      purge: settings.purge,
    },
    mine,
  );
  const logs = new LogBucket(`${name}-logs`, { ...place, purge: settings.purge }, mine);
  const boundary = new Boundary(name, { place }, mine);
  const alerts = new AlertTopic(name, { place, keyArn: key.arn, emails: settings.alertEmails }, mine);
  return publish(coreOutputs, {
    accountId: place.accountId,
    region: place.region,
    keyArn: key.arn,
    logBucketName: logs.bucketName,
    permissionsBoundaryArn: boundary.arn,
    alertTopicArn: alerts.arn,
  });
}

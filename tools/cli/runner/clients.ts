// The AWS clients of the runner.
import { IAMClient } from "@aws-sdk/client-iam";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import { type Listing, type Objects, s3Client, s3Objects, type UnchangedObjects } from "@cloister/components/functions/runtime/objects";
import { type ClientSettings } from "@cloister/components/catalog/runtime/read-artifact";
import { connectionSettings } from "../aws-settings";
import { type Session } from "../engine";
import { isForeign } from "./foreign";
import { boundaryOf, type LaunchRole, launchRoleCredentials } from "./launch-role";

export interface RunnerClients {
  /** Access to the buckets of the engine. */
  objects: Objects & Listing & UnchangedObjects;
  settings: Required<ClientSettings>;
  credentialsOf(role: LaunchRole): NonNullable<Session["credentials"]>;
  isForeign(role: LaunchRole, provisionedProductId: string): Promise<boolean>;
  /** ARN of the permissions boundary of the role. */
  boundaryOf(role: LaunchRole): Promise<string | undefined>;
}

/** Throttling of other deployments can last minutes. */
const maxAttempts = 8;

/** Clients with the proxy of the environment variables, if any. */
export function runnerClients(env: Record<string, string>, region: string): RunnerClients {
  const settings = {
    s3: { ...connectionSettings({ env }, "s3", region), maxAttempts },
    sts: { ...connectionSettings({ env }, "sts", region), maxAttempts },
  };
  const sts = new STSClient(settings.sts);
  const credentialsOf = (role: LaunchRole) => launchRoleCredentials(role, sts);
  return {
    objects: s3Objects(s3Client(settings.s3)),
    settings,
    credentialsOf,
    boundaryOf: (role) =>
      boundaryOf(new IAMClient({ ...connectionSettings({ env, credentials: credentialsOf(role) }, "iam", region), maxAttempts }), role),
    isForeign: (role, provisionedProductId) =>
      isForeign(
        new SSMClient({ ...connectionSettings({ env, credentials: credentialsOf(role) }, "ssm", region), maxAttempts }),
        role.environment,
        provisionedProductId,
      ),
  };
}

// Configures clients of the AWS SDK that look up what the Pulumi AWS provider cannot look up.
import * as pulumi from "@pulumi/pulumi";

/** Settings of the AWS provider for credentials that the SDK does not read. */
const providerOnly = [
  "accessKey",
  "assumeRole",
  "assumeRoles",
  "assumeRoleWithWebIdentity",
  "sharedCredentialsFiles",
  "sharedConfigFiles",
] as const;

/** The setting with credentials that only the provider reads, `aws:assumeRoles`; undefined if the SDK has the same credentials. */
export const unreadCredentials = (): string | undefined => {
  const config = new pulumi.Config("aws");
  const key = providerOnly.find((name) => config.get(name) !== undefined);
  return key && `aws:${key}`;
};

/** Milliseconds. Without `throwOnRequestTimeout`, the SDK prints a warning and waits. */
const timeouts = { connectionTimeout: 5000, requestTimeout: 10_000, throwOnRequestTimeout: true };
export type Timeouts = typeof timeouts;

/** Configuration of a client with the credentials of the program. */
export function clientConfig(region: string, requestHandler: Timeouts = timeouts) {
  // Otherwise the SDK prints a warning about Node.js 20 in every preview.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  const profile = new pulumi.Config("aws").get("profile");
  return { region, requestHandler, ...(profile !== undefined && { profile }) };
}

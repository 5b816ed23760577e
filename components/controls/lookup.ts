// Looks up which environments have published an allow-list, and whether AWS Security Hub is enabled. Reads only.
import type * as sts from "@aws-sdk/client-sts";
import * as aws from "@pulumi/aws";
import { type AwsContext } from "../aws/context";
import { type Options } from "../aws/lookup";
import { clientConfig, unreadCredentials } from "../aws/sdk";
import { parameterRoot } from "./allow-list";
import { type PublishedEnvironments, publishedEnvironments, type SecurityHubState } from "./plan";
import { signedCall } from "./runtime/security-hub";
import { type ControlsSettings } from "./settings";

/** Only corrections depend on the environments, so the mode `observe` looks up nothing. */
export async function lookupPublishedEnvironments({ mode }: ControlsSettings, opts: Options): Promise<PublishedEnvironments> {
  if (mode === "observe") return { withAllowList: [], withoutAllowList: [] };
  const { names } = await aws.ssm.getParametersByPath({ path: parameterRoot, recursive: true, withDecryption: false }, opts);
  return publishedEnvironments(names);
}

/**
 * Whether AWS Security Hub is enabled in the account and region. The AWS provider has no lookup of the hub.
 * Source: AWS API `DescribeHub`: `InvalidAccessException` if the account is not subscribed.
 */
export async function lookupSecurityHub({ securityHub }: ControlsSettings, context: AwsContext): Promise<SecurityHubState> {
  if (!securityHub || unreadCredentials() !== undefined) return "unknown";
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- only a core stack with `controls.securityHub` needs the client
  const sdk = require("@aws-sdk/client-sts") as typeof sts;
  const client = new sdk.STSClient(clientConfig(context.region));
  try {
    const { status, text } = await signedCall("GET", "/accounts", context, await client.config.credentials());
    if (status === 200) return "enabled";
    return /InvalidAccess|ResourceNotFound|not subscribed/.test(text) ? "disabled" : "unknown";
  } finally {
    client.destroy();
  }
}

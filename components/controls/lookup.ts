// Looks up which environments have published an allow-list, and whether AWS Security Hub is enabled. Reads only.
import * as aws from "@pulumi/aws";
import { type AwsContext } from "../aws/context";
import { type Options } from "../aws/lookup";
import { unreadCredentials } from "../aws/sdk";
import { type CalledService, signedCall } from "../aws/signed-call";
import { parameterRoot, type PublishedEnvironments, publishedEnvironments, type SecurityHubState } from "./plan";
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
  const service: CalledService = { scope: "securityhub", host: "securityhub", id: "SECURITYHUB" };
  try {
    await signedCall(context, service, { method: "GET", path: "/accounts" });
    return "enabled";
  } catch (error) {
    return /^(InvalidAccess|ResourceNotFound)Exception$/.test((error as Error).name) ? "disabled" : "unknown";
  }
}

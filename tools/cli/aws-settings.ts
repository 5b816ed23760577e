// Settings of AWS SDK clients for the account of the shell, or for a sandbox world. Pure.
import { HttpsProxyAgent } from "https-proxy-agent";
import { getProxyForUrl } from "proxy-from-env";
import { type Session } from "./engine";

/**
 * Settings for an AWS client. In a world: the world's endpoint and credentials, regardless of the shell's AWS profiles.
 * In an account: the credentials of the session, or no settings, so that the SDK finds credentials as the AWS CLI does. Pure.
 */
export function clientSettings({ env, world, credentials }: Pick<Session, "env" | "world" | "credentials">) {
  if (!world) return credentials ? { credentials } : {};
  return {
    endpoint: env.AWS_ENDPOINT_URL!,
    credentials: {
      accessKeyId: env.AWS_ACCESS_KEY_ID!,
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY!,
      sessionToken: env.AWS_SESSION_TOKEN!,
    },
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
  };
}

/** The first part of the host name of each service. */
type Host =
  | "api.sagemaker"
  | "cloudformation"
  | "cloudtrail"
  | "codeartifact"
  | "elasticfilesystem"
  | "ec2"
  | "iam"
  | "kms"
  | "logs"
  | "route53resolver"
  | "s3"
  | "servicecatalog"
  | "ssm"
  | "states"
  | "sts";

/**
 * The proxy in HTTPS_PROXY, except for the hosts in NO_PROXY. The AWS provider reads these variables, but the AWS SDK
 * does not.
 */
function proxySettings(host: Host, region: string) {
  const proxy = getProxyForUrl(`https://${host}.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`);
  return proxy === "" ? {} : { httpsAgent: new HttpsProxyAgent(proxy) };
}

/** Milliseconds. Without `throwOnRequestTimeout`, the SDK prints a warning and waits. */
const timeouts = { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true };

/** All settings for the client of a service in a region. Throttled and failed calls are repeated. */
export function connectionSettings(session: Pick<Session, "env" | "world" | "credentials">, host: Host, region: string) {
  // The SDK version is pinned, so a warning about the Node.js version of later SDKs does not help the user.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  return {
    ...clientSettings(session),
    region,
    // Deletions in AWS take minutes. One failed call must not end the wait.
    maxAttempts: 5,
    requestHandler: { ...timeouts, ...proxySettings(host, region) },
  };
}

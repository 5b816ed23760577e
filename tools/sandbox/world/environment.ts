import * as path from "node:path";
import { type WorldSettings } from "../server/settings";

interface WorldLocation {
  dir: string;
  endpoint: string;
  stateDir: string;
  region: string;
}

/** Environment variables that make AWS clients and Pulumi use only a world. */
export function environment(
  world: WorldLocation,
  credentials: WorldSettings["credentials"],
  passphraseFile: string,
): Record<string, string> {
  const direct = "127.0.0.1,localhost,::1";
  return {
    AWS_ENDPOINT_URL: world.endpoint,
    AWS_REGION: world.region,
    AWS_DEFAULT_REGION: world.region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_EC2_METADATA_DISABLED: "true",
    // Files that do not exist, so that no profile for a real account is used.
    AWS_CONFIG_FILE: path.join(world.dir, "no-aws-config"),
    AWS_SHARED_CREDENTIALS_FILE: path.join(world.dir, "no-aws-credentials"),
    // S3 Control clients connect to <account>.127.0.0.1, which no DNS resolver can resolve. The gateway is their proxy.
    HTTP_PROXY: world.endpoint,
    http_proxy: world.endpoint,
    NO_PROXY: direct,
    no_proxy: direct,
    PULUMI_BACKEND_URL: `file://${world.stateDir}`,
    PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile,
  };
}

/** Variables that would make a process use AWS instead of the world, or override the world's variables. */
const overriding =
  /^(AWS_PROFILE|AWS_DEFAULT_PROFILE|AWS_ENDPOINT_URL_.+|AWS_ROLE_ARN|AWS_WEB_IDENTITY_TOKEN_FILE|AWS_CONTAINER_CREDENTIALS_.+|AWS_USE_FIPS_ENDPOINT|AWS_USE_DUALSTACK_ENDPOINT|AWS_CA_BUNDLE|PULUMI_CONFIG_PASSPHRASE|PULUMI_STACK|PULUMI_ACCESS_TOKEN)$/;

/** An environment without the variables that override a world's `env`. Spread `env` over it. */
export const cleanEnvironment = (from: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(from).filter(([name]) => !overriding.test(name)));

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** A shell script that sets the variables in `env` when it is sourced. */
export function environmentScript(name: string, env: Record<string, string>): string {
  const unset = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_STACK", "PULUMI_ACCESS_TOKEN"];
  return [
    `# Source this file to use sandbox world '${name}' with pulumi, aws or boto3. Its keys are valid in this world only.`,
    `unset ${unset.join(" ")}`,
    ...Object.entries(env).map(([key, value]) => `export ${key}=${quote(value)}`),
    "",
  ].join("\n");
}

import * as path from "node:path";
import { type WorldSettings } from "../server/settings";

interface Place {
  dir: string;
  endpoint: string;
  stateDir: string;
  region: string;
}

/** What makes AWS clients and Pulumi work in a world, and only there. */
export function environment(world: Place, credentials: WorldSettings["credentials"], passphraseFile: string): Record<string, string> {
  const direct = "127.0.0.1,localhost,::1";
  return {
    AWS_ENDPOINT_URL: world.endpoint,
    AWS_REGION: world.region,
    AWS_DEFAULT_REGION: world.region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_EC2_METADATA_DISABLED: "true",
    // Files that don't exist: a profile of a real account must not be found here.
    AWS_CONFIG_FILE: path.join(world.dir, "no-aws-config"),
    AWS_SHARED_CREDENTIALS_FILE: path.join(world.dir, "no-aws-credentials"),
    // S3 Control goes to <account>.127.0.0.1, a name that only the sandbox can resolve: by being the proxy for it.
    HTTP_PROXY: world.endpoint,
    http_proxy: world.endpoint,
    NO_PROXY: direct,
    no_proxy: direct,
    PULUMI_BACKEND_URL: `file://${world.stateDir}`,
    PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile,
  };
}

/** Variables of the user's that would lead out of a world, or win over the world's own. */
const misleading =
  /^(AWS_PROFILE|AWS_DEFAULT_PROFILE|AWS_ENDPOINT_URL_.+|AWS_ROLE_ARN|AWS_WEB_IDENTITY_TOKEN_FILE|AWS_CONTAINER_CREDENTIALS_.+|AWS_USE_FIPS_ENDPOINT|AWS_USE_DUALSTACK_ENDPOINT|AWS_CA_BUNDLE|PULUMI_CONFIG_PASSPHRASE|PULUMI_STACK|PULUMI_ACCESS_TOKEN)$/;

/** An environment without what would lead out of a world; spread the world's `env` over it. */
export const cleanEnvironment = (from: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(from).filter(([name]) => !misleading.test(name)));

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** A shell script that sets `env`; to be sourced. */
export function environmentScript(name: string, env: Record<string, string>): string {
  const unset = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_STACK", "PULUMI_ACCESS_TOKEN"];
  return [
    `# Source this to work in the sandbox world '${name}' with plain pulumi, aws or boto3. The keys open nothing but this world.`,
    `unset ${unset.join(" ")}`,
    ...Object.entries(env).map(([key, value]) => `export ${key}=${quote(value)}`),
    "",
  ].join("\n");
}

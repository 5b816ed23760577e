// Makes AWS SDK clients of this process use the launch role. The engine assumes the launch role itself.
import * as fs from "node:fs";
import * as path from "node:path";

const profile = "launch";

/** Where the SDK finds the credentials of the build. Source: AWS SDKs and Tools reference guide, "Assume role credential provider". */
const sourceOf = (env: NodeJS.ProcessEnv) => (env.AWS_ACCESS_KEY_ID === undefined ? "EcsContainer" : "Environment");

/** A configuration file whose profile assumes the role, and renews sessions, which last an hour. Pure. */
export const profileText = (roleArn: string, env: NodeJS.ProcessEnv): string =>
  [
    `[profile ${profile}]`,
    `role_arn = ${roleArn}`,
    `credential_source = ${sourceOf(env)}`,
    "role_session_name = cloister-terminate",
    ...(env.AWS_REGION === undefined ? [] : [`region = ${env.AWS_REGION}`]),
    "",
  ].join("\n");

/** Clients that are created while `work` runs use the role. */
export async function withLaunchRole<T>(roleArn: string, dir: string, work: () => Promise<T>): Promise<T> {
  const file = path.join(dir, "aws-config");
  fs.writeFileSync(file, profileText(roleArn, process.env));
  const { AWS_PROFILE, AWS_CONFIG_FILE } = process.env;
  Object.assign(process.env, { AWS_PROFILE: profile, AWS_CONFIG_FILE: file });
  try {
    return await work();
  } finally {
    for (const [name, value] of Object.entries({ AWS_PROFILE, AWS_CONFIG_FILE }))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  }
}

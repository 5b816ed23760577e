import * as path from "node:path";
import { UserError } from "@cloister/common";
import { cleanEnvironment, type World } from "@cloister/sandbox";
import { type Toolchain } from "@cloister/toolchain";
import { PulumiCommand } from "@pulumi/pulumi/automation";
import { root } from "../stacks";

/** The account or sandbox world that stacks are deployed to, and the tools that deploy them. */
export interface Session {
  /** Environment variables for the `pulumi` processes. */
  env: Record<string, string>;
  /** Absent for a real account: the environment of the shell then selects account, backend and passphrase. */
  world?: Pick<World, "dir" | "name" | "stateDir">;
  /** Folder of the policy pack. `undefined`: run without policies. */
  policyPack: string | undefined;
  /** File with settings and exemptions for the policy pack. Default: the defaults of the pack. */
  policyPackConfig?: string;
  command: PulumiCommand;
  /** Credentials for AWS clients in an account. Default: those of the shell. */
  credentials?: () => Promise<{ accessKeyId: string; secretAccessKey: string; sessionToken: string; expiration: Date }>;
}

const policyPack = path.join(root, "policy-pack");

const definedValues = (env: NodeJS.ProcessEnv) =>
  Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));

/** A session in a sandbox world. */
export async function worldSession(toolchain: Pick<Toolchain, "env">, world: World): Promise<Session> {
  // The Automation API searches the PATH of this process for `pulumi`.
  process.env.PATH = toolchain.env.PATH;
  return {
    env: { ...definedValues(cleanEnvironment()), ...toolchain.env, ...world.env },
    world,
    policyPack,
    command: await PulumiCommand.get(),
  };
}

/**
 * A session in a real account, with the credentials, region, backend and passphrase of the shell.
 * Errors: `UserError` if the shell has no `pulumi`.
 */
export async function accountSession(): Promise<Session> {
  const command = await PulumiCommand.get().catch((error: unknown) => {
    if (!/ENOENT/.test(String((error as Error).message))) throw error;
    throw new UserError(
      "The program 'pulumi' is not on the PATH. To deploy to an account, install the Pulumi CLI: https://www.pulumi.com/docs/install/. To use a sandbox world, name it with --world.",
    );
  });
  return { env: definedValues(process.env), policyPack, command };
}

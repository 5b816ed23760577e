// Reads resources from AWS in a copy of the state of a stack, in a local backend.
import * as fs from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { LocalWorkspace, type PulumiCommand } from "@pulumi/pulumi/automation";
import { type Exported } from "./resume";

export interface CopyOptions {
  /** Folder of the project, with the settings file of the stack. */
  dir: string;
  /** Folder of the copy, which is created and deleted. */
  folder: string;
  stackName: string;
  command: PulumiCommand;
  env: Record<string, string>;
  secretsProvider: string;
}

/** Errors: errors of Pulumi. */
export async function readInCopy(state: Exported, urns: string[], options: CopyOptions): Promise<Exported> {
  const { dir, folder, stackName, command, env, secretsProvider } = options;
  const backend = path.join(folder, "state");
  try {
    fs.cpSync(dir, folder, { recursive: true });
    fs.mkdirSync(backend);
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName, workDir: folder },
      { workDir: folder, pulumiCommand: command, envVars: { ...env, PULUMI_BACKEND_URL: pathToFileURL(backend).href }, secretsProvider },
    );
    await stack.importStack(state);
    await stack.refresh({ target: urns });
    return await stack.exportStack();
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

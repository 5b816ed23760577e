import * as fs from "node:fs";
import * as path from "node:path";
import { findBeside, pulumiHome } from "./pieces";
import { npmVersion } from "./recipes";
import { keyOf, toolchainDir } from "./store";
import { type PieceId, type PieceStatus, type Toolchain } from "./types";

const root = path.resolve(__dirname, "..", "..");

/** Links the pieces in the folders that the engine searches. */
export function assemble(statuses: PieceStatus[]): Toolchain {
  const executable = (id: PieceId) => statuses.find((status) => status.id === id)!.path!;
  const home = pulumiHome();
  linkPlugin(executable("aws-plugin"), home);
  const cli = findBeside(executable("pulumi-cli"), "pulumi-language-nodejs")
    ? executable("pulumi-cli")
    : joinCliAndHost(executable("pulumi-cli"), executable("language-host"));
  return {
    pulumiBin: cli,
    pulumiHome: home,
    python: path.join(path.dirname(executable("aws-base")), "python"),
    motoServer: executable("aws-base"),
    env: {
      PATH: [path.dirname(cli), process.env.PATH ?? ""].join(path.delimiter),
      PULUMI_HOME: home,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_SKIP_CONFIRMATIONS: "true",
      CLOISTER_ROOT: root,
    },
    pieces: statuses,
  };
}

/** Links the plugin into the plugin folder of a Pulumi home. The rename replaces an existing link atomically. */
function linkPlugin(plugin: string, home: string): void {
  const link = path.join(home, "plugins", `resource-aws-v${npmVersion("@pulumi/aws")}`, "pulumi-resource-aws");
  if (fs.existsSync(link) && fs.realpathSync(link) === fs.realpathSync(plugin)) return;
  fs.mkdirSync(path.dirname(link), { recursive: true });
  const draft = `${link}.${process.pid}`;
  fs.symlinkSync(plugin, draft);
  fs.renameSync(draft, link);
}

/**
 * A folder with the CLI and the language host. If they are in different folders, the engine prints a warning in each
 * run.
 */
function joinCliAndHost(cli: string, host: string): string {
  const dir = path.join(toolchainDir(), `bin-${keyOf(cli, host)}`);
  if (!fs.existsSync(dir)) {
    const draft = `${dir}.${process.pid}`;
    fs.cpSync(path.dirname(host), draft, { recursive: true });
    fs.linkSync(cli, path.join(draft, "pulumi"));
    try {
      fs.renameSync(draft, dir);
    } catch (error) {
      // Another process created the folder first.
      if (!fs.existsSync(dir)) throw error;
      fs.rmSync(draft, { recursive: true });
    }
  }
  return path.join(dir, "pulumi");
}

// Installs the official releases of the Pulumi CLI and the AWS provider plugin, for the image of the runner.
import * as fs from "node:fs";
import * as path from "node:path";
import { silent } from "@cloister/common";
import { cliRelease, downloadRelease, pluginRelease, type Release } from "./download";
import { npmVersion } from "./recipes";

/** The releases, with the folder below the target of each. Their versions are those of the npm packages. */
export const imageReleases = (): { folder: string; release: Release | undefined }[] => [
  { folder: "bin", release: cliRelease(npmVersion("@pulumi/pulumi")) },
  {
    folder: path.join("home", "plugins", `resource-aws-v${npmVersion("@pulumi/aws")}`),
    release: pluginRelease(npmVersion("@pulumi/aws")),
  },
];

/** Errors: as `downloadRelease`, and for a platform without releases. */
export async function installReleases(target: string, download: typeof downloadRelease = downloadRelease): Promise<void> {
  for (const { folder, release } of imageReleases()) {
    if (!release) throw new Error(`Pulumi publishes no release for ${process.platform} ${process.arch}.`);
    const dir = path.join(target, folder);
    fs.mkdirSync(dir, { recursive: true });
    await download(release, path.join(target, "parts"), dir, silent.step(release.archive), new AbortController().signal);
  }
  fs.rmSync(path.join(target, "parts"), { recursive: true, force: true });
}

if (require.main === module)
  installReleases(process.argv[2]!).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });

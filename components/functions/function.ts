// Bundles the code of functions at deployment, and creates the functions.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as esbuild from "esbuild";

/** Lambda's runtime, and the language level of the bundle. */
const runtime = "nodejs22.x";
const target = "node22";

/**
 * The code of a function with everything that it imports, also the AWS SDK: the same code always gives the same text.
 * Source: AWS Lambda "Building Lambda functions with Node.js", runtime-included SDK versions.
 */
export function bundle(entry: string, folder: string): string {
  const { outputFiles } = esbuild.buildSync({
    entryPoints: [path.join(folder, `${entry}.ts`)],
    absWorkingDir: folder,
    bundle: true,
    minify: true,
    keepNames: true,
    legalComments: "none",
    format: "cjs",
    platform: "node",
    target,
    write: false,
    logLevel: "silent",
  });
  return outputFiles[0]!.text;
}

/** A temporary folder of this process. The state then has the path of the code, and not the code. */
let temporary: string | undefined;
function folderOfBundles(): string {
  if (temporary === undefined) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-functions-"));
    process.once("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
    temporary = folder;
  }
  return temporary;
}

/** The files with bundles of this process. A bundle takes a second, and tests run the programs often. */
const bundleFiles = new Map<string, string>();

export function codeOf(entry: string, folder: string): pulumi.asset.Archive {
  const source = path.join(folder, entry);
  const file = bundleFiles.get(source) ?? path.join(folderOfBundles(), `${entry}-${bundleFiles.size}.js`);
  if (!bundleFiles.has(source)) {
    fs.writeFileSync(file, bundle(entry, folder));
    bundleFiles.set(source, file);
  }
  return new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.FileAsset(file) });
}

export interface FunctionArgs {
  /** Name of the file in the folder of the code, without `.ts`. It exports `handler`. */
  entry: string;
  codeFolder: string;
  description: string;
  /** Physical name, if AWS finds the function by its name. */
  functionName?: string;
  roleArn: pulumi.Input<string>;
  logGroup: aws.cloudwatch.LogGroup;
  variables: Record<string, pulumi.Input<string>>;
  timeoutSeconds: number;
  /** Invocations at the same time. Default: no limit. */
  reservedConcurrency?: number;
}

export function createFunction(name: string, args: FunctionArgs, parent: pulumi.Resource): aws.lambda.Function {
  return new aws.lambda.Function(
    name,
    {
      ...(args.functionName !== undefined && { name: args.functionName }),
      description: args.description,
      runtime,
      architectures: ["arm64"],
      handler: "index.handler",
      code: codeOf(args.entry, args.codeFolder),
      role: args.roleArn,
      environment: { variables: args.variables },
      memorySize: 256,
      timeout: args.timeoutSeconds,
      loggingConfig: { logFormat: "Text", logGroup: args.logGroup.name },
      ...(args.reservedConcurrency !== undefined && { reservedConcurrentExecutions: args.reservedConcurrency }),
    },
    { parent },
  );
}

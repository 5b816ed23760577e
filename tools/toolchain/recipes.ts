// Defines how to build the Pulumi CLI and the AWS provider plugin. Every field of a recipe is part of the key of its piece.
import * as fs from "node:fs";
import * as path from "node:path";
import { type Recipe } from "./build";

/** The source folder of a piece in this workspace. */
export const sourceFolder = (name: string) => path.join(__dirname, name);

/** The version of an installed npm package. */
export const npmVersion = (name: string) =>
  (JSON.parse(fs.readFileSync(require.resolve(`${name}/package.json`), "utf8")) as { version: string }).version;

/** The oldest supported CLI version. The engine and the SDK negotiate features, so their versions can differ. */
export const OLDEST_CLI = "3.259.0";

export const cliRecipe: Recipe = {
  title: "The Pulumi CLI",
  version: OLDEST_CLI,
  source: sourceFolder("pulumi-cli"),
  target: "tool",
  binary: "pulumi",
  tags: "osusergo,grpcnotrace",
  ldflags: `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${OLDEST_CLI}`,
  freshBytes: 3e9,
};

export const pluginRecipe = (version: string): Recipe => ({
  title: "The AWS provider plugin",
  version,
  source: sourceFolder("aws-plugin"),
  target: "./pulumi-resource-aws",
  binary: "pulumi-resource-aws",
  tags: "osusergo,netgo,grpcnotrace",
  // Two groups of packages take most of the build time and little of the run time. Without optimization, these packages
  // compile in half the time.
  gcflags: [
    "all=-dwarf=false",
    "github.com/hashicorp/terraform-provider-aws/internal/service/...=-N -l -dwarf=false",
    "github.com/aws/aws-sdk-go-v2/service/...=-N -l -dwarf=false",
  ],
  ldflags: `-s -w -X main.version=${version}`,
  freshBytes: 12e9,
});

// How the Pulumi CLI and the AWS provider plugin are built. Every field of a recipe is part of the key of its piece.
import * as fs from "node:fs";
import * as path from "node:path";
import { type Recipe } from "./build";

/** A folder of this workspace with the sources of a piece. */
export const sourceFolder = (name: string) => path.join(__dirname, name);

/** The version of an installed npm package. */
export const npmVersion = (name: string) =>
  (JSON.parse(fs.readFileSync(require.resolve(`${name}/package.json`), "utf8")) as { version: string }).version;

/** The oldest supported CLI. Engine and SDK negotiate features, so their versions can differ. */
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
  // Two groups of packages are most of the build time and little of the run time: without optimization they compile in
  // half the time.
  gcflags: [
    "all=-dwarf=false",
    "github.com/hashicorp/terraform-provider-aws/internal/service/...=-N -l -dwarf=false",
    "github.com/aws/aws-sdk-go-v2/service/...=-N -l -dwarf=false",
  ],
  ldflags: `-s -w -X main.version=${version}`,
  freshBytes: 12e9,
});

import { lazy } from "../lazy";
import { type ExportOptions, type PolicyKind } from "../organization-policies";
import { type AddCommand } from "../terminal";

const kinds: { kind: PolicyKind; description: string; example: string; option: [flags: string, description: string] }[] = [
  {
    kind: "scp",
    description: "Print service control policies, which limit what principals in the accounts can do. One policy per line.",
    example: "npx cloister export scp --exempt 'arn:aws:iam::*:role/Deployer' --out policies",
    option: ["--network-isolation", "also require network isolation for the containers of jobs and models"],
  },
  {
    kind: "rcp",
    description: "Print resource control policies, which limit who can access the resources of the accounts. One policy per line.",
    example: "npx cloister export rcp --organization-id o-exampleorgid --exempt 'arn:aws:iam::*:role/Deployer' --out policies",
    option: ["--organization-id <id>", "ID of the organization, o-…"],
  },
];

export const exportPolicies: AddCommand = (program, { print }) => {
  const command = program
    .command("export")
    .description("Print policies for AWS Organizations, from the same guardrails as the permissions boundaries.");
  for (const { kind, description, example, option } of kinds)
    command
      .command(kind)
      .description(description)
      .option("--profile <profile>", "guardrail profile: open, vpc or strict", "strict")
      .option("--exempt <role...>", "ARNs of roles to exempt, so that they can deploy and repair; * for any account", [])
      .option("--out <folder>", "write each policy to a file in this folder and print the commands that create it in AWS")
      .option(...option)
      .addHelpText("after", `\nExample:\n  ${example}`)
      .action((options: ExportOptions) => lazy.organizationPolicies.exportPolicies(kind, options, print));
};

// Policies for an organization, from the table of guardrails: printed, or written to files with the commands that attach them.
import * as fs from "node:fs";
import * as path from "node:path";
import { type GuardrailChoice, profiles } from "@cloister/components/identity/guardrails";
import { resourceControlPolicies, serviceControlPolicies } from "@cloister/components/identity/organization";
import { UsageError } from "./usage-error";

export interface ExportOptions {
  profile: string;
  networkIsolation?: boolean;
  organizationId?: string;
  exempt: string[];
  out?: string;
}

export const kinds = {
  scp: { type: "SERVICE_CONTROL_POLICY", about: "service control policies: what nobody in the accounts may do" },
  rcp: { type: "RESOURCE_CONTROL_POLICY", about: "resource control policies: who reaches what the accounts own" },
} as const;
export type Kind = keyof typeof kinds;

const isProfile = (name: string): name is GuardrailChoice["profile"] => (profiles as readonly string[]).includes(name);

/** All problems of the options, in one error. */
function checked(kind: Kind, { profile, organizationId, exempt }: ExportOptions) {
  const problems = [
    ...(isProfile(profile) ? [] : [`--profile is '${profile}'; allowed are ${profiles.join(", ")}.`]),
    ...(kind === "rcp" && organizationId === undefined
      ? ["--organization-id is missing; give the organization's id, such as o-exampleorgid (aws organizations describe-organization)."]
      : []),
    ...(organizationId === undefined || /^o-[a-z0-9]{10,32}$/.test(organizationId)
      ? []
      : [`--organization-id is '${organizationId}'; allowed is an id such as o-exampleorgid.`]),
    ...exempt
      .filter((arn) => !/^arn:[\w-]+:iam::(\d{12}|\*):role\/[\w+=,.@/*-]+$/.test(arn))
      .map((arn) => `--exempt is '${arn}'; allowed is the ARN of a role, with * for any account: arn:aws:iam::*:role/Deployer.`),
  ];
  if (problems.length > 0) throw new UsageError(problems.join("\n"));
}

/** The policies of a kind, as compact JSON. Errors: `UsageError` with all that is wrong with the options. */
export function policiesFor(kind: Kind, options: ExportOptions): string[] {
  checked(kind, options);
  const { profile, networkIsolation = false, organizationId = "", exempt: exemptRoleArns } = options;
  return kind === "scp"
    ? serviceControlPolicies({ profile: profile as GuardrailChoice["profile"], networkIsolation }, { exemptRoleArns })
    : resourceControlPolicies({ organizationId, exemptRoleArns });
}

/** Prints one policy a line, or writes each to a file of a folder and prints how to make it one of the organization. */
export function exportPolicies(kind: Kind, options: ExportOptions, print: (text: string) => void): void {
  const policies = policiesFor(kind, options);
  if (options.out === undefined) return policies.forEach(print);
  fs.mkdirSync(options.out, { recursive: true });
  for (const [i, policy] of policies.entries()) {
    const name = `cloister-${kind}-${i + 1}`;
    const file = path.join(options.out, `${name}.json`);
    // As compact as it was counted: white space is part of the limit here.
    fs.writeFileSync(file, `${policy}\n`);
    print(`${file} (${policy.length} characters)`);
    print(
      `  aws organizations create-policy --type ${kinds[kind].type} --name ${name} --description "Cloister guardrails" --content file://${file}`,
    );
  }
  print("Attach each to the accounts or units that Cloister is in (aws organizations attach-policy), first to one that nobody needs.");
}

// Prints policies for AWS Organizations, from the same table of guardrails as the permissions boundaries.
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

/** The kind of policy: service control policies or resource control policies. */
export type PolicyKind = "scp" | "rcp";
const policyTypes: Record<PolicyKind, string> = { scp: "SERVICE_CONTROL_POLICY", rcp: "RESOURCE_CONTROL_POLICY" };

const isProfile = (name: string): name is GuardrailChoice["profile"] => (profiles as readonly string[]).includes(name);

function optionProblems(kind: PolicyKind, { profile, organizationId, exempt }: ExportOptions): string[] {
  return [
    ...(isProfile(profile) ? [] : [`--profile must be one of ${profiles.join(", ")} (got '${profile}').`]),
    ...(kind === "rcp" && organizationId === undefined
      ? ["--organization-id is required, for example o-exampleorgid. Find it with: aws organizations describe-organization"]
      : []),
    ...(organizationId === undefined || /^o-[a-z0-9]{10,32}$/.test(organizationId)
      ? []
      : [`--organization-id must be an ID such as o-exampleorgid (got '${organizationId}').`]),
    ...exempt
      .filter((arn) => !/^arn:[\w-]+:iam::(\d{12}|\*):role\/[\w+=,.@/*-]+$/.test(arn))
      .map((arn) => `--exempt must be the ARN of a role, with * for any account: arn:aws:iam::*:role/Deployer (got '${arn}').`),
  ];
}

/** The policies of one kind, as compact JSON. Errors: `UsageError` that lists every invalid option. */
export function policiesFor(kind: PolicyKind, options: ExportOptions): string[] {
  const problems = optionProblems(kind, options);
  if (problems.length > 0) throw new UsageError(problems.join("\n"));
  const { profile, networkIsolation = false, organizationId = "", exempt: exemptRoleArns } = options;
  return kind === "scp"
    ? serviceControlPolicies({ profile: profile as GuardrailChoice["profile"], networkIsolation }, { exemptRoleArns })
    : resourceControlPolicies({ organizationId, exemptRoleArns });
}

/** Prints one policy per line. With `out`, writes each policy to a file and prints the commands that create and attach it. */
export function exportPolicies(kind: PolicyKind, options: ExportOptions, print: (text: string) => void): void {
  const policies = policiesFor(kind, options);
  if (options.out === undefined) return policies.forEach(print);
  fs.mkdirSync(options.out, { recursive: true });
  for (const [i, policy] of policies.entries()) {
    const name = `cloister-${kind}-${i + 1}`;
    const file = path.join(options.out, `${name}.json`);
    // Compact JSON, because the size limit of AWS Organizations includes white space.
    fs.writeFileSync(file, `${policy}\n`);
    print(`${file} (${policy.length} characters)`);
    print(
      `  aws organizations create-policy --type ${policyTypes[kind]} --name ${name} --description "Cloister guardrails" --content file://${file}`,
    );
  }
  print(
    "Attach each policy to the accounts or organizational units that contain Cloister resources: aws organizations attach-policy. Start with a test account.",
  );
}

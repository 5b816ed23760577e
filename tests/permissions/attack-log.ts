// Lists the attacks of each attacker among the rows of the permissions table, for docs/threats.md. Also lists the statements of
// created policies that deny the attacks.
import { featureNames } from "@cloister/components/network/catalogue";
import { assemble } from "./assemble";
import { createdPolicies, type Deployment } from "./created-policies";
import { type Attacker, attackers, type Row } from "./row-kit";
import { rowsOf } from "./rows";
import { attackGroups, withAttacks } from "./attacks";
import { decide, type Decision, type PermissionRequest } from "./simulator";

/** The kind of a policy in the log, by its name in the table. The caller's policies are named after the caller. */
function kindOf(policy: string, caller: string): string {
  if (policy.endsWith("boundary")) return "permissions boundary";
  if (policy.startsWith("trust of")) return "trust policy";
  if (policy.startsWith("endpoint of")) return "endpoint policy";
  return policy.replace(/ \d+$/, "") === caller ? "role policy" : `policy of the ${policy}`;
}

/** Why a request is denied, in the words that docs/threats.md explains. */
function reasons({ caller }: PermissionRequest, { denies, silent }: Decision): string[] {
  if (denies.length > 0)
    return denies.map((statement) => {
      const [policy, sid] = statement.split("/") as [string, string];
      return `${kindOf(policy, caller)}: \`${sid}\` denies`;
    });
  if (silent.length === 0) return ["no policy of the resource allows another account"];
  return silent.map(({ policy, near }) => {
    const statements = near.map((sid) => `\`${sid}\``).join(" and ");
    return `${kindOf(policy, caller)}: ${near.length > 0 ? `${statements} ${near.length > 1 ? "do" : "does"} not match` : "no statement"}`;
  });
}

/** The most frequent reasons, in descending order. */
function mostFrequent(texts: string[], limit: number): string {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  const ordered = [...counts].sort(([, a], [, b]) => b - a).map(([text]) => text);
  return [...ordered.slice(0, limit), ...(ordered.length > limit ? [`and ${ordered.length - limit} more`] : [])].join("<br>");
}

export interface LoggedAttack {
  by: Attacker;
  tries: string;
  /** Why each request is denied. */
  requests: { row: Row; reasons: string[] }[];
}

/** One deployment cannot have every feature and products: its permissions boundary would be too long. */
const deployments: Deployment[] = [{ features: featureNames.filter((name) => name !== "mirror") }, { products: true }];

/** The attacks of the table, in the order of the attackers. Rejects if a request of an attack is allowed. */
export async function loggedAttacks(): Promise<LoggedAttack[]> {
  const attacks = new Map<string, LoggedAttack>();
  const logged = new Set<string>();
  for (const deployment of deployments) {
    const { policySet, ids } = assemble(await createdPolicies(deployment));
    for (const row of withAttacks(rowsOf(ids))) {
      if (row.attack === undefined || logged.has(row.it)) continue;
      logged.add(row.it);
      const decision = await decide(policySet, row);
      if (decision.result !== "denied") throw new Error(`An attack is allowed: ${row.it}`);
      const { by, tries } = row.attack;
      const attack = attacks.get(`${by}: ${tries}`) ?? { by, tries, requests: [] };
      attacks.set(`${by}: ${tries}`, attack);
      attack.requests.push({ row, reasons: [...new Set(reasons(row, decision))] });
    }
  }
  // In the order of the groups, with attacks that only rows name at the end.
  const order = attackGroups.map(({ tries }) => tries);
  const position = ({ tries }: LoggedAttack) => (order.includes(tries) ? order.indexOf(tries) : order.length);
  const ordered = [...attacks.values()].sort((a, b) => position(a) - position(b));
  return attackers.flatMap((attacker) => ordered.filter(({ by }) => by === attacker));
}

/** A table of the attacks of each attacker. */
export const attackTables = (attacks: LoggedAttack[]): Record<string, string> =>
  Object.fromEntries(
    attackers.map((attacker) => [
      attacker,
      [
        "| attack | requests | denied by | example |",
        "| --- | --- | --- | --- |",
        ...attacks
          .filter(({ by }) => by === attacker)
          .map(({ tries, requests }) => {
            const because = mostFrequent(
              requests.flatMap((request) => request.reasons),
              3,
            );
            return `| ${tries} | ${requests.length} | ${because} | ${requests[0]!.row.it} |`;
          }),
      ].join("\n"),
    ]),
  );

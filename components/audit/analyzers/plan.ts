// Looks up the analyzers of the account, and plans those to create.
import { type AwsContext } from "../../aws/context";
import { type CalledService, signedCall } from "../../aws/signed-call";
import { removeCommand, setCommand } from "../../stack/fix-command";
import { type Planned, type Problem } from "../../stack/preflight";
import { type AnalyzerSettings } from "./settings";

const service: CalledService = { scope: "access-analyzer", host: "access-analyzer", id: "ACCESSANALYZER" };

export interface FoundAnalyzer {
  name: string;
  /** `ACCOUNT`, `ACCOUNT_UNUSED_ACCESS` or another type. */
  type: string;
}

/** The analyzers of the account. A member account does not see those of its organization. */
export async function lookupAnalyzers(context: AwsContext): Promise<FoundAnalyzer[]> {
  const found: FoundAnalyzer[] = [];
  let nextToken: string | undefined;
  do {
    const page: { analyzers?: FoundAnalyzer[]; nextToken?: string } = await signedCall(context, service, {
      method: "GET",
      path: "/analyzer",
      query: nextToken === undefined ? {} : { nextToken },
    });
    found.push(...(page.analyzers ?? []).map(({ name, type }) => ({ name, type })));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}

export interface PlannedAnalyzer {
  /** Name of the analyzer, and of its resource. */
  name: string;
  type: "ACCOUNT" | "ACCOUNT_UNUSED_ACCESS";
  unusedAccessDays?: number;
}

export interface AnalyzerRequest {
  context: AwsContext;
  /** Name of the core stack. */
  name: string;
  settings: AnalyzerSettings;
  /** Path of the settings, `cloister-core:audit.accessAnalyzer`. */
  path: string;
}

const kinds = [
  { type: "ACCOUNT", setting: "externalAccess", about: "an analyzer of external access" },
  { type: "ACCOUNT_UNUSED_ACCESS", setting: "unusedAccessDays", about: "an analyzer of unused access" },
] as const;

/** Plans the analyzers. AWS accepts one analyzer of each type in an account and region. Source: IAM "IAM Access Analyzer quotas". */
export function planAnalyzers(
  { context, name, settings, path }: AnalyzerRequest,
  found: readonly FoundAnalyzer[],
): Planned<PlannedAnalyzer[]> {
  const { externalAccess, unusedAccessDays } = settings;
  const plan: PlannedAnalyzer[] = [
    ...(externalAccess ? [{ name: `${name}-external-access`, type: "ACCOUNT" as const }] : []),
    ...(unusedAccessDays === undefined
      ? []
      : [{ name: `${name}-unused-access`, type: "ACCOUNT_UNUSED_ACCESS" as const, unusedAccessDays }]),
  ];
  const problems = kinds.flatMap(({ type, setting, about }): Problem[] => {
    const planned = plan.find((analyzer) => analyzer.type === type);
    const existing = found.find((analyzer) => analyzer.type === type);
    if (!planned || !existing || existing.name === planned.name) return [];
    const fix = setting === "externalAccess" ? setCommand(`${path}.${setting}`, "false") : removeCommand(`${path}.${setting}`);
    return [
      {
        setting: `${path}.${setting}`,
        text: `must not create ${about}, because account ${context.accountId} has one in ${context.region} (got ${existing.name}). Fix: ${fix}`,
      },
    ];
  });
  return { plan, problems };
}

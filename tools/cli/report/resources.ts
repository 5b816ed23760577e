// Reads properties of resources in a state, for the diagram and the tables.
import { type Outcome, type StateResource } from "../engine";

export interface ReportStack {
  id: string;
  project: string;
  stack: string;
  /** IDs of the stacks it reads. */
  reads: string[];
  resources: StateResource[];
  outcome?: Pick<Outcome, "policies" | "violations" | "seconds">;
}

export const nameOf = ({ urn }: StateResource) => urn.split("::").at(-1)!;

/** Returns the value if it is a non-empty string. Secrets and unknown values are objects. */
export const stringOf = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
export const stringsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];

/** Escapes text for HTML, and for the HTML-like labels of Graphviz. */
export const escapeHtml = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** Whether a resource exists in AWS: components and Pulumi's own resources do not. */
export const isInAws = ({ custom, type }: StateResource) => custom !== false && !type.startsWith("pulumi:");

const providerUrn = ({ provider }: StateResource) => (provider ?? "").split("::").slice(0, 4).join("::");

/** The account in the ARN of a resource, or the account that owns the resource. */
const accountInOutputs = ({ outputs }: StateResource) =>
  /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(stringOf(outputs?.arn) ?? "")?.[1] ?? stringOf(outputs?.ownerId);

/**
 * Returns a function that finds the account of a resource: in its outputs, else in its provider, else in the stack's
 * default provider.
 */
export function accountFinder(resources: StateResource[]): (resource: StateResource) => string {
  const providerAccounts = new Map(
    resources
      .filter(({ type }) => type === "pulumi:providers:aws")
      .flatMap((provider) => allowedAccounts(provider).map((account) => [provider.urn, account] as const)),
  );
  const defaultAccount = resources
    .filter((resource) => !providerAccounts.has(providerUrn(resource)))
    .map(accountInOutputs)
    .find((account) => account !== undefined);
  return (resource) => accountInOutputs(resource) ?? providerAccounts.get(providerUrn(resource)) ?? defaultAccount ?? "unknown";
}

function allowedAccounts(provider: StateResource): string[] {
  const list = provider.inputs?.allowedAccountIds;
  try {
    return stringsOf(typeof list === "string" ? JSON.parse(list) : list);
  } catch {
    return [];
  }
}

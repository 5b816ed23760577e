// Evaluates one DNS Firewall rule: which domains it answers or blocks.
import { itemsAt, readValue, type StackResource, stringAt } from "../rule-kit";
import { type Graph } from "./graph";

const DOMAIN_LIST = "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList";

/** Domains that AWS or the VPC answers: no third party receives queries for names below these domains. */
const awsDomains = [
  "amazonaws.com",
  "amazonaws.com.cn",
  "api.aws",
  "sagemaker.aws",
  "sagemaker.com.cn",
  "compute.internal",
  "ec2.internal",
];

/** What a rule does with the queries that no earlier rule has answered or blocked. */
export interface Step {
  /** Answers queries for all domains, or for these third-party domains. */
  allows?: "everything" | string[];
  blocksAll?: true;
  /** Whether the rule can answer or block domains that cannot be determined. */
  canAllow?: true;
  canBlock?: true;
}

/** A step that applies only under a condition that cannot be determined. */
export const uncertainStep = ({ allows, canAllow, blocksAll, canBlock }: Step): Step => ({
  ...((allows || canAllow) && { canAllow: true }),
  ...((blocksAll || canBlock) && { canBlock: true }),
});

export const normalizeDomain = (name: string) => name.replace(/\.$/, "").toLowerCase();
const isAnyDomain = (name: string) => ["*", "*.", ""].includes(name);

/** Whether a pattern matches only the domain and names below it. `*amazonaws.com` also matches other domains. */
function isBelow(pattern: string, domain: string): boolean {
  const rest = pattern.replace(/^\*\./, "");
  return !rest.includes("*") && (rest === domain || rest.endsWith(`.${domain}`));
}

/** Whether an allowed domain covers a pattern: the same name, or names below `*.domain`. */
const covers = (allowed: string, pattern: string) =>
  pattern === allowed || (allowed.startsWith("*.") && pattern !== allowed.slice(2) && isBelow(pattern, allowed.slice(2)));

/** Domains that do not belong to AWS and are not allowed. */
function thirdPartyDomains(names: string[], allowed: string[]): string[] {
  return names.filter((name) => {
    const pattern = normalizeDomain(name);
    return (
      !awsDomains.some((domain) => isBelow(pattern, domain)) && !allowed.map(normalizeDomain).some((domain) => covers(domain, pattern))
    );
  });
}

/** Domains in the domain list of a rule; undefined when one domain is unknown. */
export function domainsOfRule(graph: Graph, rule: StackResource): string[] | undefined {
  const { resources, certain } = graph.refer(rule, ["firewallDomainListId"], [DOMAIN_LIST]);
  const [list] = resources;
  if (!list || !certain || readValue(list.props, "domains").state === "unknown") return undefined;
  const domains = itemsAt(list.props, "domains").map((item) => (item.state === "known" ? String(item.value) : undefined));
  return domains.every((domain) => domain !== undefined) ? (domains as string[]) : undefined;
}

/** The step for a rule with these domains. `allowed` lists third-party domains that the resolver can answer. */
export function stepOfRule(rule: StackResource, domains: string[] | undefined, allowed: string[]): Step {
  const action = stringAt(rule.props, "action");
  const isThreatRule =
    readValue(rule.props, "firewallDomainListId").state === "missing" && readValue(rule.props, "dnsThreatProtection").state === "known";
  if (action === "BLOCK") return isThreatRule ? {} : blockStep(rule, domains);
  // A rule with the action ALERT also answers the query, and later rules are not evaluated.
  if (action !== "ALLOW" && action !== "ALERT") return { canAllow: true, canBlock: true };
  if (isThreatRule) return { allows: ["domains that match a DNS threat"] };
  if (!domains) return { canAllow: true };
  if (domains.some(isAnyDomain)) return { allows: "everything" };
  const others = thirdPartyDomains(domains, allowed);
  return others.length > 0 ? { allows: others } : {};
}

/** A rule for some domains, or for one query type, does not block all other queries. */
function blockStep(rule: StackResource, domains: string[] | undefined): Step {
  const queryType = readValue(rule.props, "qType").state;
  if (queryType === "known" || (domains && !domains.some(isAnyDomain))) return {};
  return domains && queryType === "missing" ? { blocksAll: true } : { canBlock: true };
}

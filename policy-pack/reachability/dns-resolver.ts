// Evaluates egress by DNS. The resolver of a VPC sends queries to the name servers of the domain's owner, also without a
// gateway.
import { itemsAt, readValue, type StackResource, stringAt } from "../rule-kit";
import { domainsOfRule, normalizeDomain, stepOfRule, type Step, uncertainStep } from "./dns-firewall";
import { type Attached, type Reference } from "./graph";
import { knownValue, label, type NetworkPath, outsidePath, prefixed, uncertain, unknownAtPreview, unknownPath } from "./network-path";
import { types } from "./resource-types";
import { type Scope } from "./scope";

const FIREWALL = "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation";
const CONFIG = "aws:route53/resolverFirewallConfig:ResolverFirewallConfig";
const FORWARDING = "aws:route53/resolverRuleAssociation:ResolverRuleAssociation";
const PROFILE = "aws:route53/profilesAssociation:ProfilesAssociation";
const RULE_GROUP = "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup";
const RULE = "aws:route53/resolverFirewallRule:ResolverFirewallRule";
const FORWARDING_RULE = "aws:route53/resolverRule:ResolverRule";
const ZONE = "aws:route53/zone:Zone";
const ZONE_ASSOCIATION = "aws:route53/zoneAssociation:ZoneAssociation";

/** Resource types that change what a resolver answers, with the property that names the VPC. */
export const resolverParts: [type: string, property: string][] = [
  [FIREWALL, "vpcId"],
  [CONFIG, "resourceId"],
  [FORWARDING, "vpcId"],
  [PROFILE, "resourceId"],
];

/** A VPC, or the ID of a VPC that is not in the stack. */
export type Vpc = StackResource | string;

/** Resources in order of priority. `unordered` has the resources with an unknown priority or target. */
function byPriority({ certain, possible }: Attached): { ordered: StackResource[]; unordered: StackResource[] } {
  const priority = (resource: StackResource) => Number(knownValue(resource.props, "priority") ?? Number.NaN);
  if (certain.length === 1 && possible.length === 0) return { ordered: certain, unordered: [] };
  return {
    ordered: certain.filter((resource) => !Number.isNaN(priority(resource))).sort((a, b) => priority(a) - priority(b)),
    unordered: [...certain.filter((resource) => Number.isNaN(priority(resource))), ...possible],
  };
}

const firstThree = (names: string[]) => `${names.slice(0, 3).join(", ")}${names.length > 3 ? ` and ${names.length - 3} more` : ""}`;
const unknownRules = "DNS Firewall rules that cannot be determined";

export class DnsResolver {
  constructor(private readonly scope: Scope) {}

  pathsOf(vpc: Vpc): NetworkPath[] {
    const isInStack = typeof vpc !== "string";
    if (isInStack && knownValue(vpc.props, "enableDnsSupport") === "false") return [];
    const [firewalls, configs, forwarding, profiles] = resolverParts.map(([type, property]) =>
      this.scope.graph.attached(type, property, types.vpc, vpc),
    ) as [Attached, Attached, Attached, Attached];
    const paths = [
      ...forwarding.certain.flatMap((association) => this.pathsOfForwarding(association)),
      ...uncertain(forwarding.possible.flatMap((association) => this.pathsOfForwarding(association))),
      ...configs.certain.flatMap((config) => this.pathsOfFailOpen(config)),
      ...uncertain(configs.possible.flatMap((config) => this.pathsOfFailOpen(config))),
      ...[...profiles.certain, ...profiles.possible].map((association) => unknownPath(`rules of ${label(association)}`)),
      ...(isInStack || firewalls.certain.length > 0 ? this.pathsOfFirewalls(firewalls, this.allowedDomains(vpc)) : []),
      // Another stack can have created rules with a higher priority than the rules of this stack.
      ...(isInStack || this.scope.isInside(vpc) ? [] : [unknownPath("DNS Firewall rules of other stacks")]),
    ];
    return prefixed(`resolver of ${isInStack ? vpc.name : vpc}`, paths);
  }

  /**
   * Domains that the resolver can answer: the allowed domains of the perimeter, and all names below a private hosted
   * zone of the VPC.
   */
  private allowedDomains(vpc: Vpc): string[] {
    const { graph, perimeter } = this.scope;
    const refersToVpc = ({ resources, foreign, certain }: Reference) => certain && [...resources, ...foreign].includes(vpc);
    const associated = graph
      .attached(ZONE_ASSOCIATION, "vpcId", types.vpc, vpc)
      .certain.map((association) => graph.refer(association, ["zoneId"], [ZONE]));
    const isAssociated = (zone: StackResource) =>
      associated.some(({ resources, certain }) => certain && resources.includes(zone)) ||
      itemsAt(zone.props, "vpcs").some(
        (item) =>
          item.state === "known" && refersToVpc(graph.refer(zone, ["vpcId"], types.vpc, { list: "vpcs", props: item.value as object })),
      );
    const zones = graph.ofType(ZONE).filter(isAssociated);
    const names = zones.flatMap((zone) => stringAt(zone.props, "name") ?? []).map(normalizeDomain);
    return [...(perimeter.allowedDomains ?? []), ...names.flatMap((name) => [name, `*.${name}`])];
  }

  /** A forwarding rule sends queries to other name servers. */
  private pathsOfForwarding(association: StackResource): NetworkPath[] {
    const { resources, foreign, unknown } = this.scope.graph.refer(association, ["resolverRuleId"], [FORWARDING_RULE]);
    const ids = [...resources.filter((rule) => stringAt(rule.props, "ruleType") !== "SYSTEM").map(({ name }) => name), ...foreign];
    return [
      ...ids.filter((id) => !this.scope.isInside(id)).map((id) => outsidePath(`forwarding rule ${id}`)),
      ...(unknown ? [unknownPath(unknownAtPreview("forwarding rule"))] : []),
    ];
  }

  private pathsOfFailOpen(config: StackResource): NetworkPath[] {
    const failOpen = readValue(config.props, "firewallFailOpen");
    if (failOpen.state === "missing" || (failOpen.state === "known" && failOpen.value === "DISABLED")) return [];
    const step = "any domain while DNS Firewall is unavailable (firewallFailOpen)";
    return [failOpen.state === "known" && failOpen.value === "ENABLED" ? outsidePath(step) : unknownPath(step)];
  }

  /**
   * Domains that the DNS Firewall rule groups of a resolver answer. The first rule for a domain decides: rule groups
   * are ordered by priority, and so are the rules within a group.
   */
  private pathsOfFirewalls(associations: Attached, allowed: string[]): NetworkPath[] {
    const { ordered, unordered } = byPriority(associations);
    const steps = [
      ...unordered.flatMap((association) => this.stepsOfAssociation(association, allowed)).map(uncertainStep),
      ...ordered.flatMap((association) => this.stepsOfAssociation(association, allowed)),
    ];
    const paths: NetworkPath[] = [];
    let canBeBlocked = false;
    const answered = (step: string) => (canBeBlocked ? unknownPath(unknownRules, step) : outsidePath(step));
    for (const { allows, blocksAll, canAllow, canBlock } of steps) {
      if (blocksAll) return paths;
      if (canAllow) paths.push(unknownPath(unknownRules));
      if (canBlock) canBeBlocked = true;
      if (allows === "everything") break;
      if (allows) paths.push(answered(`third-party domains that DNS Firewall allows (${firstThree(allows)})`));
    }
    const hasFirewall = associations.certain.length > 0;
    return [...paths, answered(hasFirewall ? "DNS Firewall without a BLOCK rule for all other domains" : "any domain (no DNS Firewall)")];
  }

  private stepsOfAssociation(association: StackResource, allowed: string[]): Step[] {
    const { graph } = this.scope;
    const { resources, certain } = graph.refer(association, ["firewallRuleGroupId"], [RULE_GROUP]);
    const [group] = resources;
    if (!group || !certain) return [{ canAllow: true, canBlock: true }];
    const { ordered, unordered } = byPriority(graph.attached(RULE, "firewallRuleGroupId", [RULE_GROUP], group));
    const stepOf = (rule: StackResource) => stepOfRule(rule, domainsOfRule(graph, rule), allowed);
    return [...unordered.map((rule) => uncertainStep(stepOf(rule))), ...ordered.map(stepOf)];
  }
}

// What leaves a VPC in questions for names: its resolver asks the servers of whoever owns a name, gateway or not.
import { itemsAt, look, type StackResource, textAt } from "../rule-kit";
import { type Attached, type Graph, type Reference } from "./graph";
import { behind, label, lost, type Perimeter, perhaps, types, valueAt, type Way } from "./perimeter";

const FIREWALL = "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation";
const CONFIG = "aws:route53/resolverFirewallConfig:ResolverFirewallConfig";
const FORWARDING = "aws:route53/resolverRuleAssociation:ResolverRuleAssociation";
const PROFILE = "aws:route53/profilesAssociation:ProfilesAssociation";
const RULE_GROUP = "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup";
const RULE = "aws:route53/resolverFirewallRule:ResolverFirewallRule";
const DOMAIN_LIST = "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList";
const FORWARDING_RULE = "aws:route53/resolverRule:ResolverRule";
const ZONE = "aws:route53/zone:Zone";
const ZONE_ASSOCIATION = "aws:route53/zoneAssociation:ZoneAssociation";

/** What changes how the resolver of a VPC answers, and the property that says of which VPC. */
export const resolverParts: [type: string, property: string][] = [
  [FIREWALL, "vpcId"],
  [CONFIG, "resourceId"],
  [FORWARDING, "vpcId"],
  [PROFILE, "resourceId"],
];

/** Domains whose every name is answered by AWS itself, or by the VPC: nobody else sees what is asked for below them. */
const ownDomains = ["amazonaws.com", "amazonaws.com.cn", "api.aws", "sagemaker.aws", "compute.internal", "ec2.internal"];

/** What a rule of a DNS firewall does to what comes by it. */
interface Step {
  /** Lets through: everything, or names of strangers. */
  lets?: "everything" | string[];
  /** Refuses every name. */
  blocks?: true;
  /** What is not known of it: whether it lets anything through, whether it refuses anything. */
  mayLet?: true;
  mayBlock?: true;
}

const spelt = (name: string) => name.replace(/\.$/, "").toLowerCase();
const isEverything = (name: string) => ["*", "*.", ""].includes(name);

/** Whether all that a pattern stands for is a name, or below one that ends in `*.`, of the list. `*amazonaws.com` stands for other names too. */
function isBelow(name: string, domain: string): boolean {
  const rest = name.replace(/^\*\./, "");
  return !rest.includes("*") && (rest === domain || rest.endsWith(`.${domain}`));
}

/** The names of a list that belong neither to AWS nor to those that are allowed. */
export function strangers(names: string[], allowed: string[] = []): string[] {
  const isAllowed = (name: string) =>
    allowed.map(spelt).some((one) => name === one || (one.startsWith("*.") && name !== one.slice(2) && isBelow(name, one.slice(2))));
  return names.filter((name) => !ownDomains.some((domain) => isBelow(spelt(name), domain)) && !isAllowed(spelt(name)));
}

/** A VPC, or the id of one that is not in the graph. */
export type Place = StackResource | string;

const named = (names: string[]) => `${names.slice(0, 3).join(", ")}${names.length > 3 ? ` and ${names.length - 3} more` : ""}`;

/** What a step does if it is one at all, or nobody knows when. */
const uncertain = ({ lets, mayLet, blocks, mayBlock }: Step): Step => ({
  ...((lets || mayLet) && { mayLet: true }),
  ...((blocks || mayBlock) && { mayBlock: true }),
});

/** By priority; and those of which it is not known, or not whether they belong here at all. */
function inOrder({ sure, maybe }: Attached): { ordered: StackResource[]; anywhere: StackResource[] } {
  const priority = (one: StackResource) => Number(valueAt(one.props, "priority") ?? Number.NaN);
  if (sure.length === 1 && maybe.length === 0) return { ordered: sure, anywhere: [] };
  return {
    ordered: sure.filter((one) => !Number.isNaN(priority(one))).sort((a, b) => priority(a) - priority(b)),
    anywhere: [...sure.filter((one) => Number.isNaN(priority(one))), ...maybe],
  };
}

export class Resolver {
  constructor(
    private readonly graph: Graph,
    private readonly perimeter: Perimeter,
  ) {}

  /** What names that are asked for in a VPC reach. */
  waysOf(place: Place): Way[] {
    const isOurs = typeof place !== "string";
    if (isOurs && valueAt(place.props, "enableDnsSupport") === "false") return [];
    const at = (type: string, property: string) => this.graph.attached(type, property, types.vpc, place);
    const [firewalls, configs, forwarding, profiles] = resolverParts.map(([type, property]) => at(type, property)) as [
      Attached,
      Attached,
      Attached,
      Attached,
    ];
    const ways = [
      ...forwarding.sure.flatMap((one) => this.waysOfForwarding(one)),
      ...perhaps(forwarding.maybe.flatMap((one) => this.waysOfForwarding(one))),
      ...configs.sure.flatMap((one) => this.waysOfFailure(one)),
      ...perhaps(configs.maybe.flatMap((one) => this.waysOfFailure(one))),
      ...[...profiles.sure, ...profiles.maybe].map((one) => lost(`rules of ${label(one)}`)),
      ...(isOurs || firewalls.sure.length > 0 ? this.waysOfFirewalls(firewalls, this.allowedIn(place)) : []),
      // Other stacks may have put rules before ours.
      ...(isOurs || this.isInside([place]) ? [] : [lost("rules of other stacks")]),
    ];
    return behind(`resolver of ${isOurs ? place.name : place}`, ways);
  }

  /** Names that may be answered: those of the perimeter, and those below a private hosted zone of the VPC, of which the zone answers every one. */
  private allowedIn(place: Place): string[] {
    const isOf = ({ resources, foreign, sure }: Reference) => sure && [...resources, ...foreign].includes(place);
    const joined = this.graph
      .attached(ZONE_ASSOCIATION, "vpcId", types.vpc, place)
      .sure.map((one) => this.graph.refer(one, ["zoneId"], [ZONE]));
    const zones = this.graph
      .ofType(ZONE)
      .filter(
        (zone) =>
          joined.some(({ resources, sure }) => sure && resources.includes(zone)) ||
          itemsAt(zone.props, "vpcs").some(
            (item) =>
              item.state === "known" && isOf(this.graph.refer(zone, ["vpcId"], types.vpc, { list: "vpcs", props: item.value as object })),
          ),
      );
    const answered = zones.flatMap((zone) => textAt(zone.props, "name") ?? []).map(spelt);
    return [...(this.perimeter.allowedDomains ?? []), ...answered.flatMap((name) => [name, `*.${name}`])];
  }

  private isInside(names: string[]): boolean {
    return names.some((one) => this.perimeter.inside?.includes(one));
  }

  private waysOfForwarding(association: StackResource): Way[] {
    const { resources, foreign, unknown } = this.graph.refer(association, ["resolverRuleId"], [FORWARDING_RULE]);
    const path = (name: string) => [`forwarding rule ${name}`];
    return [
      ...resources
        .filter((rule) => textAt(rule.props, "ruleType") !== "SYSTEM" && !this.isInside([rule.name]))
        .map(({ name }): Way => ({ path: path(name), end: "outside" })),
      ...foreign.filter((id) => !this.isInside([id])).map((id): Way => ({ path: path(id), end: "outside" })),
      ...(unknown ? [lost(...path("that is not known yet"))] : []),
    ];
  }

  private waysOfFailure(config: StackResource): Way[] {
    const found = look(config.props, "firewallFailOpen");
    if (found.state === "missing" || (found.state === "known" && found.value === "DISABLED")) return [];
    const path = ["any name while DNS Firewall does not answer (firewallFailOpen)"];
    return [{ path, end: found.state === "known" && found.value === "ENABLED" ? "outside" : "unknown" }];
  }

  /** What the rule groups of one resolver let through: the first rule that has a name decides, the groups being read by priority, and the rules in each. */
  private waysOfFirewalls(associations: Attached, allowed: string[]): Way[] {
    const { ordered, anywhere } = inOrder(associations);
    const steps = [
      ...anywhere.flatMap((one) => this.stepsOfAssociation(one, allowed)).map(uncertain),
      ...ordered.flatMap((one) => this.stepsOfAssociation(one, allowed)),
    ];
    const ways: Way[] = [];
    let mayBeBlocked = false;
    const leaves = (...path: string[]): Way =>
      mayBeBlocked ? lost("DNS Firewall rules that are not known", ...path) : { path, end: "outside" };
    for (const { lets, blocks, mayLet, mayBlock } of steps) {
      if (blocks) return ways;
      if (mayLet) ways.push(lost("DNS Firewall rules that are not known"));
      if (mayBlock) mayBeBlocked = true;
      if (lets === "everything") break;
      if (lets) ways.push(leaves(`names of others that DNS Firewall allows (${named(lets)})`));
    }
    ways.push(leaves(associations.sure.length > 0 ? "DNS Firewall that does not block the rest" : "any name, without DNS Firewall"));
    return ways;
  }

  private stepsOfAssociation(association: StackResource, allowed: string[]): Step[] {
    const { resources, sure } = this.graph.refer(association, ["firewallRuleGroupId"], [RULE_GROUP]);
    const [group] = resources;
    if (!group || !sure) return [{ mayLet: true, mayBlock: true }];
    const { ordered, anywhere } = inOrder(this.graph.attached(RULE, "firewallRuleGroupId", [RULE_GROUP], group));
    return [...anywhere.map((rule) => uncertain(this.stepOf(rule, allowed))), ...ordered.map((rule) => this.stepOf(rule, allowed))];
  }

  private stepOf(rule: StackResource, allowed: string[]): Step {
    const action = textAt(rule.props, "action");
    const isOfThreats =
      look(rule.props, "firewallDomainListId").state === "missing" && look(rule.props, "dnsThreatProtection").state === "known";
    if (action === "BLOCK") {
      if (isOfThreats) return {};
      const names = this.namesOf(rule);
      if (look(rule.props, "qType").state === "known" || (names && !names.some(isEverything))) return {};
      return names && look(rule.props, "qType").state === "missing" ? { blocks: true } : { mayBlock: true };
    }
    // An alert lets through as well, and ends the search.
    if (action !== "ALLOW" && action !== "ALERT") return { mayLet: true, mayBlock: true };
    if (isOfThreats) return { lets: ["names that look like a threat"] };
    const names = this.namesOf(rule);
    if (!names) return { mayLet: true };
    if (names.some(isEverything)) return { lets: "everything" };
    const others = strangers(names, allowed);
    return others.length > 0 ? { lets: others } : {};
  }

  /** The names that a rule is about; nothing when not all are known. */
  private namesOf(rule: StackResource): string[] | undefined {
    const { resources, sure } = this.graph.refer(rule, ["firewallDomainListId"], [DOMAIN_LIST]);
    const [list] = resources;
    if (!list || !sure || look(list.props, "domains").state === "unknown") return undefined;
    const names = itemsAt(list.props, "domains").map((item) => (item.state === "known" ? String(item.value) : undefined));
    return names.every((name) => name !== undefined) ? (names as string[]) : undefined;
  }
}

// Compares the minimum deployment time of an environment's graph with the dependencies that AWS requires.
// Pure: makes no AWS calls.
import { type World } from "../helpers/mocks";
import { criticalPath, type Latencies, type Node, type Path } from "./critical-path";

const DOMAIN = "aws:sagemaker/domain:Domain";
const PROFILE = "aws:sagemaker/userProfile:UserProfile";
const SPACE = "aws:sagemaker/space:Space";

/** Seconds, the middle of each estimate. No source has numbers for DNS Firewall, so these are guesses. */
const latencies: Latencies = {
  "aws:ec2/vpc:Vpc": 17,
  "aws:ec2/subnet:Subnet": 2,
  "aws:ec2/routeTable:RouteTable": 2,
  "aws:ec2/securityGroup:SecurityGroup": 2,
  "aws:ec2/vpcEndpoint:VpcEndpoint": 65,
  "aws:ec2/natGateway:NatGateway": 105,
  "aws:kms/key:Key": 10,
  "aws:iam/role:Role": 12,
  "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation": 45,
  "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation": 30,
  [DOMAIN]: 175,
  [PROFILE]: 15,
  [SPACE]: 15,
};
/** Seconds for all other resource types. */
const standard = 1;

/** The longest chain that AWS requires: each of these resources needs a resource of the type before. */
const unavoidable = ["aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet", DOMAIN, PROFILE, SPACE];

function sum(types: string[]): number {
  return types.reduce((seconds, type) => seconds + (latencies[type] ?? standard), 0);
}

/** Minimum seconds until the domain is created, and until all resources are created. */
export const floor = {
  domain: sum(unavoidable.filter((type) => type !== PROFILE && type !== SPACE)),
  all: sum(unavoidable),
};

/** Maximum ratio of the deployment time to the minimum. */
export const GOAL = 1.05;

const words = ({ nodes, seconds }: Path) =>
  `${seconds} s: ${nodes.map(({ urn, type }) => `${urn.split("::").at(-1)} ${latencies[type] ?? standard}`).join(" -> ")}`;

/** The graph of the resources that a program registered under mocks. */
export const graphOf = ({ resources }: World): Node[] =>
  resources
    .filter(({ custom, type }) => custom && !type.startsWith("pulumi:"))
    .map(({ urn, type, dependencies }) => ({ urn, type, dependencies: dependencies.map((dependency) => dependency.urn) }));

/** A table row: times until the domain and until all resources are created, as ratios to the minimum. */
export interface Row {
  what: string;
  resources: number;
  /** Duration when the resources are created one after another. */
  seconds: number;
  domain: { ratio: number; path: string };
  all: { ratio: number; path: string };
}

export function rowOf(what: string, nodes: Node[]): Row {
  const domain = criticalPath(nodes, latencies, standard, DOMAIN);
  const all = criticalPath(nodes, latencies, standard);
  return {
    what,
    resources: nodes.length,
    seconds: sum(nodes.map(({ type }) => type)),
    domain: { ratio: domain.seconds / floor.domain, path: words(domain) },
    all: { ratio: all.seconds / floor.all, path: words(all) },
  };
}

/** All direct and indirect dependencies of the resources of a type. */
export function waitsFor(nodes: Node[], type: string): Node[] {
  const byUrn = new Map(nodes.map((node) => [node.urn, node]));
  const seen = new Set<string>();
  const visit = (node: Node) => {
    for (const urn of node.dependencies.filter((dependency) => !seen.has(dependency))) {
      seen.add(urn);
      const next = byUrn.get(urn);
      if (next) visit(next);
    }
  };
  nodes.filter((node) => node.type === type).forEach(visit);
  return nodes.filter(({ urn }) => seen.has(urn));
}

/** Renders the table for docs/performance.md. */
export const tableOf = (rows: Row[]): string =>
  [
    "| what | resources | one after another | until the domain is created | until all resources are created |",
    "| --- | --- | --- | --- | --- |",
    ...rows.map(
      ({ what, resources, seconds, domain, all }) =>
        `| ${what} | ${resources} | ${seconds} s | ${domain.ratio.toFixed(2)} | ${all.ratio.toFixed(2)} |`,
    ),
  ].join("\n");

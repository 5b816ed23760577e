// How long AWS takes at least for an environment, by the graph of one that is deployed in the sandbox, against the chain that no program can avoid.
// Latencies are estimates for AWS, from what the provider's own acceptance tests took; the sandbox has none of them, so this is computed and not measured.
import { deployStack, resourcesOf } from "@cloister/cli/deploy";
import { terminalProgress } from "@cloister/cli/progress";
import { ensureToolchain } from "@cloister/sandbox/toolchain";
import { planOf, quiet, setUp } from "../helpers/engine";
import { criticalPath, type Latencies, type Node, type Path } from "./critical-path";

const DOMAIN = "aws:sagemaker/domain:Domain";
const PROFILE = "aws:sagemaker/userProfile:UserProfile";

/** Seconds, the middle of each estimate. Those of DNS Firewall are a guess: nobody has told any. */
export const latencies: Latencies = {
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
};
/** Everything else is there within a second or so. */
const standard = 1;

/** What AWS makes wait for each other: a domain needs subnets, a subnet its VPC, a profile its domain. */
const unavoidable = ["aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet", DOMAIN, PROFILE];

const words = ({ nodes, seconds }: Path) =>
  `${seconds} s: ${nodes.map(({ urn, type }) => `${urn.split("::").at(-1)} ${latencies[type] ?? standard}`).join(" -> ")}`;

async function main(): Promise<void> {
  const progress = terminalProgress();
  await ensureToolchain(progress);
  const stage = await setUp("bench-network");
  try {
    const team = planOf("fraud-dev");
    const floor = unavoidable.reduce((sum, type) => sum + latencies[type]!, 0);
    const upToDomain = floor - latencies[PROFILE]!;
    const step = progress.step("Deploying what is looked at");
    await deployStack(stage.session, planOf("bank-hub"), quiet);
    // NAT is refused by guardrails, and is looked at here for its gateways, which take long.
    const session = { ...stage.session, policyPack: undefined };
    const graphs: [string, Node[]][] = [];
    for (const [name, set] of [
      ["environment", {}],
      ["environment with NAT", { "cloister-environment:network.egress": "nat" }],
    ] as const) {
      await deployStack(session, team, { ...quiet, set });
      const resources = (await resourcesOf(session, team)).filter(({ custom, type }) => custom && !type.startsWith("pulumi:"));
      graphs.push([name, resources.map(({ urn, type, dependencies = [] }) => ({ urn, type, dependencies }))]);
    }
    step.done();
    progress.note(`unavoidable: VPC, subnet, domain ${upToDomain} s; with a profile ${floor} s`);
    for (const [name, nodes] of graphs) {
      const domain = criticalPath(nodes, latencies, standard, DOMAIN);
      const all = criticalPath(nodes, latencies, standard);
      const summed = nodes.reduce((sum, { type }) => sum + (latencies[type] ?? standard), 0);
      progress.note(`${name}, ${nodes.length} resources, ${summed} s one after another`);
      progress.note(`  until the domain is there: ${(domain.seconds / upToDomain).toFixed(2)} times; ${words(domain)}`);
      progress.note(`  until all is there: ${(all.seconds / floor).toFixed(2)} times; ${words(all)}`);
    }
  } finally {
    await stage.end();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});

// How long AWS takes at least for an environment, by the graph of one that is deployed in the sandbox, against the chain that no program can avoid.
// Latencies are estimates for AWS, from what the provider's own acceptance tests took; the sandbox has none of them, so this is computed and not measured.
import { deployStack, stackResources } from "@cloister/cli";
import { terminalProgress } from "@cloister/common";
import { ensureToolchain } from "@cloister/toolchain";
import { planOf, quiet, setUp } from "../helpers/engine";
import { exampleEnvironment } from "../programs/example-environment";
import { runProgram } from "../helpers/mocks";
import { type Node } from "./critical-path";
import { floor, GOAL, graphOf, rowOf, tableOf } from "./environment-path";

async function main(): Promise<void> {
  const progress = terminalProgress();
  await ensureToolchain(progress);
  const stage = await setUp("bench-network");
  try {
    const team = planOf("fraud-dev");
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
      const resources = (await stackResources(session, team)).filter(({ custom, type }) => custom && !type.startsWith("pulumi:"));
      graphs.push([name, resources.map(({ urn, type, dependencies = [] }) => ({ urn, type, dependencies }))]);
    }
    // The sandbox has no endpoint services, so this one is what the program asks for, and not what was deployed.
    const mirror = await exampleEnvironment({
      "cloister-environment:network": {
        features: ["studio", "jobs", "mirror"],
        mirrorServiceName: "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0",
      },
    });
    await runProgram("environment");
    graphs.push(["environment with a mirror, not deployed", graphOf(mirror)]);
    step.done();
    progress.note(
      `unavoidable: VPC, subnet, domain ${floor.domain} s; with a profile and its space ${floor.all} s; goal: at most ${GOAL} times`,
    );
    const rows = graphs.map(([name, nodes]) => rowOf(name, nodes));
    for (const { what, domain, all } of rows) {
      progress.note(`${what}: until the domain is there ${domain.ratio.toFixed(3)} times; ${domain.path}`);
      progress.note(`${what}: until all is there ${all.ratio.toFixed(3)} times; ${all.path}`);
    }
    progress.note(`\n${tableOf(rows)}`);
    const missed = rows.filter(({ domain, all }) => Math.max(domain.ratio, all.ratio) > GOAL);
    if (missed.length > 0) {
      progress.note(`Above the goal of ${GOAL}: ${missed.map(({ what }) => what).join(", ")}`);
      process.exitCode = 1;
    }
  } finally {
    await stage.end();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});

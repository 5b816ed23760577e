// Computes the minimum deployment time of an environment from the graph of an environment in the sandbox.
// Latencies are estimates from the provider's acceptance tests, because the sandbox has no AWS latencies.
import { deployStack, stackResources } from "@cloister/cli";
import { terminalProgress } from "@cloister/common";
import { ensureToolchain } from "@cloister/toolchain";
import { planOf, quiet, setUp } from "../helpers/engine";
import { exampleEnvironment, exampleStudio } from "../programs/example-environment";
import { runProgram } from "../helpers/mocks";
import { type Node } from "./critical-path";
import { floor, GOAL, graphOf, rowOf, tableOf } from "./environment-path";

async function main(): Promise<void> {
  const progress = terminalProgress();
  await ensureToolchain(progress);
  const stage = await setUp("bench-network");
  try {
    const team = planOf("fraud-dev");
    const step = progress.step("Deploying the environments");
    await deployStack(stage.session, planOf("bank-hub"), quiet);
    // Guardrails reject NAT. This benchmark includes NAT because NAT gateways take long to create.
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
    // The sandbox has no endpoint services, so this graph is from the program under mocks, not from a deployment.
    const mirror = await exampleEnvironment({
      "cloister-environment:network": {
        features: ["studio", "jobs", "mirror"],
        mirrorServiceName: "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0",
      },
      "cloister-environment:studio": exampleStudio([]),
    });
    await runProgram("environment");
    graphs.push(["environment with a mirror, not deployed", graphOf(mirror)]);
    step.done();
    progress.note(`minimum: VPC, subnet, domain ${floor.domain} s; with a profile and a space ${floor.all} s; goal: at most ${GOAL} times`);
    const rows = graphs.map(([name, nodes]) => rowOf(name, nodes));
    for (const { what, domain, all } of rows) {
      progress.note(`${what}: until the domain is created ${domain.ratio.toFixed(3)} times; ${domain.path}`);
      progress.note(`${what}: until all resources are created ${all.ratio.toFixed(3)} times; ${all.path}`);
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

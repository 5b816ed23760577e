// Computes the minimum deployment time of an environment from program dependencies and estimates of `npm run bench`.
// Does not prove what else the engine waits for, or how long AWS takes: the benchmark uses a deployed graph.
import assert from "node:assert/strict";
import { GOAL, graphOf, rowOf, waitsFor } from "../bench/environment-path";
import { type Node } from "../bench/critical-path";
import { runProgram } from "../helpers/mocks";
import { exampleEnvironment, exampleStudio } from "./example-environment";

describe("dependency graph of an environment", () => {
  let nodes: Node[];
  before(async () => {
    const world = await exampleEnvironment({
      "cloister-environment:network": {
        features: ["studio", "jobs", "mirror"],
        mirrorServiceName: "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0",
      },
      "cloister-environment:studio": exampleStudio([]),
    });
    await runProgram("environment");
    nodes = graphOf(world);
  });

  it("creates the domain, the endpoints and the mirror in parallel", () => {
    const before = waitsFor(nodes, "aws:sagemaker/domain:Domain").map(({ type }) => type);
    assert.ok(before.includes("aws:ec2/subnet:Subnet"));
    for (const type of ["aws:ec2/vpcEndpoint:VpcEndpoint", "aws:route53/zone:Zone", "aws:ec2/flowLog:FlowLog"])
      assert.ok(!before.includes(type), type);
    const endpoints = waitsFor(nodes, "aws:ec2/vpcEndpoint:VpcEndpoint").map(({ type }) => type);
    for (const type of ["aws:ec2/vpcEndpoint:VpcEndpoint", "aws:sagemaker/domain:Domain"]) assert.ok(!endpoints.includes(type), type);
  });

  it(`takes at most ${GOAL} times the minimum time without roles`, () => {
    const { domain, all } = rowOf(
      "environment",
      nodes.filter(({ type }) => !type.startsWith("aws:iam/")),
    );
    assert.ok(domain.ratio <= GOAL, `until the domain exists ${domain.ratio.toFixed(3)} times: ${domain.path}`);
    assert.ok(all.ratio <= GOAL, `until everything exists ${all.ratio.toFixed(3)} times: ${all.path}`);
  });

  // Roles wait for the permissions boundary, which names the subnets, and the domain waits for roles.
  it("takes at most 1.08 times the minimum time with roles", () => {
    const { domain, all } = rowOf("environment", nodes);
    assert.ok(domain.ratio <= 1.08, `until the domain exists ${domain.ratio.toFixed(3)} times: ${domain.path}`);
    assert.ok(all.ratio <= 1.08, `until everything exists ${all.ratio.toFixed(3)} times: ${all.path}`);
  });
});

// Checks the policies of all roles and VPC endpoints that the programs create with the channel table.
// tests/unit/components/identity-channels.test.ts checks each feature on its own, and the check itself.
import assert from "node:assert/strict";
import { type Statement } from "@cloister/components/aws/policy-document";
import { channelReport, type CheckedPolicy, endpointReport } from "@cloister/components/identity/channels";
import { profiles } from "@cloister/components/identity/guardrails";
import { roles } from "@cloister/components/identity/roles";
import { endpointNames, featureNames } from "@cloister/components/network/catalogue";
import { imageRegistries } from "@cloister/components/network/image-registries";
import { expanderFor } from "../helpers/iam";
import { HUB, REGION, runProgram, useMocks, type World } from "../helpers/mocks";
import { example, exampleEnvironment, exampleStudio } from "./example-environment";
import { exampleTargets } from "./example-target-accounts";
import { exampleConfig, ofType } from "./world";

const statementsOf = (policy: unknown) => (JSON.parse(String(policy)) as { Statement: Statement[] }).Statement;

/** Roles by the last part of their names. */
const shortNames: Record<string, string> = { "ds-admin": "data-science-administrator", "flow-logs-role": "flow logs" };

/** The name of a role in the channel exceptions: `fraud-dev-execution-ana` is an execution role. */
function principalOf(resource: string): string {
  const short = Object.keys(shortNames).find((name) => resource.endsWith(`-${name}`));
  if (short !== undefined) return shortNames[short]!;
  const role = Object.keys(roles).find((name) => new RegExp(`^.*?-${name}s?(-|$)`).test(resource));
  return role === "model" && /\d{12}/.test(resource) ? "model in a target account" : (role ?? resource);
}

/** The policies of each role that a program creates. */
const rolePolicies = (world: World): CheckedPolicy[] =>
  ofType(world, "aws:iam/role:Role")
    // Only AWS Service Catalog assumes launch roles, and the templates of products restrict every text.
    .filter(({ inputs }) => !String(inputs.path).endsWith("/launch/"))
    .map((role) => ({
      principal: principalOf(role.name),
      statements: [
        ...ofType(world, "aws:iam/rolePolicy:RolePolicy").filter(({ sources }) => sources.role?.some(({ name }) => name === role.name)),
        ...ofType(world, "aws:iam/rolePolicyAttachment:RolePolicyAttachment")
          .filter(({ sources }) => sources.role?.some(({ name }) => name === role.name))
          .flatMap(({ sources }) => sources.policyArn ?? []),
      ].flatMap(({ inputs }) => statementsOf(inputs.policy)),
    }));

const endpointPolicies = (world: World): CheckedPolicy[] =>
  ofType(world, "aws:ec2/vpcEndpoint:VpcEndpoint").map(({ name, inputs }) => ({
    principal: `${[...endpointNames, "s3"].filter((endpointName) => name.endsWith(`-${endpointName}`)).sort((a, b) => b.length - a.length)[0] ?? name} endpoint`,
    statements: statementsOf(inputs.policy),
  }));

async function problemsOf(world: World, outputs: Record<string, unknown>, network: "vpc" | "anywhere"): Promise<string[]> {
  const [ofRoles, ofEndpoints] = [rolePolicies(world), endpointPolicies(world)];
  assert.ok(ofRoles.every(({ statements }) => statements.length > 0) && ofRoles.length > 0, "every role has a policy");
  const scope = {
    accountIds: [HUB, "444455556666", "555566667777"],
    publisherAccountIds: imageRegistries(REGION),
    vpcIds: outputs.vpcId === undefined ? [] : [String(outputs.vpcId)],
    bucketArns: [outputs.dataBucketName, outputs.modelBucketName].map((name) => `arn:aws:s3:::${String(name)}`),
    network,
    expand: await expanderFor([...ofRoles, ...ofEndpoints].flatMap(({ statements }) => statements)),
  };
  return [...channelReport(ofRoles, scope).problems, ...endpointReport(ofEndpoints, scope).problems].map(({ text }) => text);
}

const features = {
  "notebook instances": ["studio", "jobs", "notebooks"],
  "all features": featureNames.filter((name) => name !== "mirror"),
};

describe("channels of programs", () => {
  for (const profile of profiles)
    for (const [title, chosen] of Object.entries(features))
      it(`send no data out of an environment with profile ${profile} and ${title}`, async () => {
        const world = await exampleEnvironment({
          "cloister-environment:network": {
            ...(example["cloister-environment:network"] as object),
            features: chosen,
            ...(title === "notebook instances" && { endpoints: { add: ["servicecatalog"] } }),
          },
          // With all features, the permissions boundary has no space for the actions of products.
          ...(title === "notebook instances" && {
            "cloister-environment:catalog": { notebooks: {}, userProfiles: { profiles: ["bo-li"] } },
          }),
          "cloister-environment:studio": {
            ...exampleStudio(chosen),
            executionRole: "per-person",
            ...(title === "notebook instances" && { profiles: ["ana-horvat", "bo-li"] }),
          },
          "cloister-environment:guardrails": { profile },
        });
        const outputs = await runProgram("environment");
        assert.deepEqual(await problemsOf(world, outputs, profile === "open" ? "anywhere" : "vpc"), []);
      });

  it("send no data out of a hub", async () => {
    const world = await useMocks({ project: "cloister-core", stack: "bank-hub", config: exampleConfig("core/Pulumi.bank-hub.yaml") });
    assert.deepEqual(await problemsOf(world, await runProgram("core"), "vpc"), []);
  });

  it("send no data out of target accounts", async () => {
    const world = await exampleTargets();
    const { accounts } = await runProgram("target-accounts");
    for (const [id, outputs] of Object.entries(accounts as object)) {
      const resources = world.resources.filter(({ name }) => name.includes(id));
      assert.deepEqual(await problemsOf({ ...world, resources }, outputs as Record<string, unknown>, "vpc"), []);
    }
  });
});

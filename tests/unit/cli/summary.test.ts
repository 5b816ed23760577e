import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { type Outcome, root } from "@cloister/cli";
import { notesText, sharedSpaceNotes, summaryText, updateDomainCommand } from "@cloister/cli/testing";

// The note that an administrator must update a Studio domain. tests/changes/studio.test.ts tests it with the engine.

const plan = { id: "cloister-environment/risk-dev", project: "cloister-environment", folder: "environment", stack: "risk-dev" };
const withImages = JSON.stringify({ JupyterLabAppSettings: { CustomImages: [{ ImageName: "torch" }] } });
const withoutImages = JSON.stringify({ JupyterLabAppSettings: { CustomImages: [] } });
const domain = (op: string) => ({ op, urn: "urn:pulumi:risk-dev::p::x$aws:sagemaker/domain:Domain::risk-dev-domain" });

describe("summary", () => {
  const stack = { ...plan, settingsFile: "", reads: [] };
  const outcome: Outcome = { changes: {}, outputs: {}, previousOutputs: {}, violations: [], policies: [], seconds: 1, steps: [] };
  it("ends with the main outputs of each stack", () =>
    assert.match(
      summaryText([stack], new Map([[plan.id, { ...outcome, outputs: { vpcId: "vpc-1" } }]]), undefined),
      /\n\n\S*risk-dev\n {2}vpcId .*$/,
    ));
  it("shows the policies of a deployment, and none of a destroy, which policies do not evaluate", () => {
    const textOf = (policies: string[]) => summaryText([stack], new Map([[plan.id, { ...outcome, policies }]]), undefined);
    assert.match(textOf(["s3-bucket-kms"]), /│ policies +│[\s\S]*│ 1 evaluated, no violations │/);
    assert.doesNotMatch(textOf([]), /policies|evaluated/);
  });
  it("has no heading without outputs, as after a preview", () =>
    assert.match(summaryText([stack], new Map([[plan.id, outcome]]), undefined), /┘$/));
});

describe("note on shared spaces", () => {
  const cases: { it: string; before?: string; after?: string; steps?: { op: string; urn: string }[]; count: 0 | 1 }[] = [
    { it: "changed settings", before: withoutImages, after: withoutImages.replace("{", '{"ExecutionRole":"r",'), count: 1 },
    { it: "unchanged settings", before: withImages, after: withImages, count: 0 },
    { it: "added images", before: withoutImages, after: withImages, count: 1 },
    { it: "removed images", before: withImages, after: withoutImages, count: 1 },
    { it: "a new domain without images", after: withoutImages, steps: [domain("create")], count: 0 },
    { it: "a new domain with images", after: withImages, steps: [domain("create")], count: 1 },
    { it: "a replaced domain", before: withImages, after: withoutImages, steps: [domain("create-replacement")], count: 0 },
    { it: "an updated domain with changed settings", before: "{}", after: withoutImages, steps: [domain("update")], count: 1 },
    { it: "outputs that an interrupted deployment did not write", after: withoutImages, count: 0 },
    { it: "a stack without a domain", count: 0 },
  ];
  const outputs = (sharedSpaceDefaults: string | undefined) => ({
    region: "eu-central-1",
    ...(sharedSpaceDefaults !== undefined && { sharedSpaceDefaults }),
  });
  for (const { it: title, before, after, steps = [], count } of cases)
    it(`is ${count ? "" : "not "}printed for ${title}`, () => {
      const notes = sharedSpaceNotes([plan], new Map([[plan.id, { outputs: outputs(after), previousOutputs: outputs(before), steps }]]));
      assert.equal(notes.filter((line) => line.startsWith("  aws sagemaker update-domain ")).length, count);
      if (count === 0) assert.deepEqual(notes, []);
    });

  it("is printed for a complete stack when another stack failed, because the next run sees no change", () => {
    const stacks = [plan, { ...plan, id: "cloister-environment/failed" }].map((item) => ({ ...item, settingsFile: "", reads: [] }));
    const outcome = { outputs: outputs(withImages), previousOutputs: outputs(withoutImages), steps: [] };
    const text = notesText(stacks, new Map([[plan.id, outcome as unknown as Outcome]]), undefined);
    assert.match(text, /^cloister-environment\/risk-dev: the settings for shared spaces changed/);
    assert.doesNotMatch(text, /failed/);
  });

  it("contains the command in docs/studio.md", () =>
    assert.ok(
      fs.readFileSync(path.join(root, "docs", "studio.md"), "utf8").includes(`\n${updateDomainCommand(plan, "eu-central-1")}\n\`\`\``),
    ));

  it("uses the state of a sandbox world", () =>
    assert.equal(
      updateDomainCommand(plan, "eu-central-1", { dir: "/w" }),
      [
        "source /w/env.sh",
        "aws sagemaker update-domain --region eu-central-1 \\",
        '  --domain-id "$(pulumi --cwd /w/stacks/cloister-environment stack output domainId --stack risk-dev)" \\',
        '  --default-space-settings "$(pulumi --cwd /w/stacks/cloister-environment stack output sharedSpaceDefaults --stack risk-dev)"',
      ].join("\n"),
    ));
});

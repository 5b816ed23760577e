// Tests the list of steps that `cloister preview` prints, with events as the engine sends them.
import assert from "node:assert/strict";
import { runtime } from "@pulumi/pulumi";
import { type EngineEvent } from "@pulumi/pulumi/automation";
import { recordEvents, stepsText } from "@cloister/cli/testing";
import { silent } from "@cloister/common";

type State = { inputs?: object; outputs?: object };
interface Change {
  diffs?: string[];
  keys?: string[];
  detailedDiff?: Record<string, { diffKind: string; inputDiff: boolean }>;
  old?: State;
  new?: State;
}

const plan = { id: "cloister-environment/fraud-dev", project: "", folder: "", stack: "", settingsFile: "", reads: [] };
const secret = (id: string) => ({ [runtime.specialSigKey]: runtime.specialSecretSig, ciphertext: id });
const update = (diffKind = "update", inputDiff = false) => ({ diffKind, inputDiff });

/** The lines for these steps: operation, type with its parents, and change. */
function linesOf(...steps: [op: string, resource: string, change?: Change][]): string[] {
  const { log, onEvent } = recordEvents(silent.step(""));
  for (const [op, resource, change = {}] of steps) {
    const [types, name] = resource.split(" ");
    const metadata = { op, urn: `urn:pulumi:fraud-dev::cloister-environment::${types}::${name}`, type: types, ...change };
    onEvent({ sequence: 0, timestamp: 0, resourcePreEvent: { planning: true, metadata } } as unknown as EngineEvent);
  }
  return stepsText([plan], new Map([[plan.id, { steps: log.planned }]])).split("\n");
}
const changesOf = (change: Change) => linesOf(["update", "aws:iam/role:Role r", change]).slice(3);

describe("list of steps in a preview", () => {
  it("names operation, type and name of each resource that changes, under its stack", () =>
    assert.deepEqual(
      linesOf(
        ["same", "aws:ec2/vpc:Vpc vpc"],
        ["read", "aws:ec2/vpc:Vpc existing"],
        ["create", "cloister:studio:Studio$aws:sagemaker/domain:Domain lab-domain"],
        ["update", "aws:iam/role:Role lab-role"],
        ["create-replacement", "aws:iam/policy:Policy lab-policy"],
        ["replace", "aws:iam/policy:Policy lab-policy"],
        ["delete", "aws:ec2/vpcEndpoint:VpcEndpoint lab-kms"],
        ["delete-replaced", "aws:iam/policy:Policy lab-policy"],
      ),
      [
        "",
        "cloister-environment/fraud-dev",
        "  +  create  aws:sagemaker:Domain lab-domain",
        "  ~  update  aws:iam:Role lab-role",
        "  +- replace aws:iam:Policy lab-policy",
        "  -  delete  aws:ec2:VpcEndpoint lab-kms",
      ],
    ));

  it("is empty if nothing changes", () => assert.deepEqual(linesOf(["same", "aws:ec2/vpc:Vpc vpc"]), [""]));

  it("shows short values of changed properties, and marks those that replace the resource", () =>
    assert.deepEqual(
      linesOf([
        "replace",
        "aws:ec2/subnet:Subnet s",
        {
          detailedDiff: {
            cidrBlock: update("update-replace"),
            'tags["cloister:environment"]': update(),
            "tags.Owner": update("add"),
            "routes[1].cidr": update("delete"),
            mapPublicIpOnLaunch: update(),
          },
          old: {
            inputs: {
              cidrBlock: "10.0.0.0/24",
              tags: { "cloister:environment": "a" },
              routes: [{}, { cidr: "10.1.0.0/16" }],
              mapPublicIpOnLaunch: false,
            },
            outputs: { mapPublicIpOnLaunch: true },
          },
          new: {
            inputs: {
              cidrBlock: "10.0.1.0/24",
              tags: { "cloister:environment": "b", Owner: "o" },
              routes: [{}],
              mapPublicIpOnLaunch: false,
            },
          },
        },
      ]).slice(3),
      [
        '       ~ cidrBlock: "10.0.0.0/24" => "10.0.1.0/24" (replaces)',
        '       ~ tags["cloister:environment"]: "a" => "b"',
        '       + tags.Owner: "o"',
        '       - routes[1].cidr: "10.1.0.0/16"',
        // The value was changed in AWS.
        "       ~ mapPublicIpOnLaunch: true => false",
      ],
    ));

  it("divides a property if the provider names only the whole property", () =>
    assert.deepEqual(
      changesOf({
        diffs: ["input"],
        keys: ["input"],
        old: { inputs: { input: { list: ["x", "y"], same: 1, "a.b": 1, gone: 0 } } },
        new: { inputs: { input: { list: ["x", "z"], same: 1, "a.b": 2, made: [] } } },
      }),
      [
        '       ~ input.list[1]: "y" => "z" (replaces)',
        '       ~ input["a.b"]: 1 => 2 (replaces)',
        "       - input.gone: 0 (replaces)",
        "       + input.made: [] (replaces)",
      ],
    ));

  it("shows no secret, no long value, and no value that is known only after the deployment", () =>
    assert.deepEqual(
      changesOf({
        diffs: ["policy", "password", "moved", "arn"],
        old: { inputs: { policy: "x".repeat(100), password: secret("abc"), moved: secret("abc"), arn: "arn:1" } },
        new: { inputs: { policy: "y", password: secret("def"), moved: [secret("abc")], arn: runtime.unknownValue } },
      }),
      [
        "       ~ policy",
        '       ~ password: "[secret]" => "[secret]"',
        '       ~ moved: "[secret]" => "[secret]"',
        '       ~ arn: "arn:1" => "[unknown]"',
      ],
    ));

  it("does not show a computed property as deleted", () =>
    assert.deepEqual(
      changesOf({
        detailedDiff: { version: update(), mapPublicIpOnLaunch: update("delete") },
        old: { outputs: { version: 1, mapPublicIpOnLaunch: true } },
        new: {},
      }),
      ["       ~ version", "       - mapPublicIpOnLaunch: true"],
    ));

  it("shows no plain value of a property that is secret in another state, and no copy of a secret input", () => {
    const [plain, hidden] = [{ inputs: { p: "plain" } }, { inputs: { p: secret("abc") } }];
    assert.deepEqual(changesOf({ diffs: ["p"], old: { ...hidden, outputs: { p: "plain" } }, new: { inputs: { p: secret("def") } } }), [
      '       ~ p: "[secret]" => "[secret]"',
    ]);
    assert.deepEqual(changesOf({ diffs: ["p"], old: plain, new: hidden }), ['       ~ p: "[secret]" => "[secret]"']);
    assert.deepEqual(changesOf({ diffs: ["p"], old: hidden, new: plain }), ['       ~ p: "[secret]" => "[secret]"']);
    const copied = changesOf({
      detailedDiff: { "tagsAll.a": update("delete") },
      old: { inputs: { tags: secret("abc") }, outputs: { tagsAll: { a: "plain" } } },
      new: { inputs: { tags: secret("def") } },
    });
    assert.deepEqual(copied, ["       ~ tagsAll.a"]);
  });

  it("shows a tag with the name of a member of every object", () =>
    assert.deepEqual(
      changesOf({
        detailedDiff: { "tags.constructor": update("delete"), "tags.toString": update("add") },
        old: { inputs: { tags: {} }, outputs: { tags: { constructor: "x" } } },
        new: { inputs: { tags: { toString: "y" } } },
      }),
      ['       - tags.constructor: "x"', '       + tags.toString: "y"'],
    ));

  it("names a property whose values are not different, and at most ten properties of a resource", () => {
    assert.deepEqual(
      changesOf({ diffs: ["password"], old: { inputs: { password: secret("abc") } }, new: { inputs: { password: secret("abc") } } }),
      ["       ~ password"],
    );
    const inputs = (value: number) => ({ inputs: { tags: Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`t${i}`, value])) } });
    const lines = changesOf({ diffs: ["tags"], old: inputs(1), new: inputs(2) });
    assert.deepEqual([lines.length, lines.at(-1)], [11, "       and 2 more"]);
  });
});

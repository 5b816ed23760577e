// Decides the calls of the commands for versions and environments with the permissions in docs/how-to/update-environments.md.
// Does not prove which calls AWS services make for a call.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { root } from "@cloister/cli";
import { createdEngine, hub } from "../../helpers/catalog-engine";
import { HUB, REGION } from "../../helpers/mocks";
import { decide, type Policy, type PolicySet } from "../../permissions/simulator";
import { resourceOf } from "../../programs/world";

const bucketOf = (kind: string) => `arn:aws:s3:::${hub}-engine-${kind}-bucket-0a1b2c3`;
const [state, artifacts] = [bucketOf("state"), bucketOf("artifacts")];
const stateKey = `arn:aws:kms:${REGION}:${HUB}:key/${hub}-engine-state-key`;
const product = `arn:aws:catalog:${REGION}:${HUB}:product/prod-1`;
const machine = `arn:aws:states:${REGION}:${HUB}:stateMachine:${hub}-engine-flow`;
const execution = `arn:aws:states:${REGION}:${HUB}:execution:${hub}-engine-flow:x`;

type Statement = Policy["Statement"][number];
type Call = [action: string, resource: string];
const catalog = (...names: string[]) => names.map((name): Call => [`servicecatalog:${name}`, product]);
const listing: Call[] = [
  ...catalog("ListProvisioningArtifacts"),
  ["s3:ListBucket", state],
  ["s3:GetObject", `${state}/environments/${HUB}/pp-1.json`],
  ["kms:Decrypt", stateKey],
];
const running: Call[] = [
  ["states:StartExecution", machine],
  ["states:DescribeExecution", execution],
  ["s3:GetObject", `${state}/results/rec-1-0.json`],
  ["kms:Decrypt", stateKey],
];

/** The calls of each command in the account of the core stack. */
const calls: Record<string, Call[]> = {
  "cloister catalog publish": [
    ...catalog("ListProvisioningArtifacts", "CreateProvisioningArtifact", "UpdateProvisioningArtifact"),
    ["s3:ListBucket", artifacts],
    ["s3:GetObject", `${artifacts}/versions/0a.tar.gz`],
    ["s3:PutObject", `${artifacts}/versions/0a.tar.gz`],
    ["s3:PutObjectTagging", `${artifacts}/versions/0a.tar.gz`],
    ["kms:Decrypt", stateKey],
    ["kms:GenerateDataKey", stateKey],
  ],
  "cloister fleet": listing,
  "cloister fleet update": [...listing, ...running],
  "cloister fleet release": running,
};

/** Actions for which the names in the AWS SDK differ, and calls that need no permission. */
const actionsOf: Record<string, string | undefined> = {
  HeadObject: "GetObject",
  ListObjectsV2: "ListBucket",
  GetCallerIdentity: undefined,
};

const page = fs.readFileSync(path.join(root, "docs/how-to/update-environments.md"), "utf8");
const cells = page
  .slice(page.indexOf("### Permissions"), page.indexOf("## Limits"))
  .split("\n")
  .filter((line) => line.startsWith("|"))
  .map((line) => line.split("|").map((cell) => cell.trim()));
const rowOf = (first: string) => cells.find(([, name]) => name === first)?.[2] ?? assert.fail(`no row '${first}'`);

/** The permissions in a cell. A name without a service belongs to the service before it, and a path limits objects. */
function statementsOf(cell: string): Statement[] {
  let service = "";
  return cell.split(";").flatMap((clause): Statement[] => {
    const bucket = clause.includes("artifact bucket") ? artifacts : state;
    const tokens = [...clause.matchAll(/`([^`]+)`/g)].map(([, token]) => token!);
    const prefix = tokens.find((token) => token.includes("/")) ?? "*";
    return tokens.flatMap((token): Statement[] => {
      if (token.includes("/")) return [];
      if (token.startsWith("cloister ")) return statementsOf(rowOf(`\`${token}\``));
      const [, given, name] = /^(?:(\w+):)?([A-Z]\w+)$/.exec(token) ?? assert.fail(`no action: ${token}`);
      service = given ?? service;
      const object = name === "ListBucket" ? bucket : `${bucket}/${prefix}`;
      return [{ Sid: token, Effect: "Allow", Action: `${service}:${name}`, Resource: service === "s3" ? object : "*" }];
    });
  });
}

describe("permissions in the page about versions and environments", () => {
  let policySet: PolicySet;
  const key = statementsOf(rowOf("with the key of the buckets"));
  const documented = (command: string) => [
    ...statementsOf(rowOf(`\`${command}\``)),
    ...key.filter(({ Action }) => command.endsWith("publish") || Action === "kms:Decrypt"),
  ];

  before(async () => {
    const { world } = await createdEngine();
    const policyIn = (type: string, end: string) =>
      JSON.parse(String(resourceOf(world, type, `${hub}-engine-${end}`).inputs.policy)) as Policy;
    const policies: [string, Policy][] = [
      [state, policyIn("aws:s3/bucketPolicy:BucketPolicy", "state-policy")],
      [artifacts, policyIn("aws:s3/bucketPolicy:BucketPolicy", "artifacts-policy")],
      [stateKey, policyIn("aws:kms/key:Key", "state-key")],
    ];
    policySet = {
      accountId: HUB,
      accountIds: [HUB],
      region: REGION,
      principals: Object.fromEntries(
        Object.keys(calls).map((command) => {
          const policy: Policy = { Version: "2012-10-17", Statement: documented(command) };
          return [command, { arn: `arn:aws:iam::${HUB}:role/platform/Publisher`, identity: [{ name: "documented", policy }] }];
        }),
      ),
      resources: Object.fromEntries(policies.map(([id, policy]) => [id, { name: id, policy }])),
      endpoints: {},
    };
  });

  const resultOf = async (caller: string, [action, resource]: Call) => {
    const context = { "aws:SecureTransport": "true", ...(action.startsWith("kms:") && { "kms:ViaService": `s3.${REGION}.amazonaws.com` }) };
    return (await decide(policySet, { caller, action, resource, context })).result;
  };

  for (const [command, made] of Object.entries(calls)) {
    it(`allow every call of ${command}`, async () => {
      for (const call of made) assert.equal(await resultOf(command, call), "allowed", call.join(" "));
    });

    it(`contain no action that ${command} does not need`, () =>
      assert.deepEqual(
        [...new Set(documented(command).map(({ Action }) => String(Action)))].sort(),
        [...new Set(made.map(([action]) => action))].sort(),
      ));
  }

  it("read no state, settings and requests, and no other objects", async () => {
    for (const command of ["cloister fleet", "cloister fleet update", "cloister fleet release"])
      for (const object of [".pulumi/stacks/one.json", `settings/${HUB}/pp-1.json`, "requests/rec-1.json"])
        assert.equal(await resultOf(command, ["s3:GetObject", `${state}/${object}`]), "denied", `${command} ${object}`);
  });

  it("name every call in the source", () => {
    const sources = ["client.ts", "account-client.ts"].map((file) => fs.readFileSync(path.join(root, "tools/cli/fleet", file), "utf8"));
    const made = [...sources.join("\n").matchAll(/\bnew \w+\.(\w+)Command\(|\.paginate(\w+)\(/g)]
      .map(([, command, list]) => command ?? list!)
      .flatMap((name) => (name in actionsOf ? (actionsOf[name] ?? []) : name));
    const named = new Set([
      ...Object.values(calls).flatMap((list) => list.map(([action]) => action.split(":")[1]!)),
      ...[...page.slice(page.indexOf("In the account of each environment")).matchAll(/`([A-Z]\w+)`/g)].map(([, name]) => name!),
    ]);
    assert.ok(made.length >= 10, made.join());
    assert.deepEqual(
      made.filter((name) => !named.has(name)),
      [],
    );
  });
});

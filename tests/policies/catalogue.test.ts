// The pack as a whole: what is in it, what each rule tells about itself, and how it ends when a rule is broken or its sources have changed.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { catalogue, policies } from "@cloister/policy-pack/catalogue";
import { isDay, policyOf, type Rule } from "@cloister/policy-pack/rule-kit";
import { type AnalyzeResponse, EnforcementLevel } from "@pulumi/pulumi/proto/analyzer_pb";
import { judgeResource, judgeStack, type Policy, UNKNOWN, urnOf } from "../helpers/judge";

/** All guardrails, in the order in which people read them; a name is public and never changes. */
const severities = {
  "network-no-internet-gateway": "critical",
  "network-no-internet-route": "critical",
  "network-no-nat-gateway": "high",
  "network-no-elastic-ip": "high",
  "network-no-public-subnet": "high",
  "network-sg-no-open-ingress": "high",
  "network-sg-no-open-egress": "high",
  "network-default-sg-closed": "high",
  "network-reachability": "critical",
  "network-dns-firewall": "medium",
  "sagemaker-domain-vpc-only": "critical",
  "sagemaker-domain-security-groups": "high",
  "sagemaker-domain-kms": "high",
  "sagemaker-notebook-no-direct-internet": "critical",
  "sagemaker-notebook-in-vpc": "high",
  "sagemaker-notebook-kms": "high",
  "sagemaker-model-in-vpc": "high",
  "sagemaker-job-in-vpc": "high",
  "sagemaker-endpoint-config-kms": "high",
  "s3-bucket-kms": "high",
  "s3-public-access-block-present": "medium",
  "s3-tls-only": "high",
  "kms-key-rotation": "medium",
  "log-group-kms": "medium",
};

const broken: Rule = {
  name: "network-broken-on-purpose",
  description: "Breaks.",
  why: "To see what happens.",
  fix: "Nothing.",
  severity: "low",
  control: { reference: "SC-7", specification: "Boundary protection" },
  publicIds: [],
  resource: {
    "aws:ec2/vpc:Vpc": () => {
      throw new TypeError("nothing has no length");
    },
  },
  stack: () => {
    throw new TypeError("nothing has no length");
  },
};
const couldNot = /^This guardrail could not judge: nothing has no length\. Until that is mended, it refuses\./;

describe("the catalogue of guardrails", () => {
  it("holds these, in this order, as severe as this", () =>
    assert.deepEqual(
      catalogue.map(({ name, severity }) => [name, severity]),
      Object.entries(severities),
    ));

  it("makes one policy of each, mandatory, that tells the same", () =>
    assert.deepEqual(
      policies.map(({ name, enforcementLevel, severity, framework, remediationSteps }) => ({
        name,
        enforcementLevel,
        severity,
        reference: framework?.reference,
        remediationSteps,
      })),
      catalogue.map(({ name, severity, control, fix }) => ({
        name,
        enforcementLevel: "mandatory",
        severity,
        reference: control.reference,
        remediationSteps: fix,
      })),
    ));

  for (const rule of catalogue)
    it(`tells all about ${rule.name}`, () => {
      assert.match(rule.name, /^[a-z0-9]+(-[a-z0-9]+)+$/);
      for (const text of [rule.description, rule.why, rule.fix]) assert.match(text, /^[A-Z].{10,}\.$/s);
      assert.match(rule.control.reference, /^[A-Z]{2}-\d+$/);
      assert.ok(rule.control.specification.length > 10);
      assert.ok(Array.isArray(rule.publicIds));
      assert.ok(rule.resource ?? rule.stack, "judges nothing");
      for (const type of Object.keys({ ...rule.resource, ...rule.remedy })) assert.match(type, /^aws:[a-z0-9]+\/[a-zA-Z0-9]+:[A-Z]\w+$/);
      for (const [name, schema] of Object.entries(rule.settings ?? {})) {
        assert.ok(schema.description, `${name} is not described`);
        assert.notEqual(schema.default, undefined, `${name} has no default`);
      }
    });

  it("names only types that the provider has", () => {
    const sdk = path.dirname(require.resolve("@pulumi/aws/package.json"));
    for (const type of catalogue.flatMap(({ resource, remedy }) => Object.keys({ ...resource, ...remedy }))) {
      const [, module, file] = /^aws:(\w+)\/(\w+):/.exec(type) ?? [];
      const source = fs.readFileSync(path.join(sdk, module!, `${file}.js`), "utf8");
      assert.ok(source.includes(`__pulumiType = '${type}'`), type);
    }
  });

  it("lets every rule be exempted", () =>
    assert.deepEqual(
      policies.filter(({ configSchema }) => !configSchema?.properties.exemptions),
      [],
    ));
});

describe("the frame of guardrails", () => {
  it("makes a violation of a broken rule, and goes on", async () => {
    const resource = await judgeResource(broken, "aws:ec2/vpc:Vpc", {});
    assert.equal(resource.outcome, "ran");
    assert.match(resource.violations.join(), couldNot);
    const stack = await judgeStack(broken, []);
    assert.equal(stack.outcome, "ran");
    assert.match(stack.violations.map(({ message }) => message).join(), couldNot);
  });

  it("makes an advisory line of what a rule cannot judge at preview", async () => {
    const careless: Policy = policyOf({
      ...broken,
      resource: { "aws:ec2/vpc:Vpc": ({ props }) => void props.cidrBlock },
      stack: ([vpc]) => void vpc?.props.cidrBlock,
    });
    const inputs = { cidrBlock: UNKNOWN };
    assert.equal((await judgeResource(careless, "aws:ec2/vpc:Vpc", inputs)).outcome, "unknown");
    assert.equal((await judgeStack(careless, [{ type: "aws:ec2/vpc:Vpc", name: "vpc", props: inputs }])).outcome, "unknown");
  });

  it("tells what a rule only advises at the level advisory, beside what it refuses, as the SDK hands it to the engine", async () => {
    const both = policyOf({
      ...broken,
      resource: undefined,
      stack: (_resources, report, _settings, advise) => {
        advise(undefined, "Look at this.");
        report(undefined, "No.");
      },
    });
    // What serves the engine; the package's types leave it out.
    const { makeAnalyzeStackRpcFun } = createRequire(__filename)("@pulumi/policy/server") as {
      makeAnalyzeStackRpcFun(
        pack: string,
        version: string,
        level: string,
        policies: Policy[],
      ): (call: object, done: (error: unknown, answer: AnalyzeResponse) => void) => void;
    };
    const answer = await new Promise<AnalyzeResponse>((resolve, reject) =>
      makeAnalyzeStackRpcFun("it", "1.0.0", "mandatory", [both])({ request: { getResourcesList: () => [] } }, (error, found) =>
        error ? reject(error as Error) : resolve(found),
      ),
    );
    assert.deepEqual(
      answer.getDiagnosticsList().map((one) => [one.getEnforcementlevel(), one.getMessage(), one.getPolicyname()]),
      [
        [EnforcementLevel.ADVISORY, "Breaks.\nLook at this.", broken.name],
        [EnforcementLevel.MANDATORY, "Breaks.\nNo.", broken.name],
      ],
    );
  });

  describe("takes an exemption", () => {
    const strict: Rule = {
      ...broken,
      resource: { "aws:ec2/vpc:Vpc": (_resource, report) => report("No.") },
      stack: (resources, report) => resources.forEach((one) => report(one, "No.")),
    };
    const today = new Date().toISOString().slice(0, 10);
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    const good = { resource: urnOf("aws:ec2/vpc:Vpc", "it"), reason: "moving out", owner: "platform@bank.example", until: today };
    const incomplete = /^No\. \(An exemption names this resource and does not count: it needs a reason, an owner and a last day/;
    const cases: [string, unknown, RegExp | undefined][] = [
      ["on its last day", [good], undefined],
      ["with stars", [{ ...good, resource: "*::aws:ec2/vpc:Vpc::i*" }], undefined],
      ["beside one that ran out", [{ ...good, until: "2020-01-31" }, good], undefined],
      [
        "not after its last day",
        [{ ...good, until: yesterday }],
        new RegExp(`^No\\. \\(The exemption of platform@bank\\.example, "moving out", ended on ${yesterday}\\.\\)`),
      ],
      ["not for another resource", [{ ...good, resource: urnOf("aws:ec2/vpc:Vpc", "other") }], /^No\.$/],
      ["not for the beginning of a name", [{ ...good, resource: urnOf("aws:ec2/vpc:Vpc", "i") }], /^No\.$/],
      ["not by letters that mean something else", [{ ...good, resource: good.resource.replace("it", "i.") }], /^No\.$/],
      ["not without a reason", [{ ...good, reason: "" }], incomplete],
      ["not without an owner", [{ ...good, owner: undefined }], incomplete],
      ["not with a last day that is none", [{ ...good, until: "someday" }], incomplete],
      ["not with a day that does not exist", [{ ...good, until: "2999-02-30" }], incomplete],
      ["not without a resource", [{ ...good, resource: undefined }], /^No\.$/],
      ["not from a list that is none", "urn:pulumi:*", /^No\.$/],
    ];
    for (const [it_, exemptions, want] of cases)
      it(it_, async () => {
        const resource = await judgeResource(strict, "aws:ec2/vpc:Vpc", {}, { exemptions });
        const stack = await judgeStack(strict, [{ type: "aws:ec2/vpc:Vpc", name: "it" }], { exemptions });
        for (const found of [resource.violations, stack.violations.map(({ message }) => message)]) {
          assert.equal(found.length, want ? 1 : 0, found.join());
          if (want) assert.match(found[0]!, want);
        }
      });

    it("whose day exists", () => {
      for (const day of ["2027-03-31", "2028-02-29", "2027-12-01"]) assert.ok(isDay(day), day);
      for (const day of ["2027-02-29", "2027-13-01", "27-03-31", "2027-3-31", "2027-03-31T00:00", "", undefined, 20270331])
        assert.ok(!isDay(day), String(day));
    });
  });
});

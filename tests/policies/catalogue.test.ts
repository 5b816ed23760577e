// Tests the guardrail catalogue, and what every policy does: errors in a rule, advisory messages, exemptions.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { catalogue, policies } from "@cloister/policy-pack/catalogue";
import { isDate, policyOf, type Rule } from "@cloister/policy-pack/rule-kit";
import { type AnalyzeResponse, EnforcementLevel } from "@pulumi/pulumi/proto/analyzer_pb";
import { evaluateResource, evaluateStack, type Policy, UNKNOWN, urnOf } from "../helpers/evaluate";

/** All guardrails in the order of the docs. A name is public and never changes. */
const severities = {
  "network-no-internet-gateway": "critical",
  "network-no-internet-route": "critical",
  "network-no-nat-gateway": "high",
  "network-no-elastic-ip": "high",
  "network-no-public-subnet": "high",
  "network-no-public-ip-instance": "high",
  "network-no-public-load-balancer": "high",
  "network-no-opaque-public-service": "high",
  "network-sg-no-open-ingress": "high",
  "network-sg-no-open-egress": "high",
  "network-default-sg-closed": "high",
  "network-reachability": "critical",
  "network-dns-firewall": "medium",
  "ecs-service-no-public-ip": "high",
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
  "s3-public-access-block-flags": "high",
  "s3-tls-only": "high",
  "kms-key-rotation": "medium",
  "log-group-kms": "medium",
  "codeartifact-repository-closed": "high",
  "no-opaque-resources": "high",
};

const broken: Rule = {
  name: "network-broken-on-purpose",
  description: "Throws an error.",
  risk: "None.",
  fix: "None.",
  severity: "low",
  control: { reference: "SC-7", specification: "Boundary protection" },
  publicIds: [],
  resource: {
    "aws:ec2/vpc:Vpc": () => {
      throw new TypeError("undefined has no length");
    },
  },
  stack: () => {
    throw new TypeError("undefined has no length");
  },
};
const failed = /^This guardrail failed with an error and rejects the resource: undefined has no length\. Report it to/;

describe("guardrail catalogue", () => {
  it("lists the guardrails in order with their severity", () =>
    assert.deepEqual(
      catalogue.map(({ name, severity }) => [name, severity]),
      Object.entries(severities),
    ));

  it("creates one mandatory policy for each rule", () =>
    assert.deepEqual(
      policies.map(({ name, enforcementLevel, severity, framework, remediationSteps }) => ({
        name,
        enforcementLevel,
        severity,
        framework: framework?.name,
        reference: framework?.reference,
        remediationSteps,
      })),
      catalogue.map(({ name, severity, control, fix }) => ({
        name,
        enforcementLevel: "mandatory",
        severity,
        framework: "NIST SP 800-53",
        reference: control.reference,
        remediationSteps: fix,
      })),
    ));

  for (const rule of catalogue)
    it(`describes ${rule.name}`, () => {
      assert.match(rule.name, /^[a-z0-9]+(-[a-z0-9]+)+$/);
      for (const text of [rule.description, rule.risk, rule.fix]) assert.match(text, /^[A-Z].{10,}\.$/s);
      assert.match(rule.control.reference, /^[A-Z]{2}-\d+$/);
      assert.ok(rule.control.specification.length > 10);
      assert.ok(Array.isArray(rule.publicIds));
      assert.ok(rule.resource ?? rule.everyResource ?? rule.stack, "evaluates nothing");
      for (const type of Object.keys({ ...rule.resource, ...rule.remediation }))
        assert.match(type, /^aws:[a-z0-9]+\/[a-zA-Z0-9]+:[A-Z]\w+$/);
      for (const [name, schema] of Object.entries(rule.settings ?? {})) {
        assert.ok(schema.description, `${name} has no description`);
        assert.notEqual(schema.default, undefined, `${name} has no default`);
      }
    });

  it("names only resource types that exist in the provider", () => {
    const sdk = path.dirname(require.resolve("@pulumi/aws/package.json"));
    for (const type of catalogue.flatMap(({ resource, remediation }) => Object.keys({ ...resource, ...remediation }))) {
      const [, module, file] = /^aws:(\w+)\/(\w+):/.exec(type) ?? [];
      const source = fs.readFileSync(path.join(sdk, module!, `${file}.js`), "utf8");
      assert.ok(source.includes(`__pulumiType = '${type}'`), type);
    }
  });

  it("has the setting 'exemptions' in every rule", () =>
    assert.deepEqual(
      policies.filter(({ configSchema }) => !configSchema?.properties.exemptions),
      [],
    ));
});

describe("guardrail policies", () => {
  it("reports an error in a rule as a violation", async () => {
    const resource = await evaluateResource(broken, "aws:ec2/vpc:Vpc", {});
    assert.equal(resource.outcome, "ran");
    assert.match(resource.violations.join(), failed);
    const stack = await evaluateStack(broken, []);
    assert.equal(stack.outcome, "ran");
    assert.match(stack.violations.map(({ message }) => message).join(), failed);
  });

  it("lets the SDK report a value that is unknown at preview", async () => {
    const careless: Policy = policyOf({
      ...broken,
      resource: { "aws:ec2/vpc:Vpc": ({ props }) => void props.cidrBlock },
      stack: ([vpc]) => void vpc?.props.cidrBlock,
    });
    const inputs = { cidrBlock: UNKNOWN };
    assert.equal((await evaluateResource(careless, "aws:ec2/vpc:Vpc", inputs)).outcome, "unknown");
    assert.equal((await evaluateStack(careless, [{ type: "aws:ec2/vpc:Vpc", name: "vpc", props: inputs }])).outcome, "unknown");
  });

  it("reports advice at the level advisory besides violations", async () => {
    const both = policyOf({
      ...broken,
      resource: undefined,
      stack: (_resources, report, _settings, advise) => {
        advise(undefined, "Examine this.");
        report(undefined, "No.");
      },
    });
    // This is the SDK's server function. The package has no types for this function.
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
      answer.getDiagnosticsList().map((item) => [item.getEnforcementlevel(), item.getMessage(), item.getPolicyname()]),
      [
        [EnforcementLevel.ADVISORY, "Throws an error.\nExamine this.", broken.name],
        [EnforcementLevel.MANDATORY, "Throws an error.\nNo.", broken.name],
      ],
    );
  });

  describe("exemptions", () => {
    const strict: Rule = {
      ...broken,
      resource: { "aws:ec2/vpc:Vpc": (_resource, report) => report("No.") },
      stack: (resources, report) => resources.forEach((resource) => report(resource, "No.")),
    };
    const today = new Date().toISOString().slice(0, 10);
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    const good = { resource: urnOf("aws:ec2/vpc:Vpc", "it"), reason: "migration", owner: "platform@bank.example", until: today };
    const incomplete = /^No\. \(The exemption for this resource is incomplete: a reason, an owner and a last day such as/;
    const cases: [string, unknown, RegExp | undefined][] = [
      ["exempts a resource on the last day", [good], undefined],
      ["exempts a resource by a URN with wildcards", [{ ...good, resource: "*::aws:ec2/vpc:Vpc::i*" }], undefined],
      ["exempts a resource when another exemption has expired", [{ ...good, until: "2020-01-31" }, good], undefined],
      [
        "not after the last day",
        [{ ...good, until: yesterday }],
        new RegExp(`^No\\. \\(The exemption "migration" of platform@bank\\.example expired on ${yesterday}\\.\\)`),
      ],
      [
        "does not exempt a resource when the exemption names another resource",
        [{ ...good, resource: urnOf("aws:ec2/vpc:Vpc", "other") }],
        /^No\.$/,
      ],
      [
        "does not exempt a resource when the exemption names a prefix of the name",
        [{ ...good, resource: urnOf("aws:ec2/vpc:Vpc", "i") }],
        /^No\.$/,
      ],
      ["does not treat the resource as a regular expression", [{ ...good, resource: good.resource.replace("it", "i.") }], /^No\.$/],
      ["does not exempt a resource without a reason", [{ ...good, reason: "" }], incomplete],
      ["does not exempt a resource without an owner", [{ ...good, owner: undefined }], incomplete],
      ["does not exempt a resource when the last day is not a date", [{ ...good, until: "someday" }], incomplete],
      ["does not exempt a resource when the date does not exist", [{ ...good, until: "2999-02-30" }], incomplete],
      ["does not exempt a resource that the exemption does not name", [{ ...good, resource: undefined }], /^No\.$/],
      ["does not exempt a resource when the exemptions are not a list", "urn:pulumi:*", /^No\.$/],
    ];
    for (const [title, exemptions, want] of cases)
      it(title, async () => {
        const resource = await evaluateResource(strict, "aws:ec2/vpc:Vpc", {}, { exemptions });
        const stack = await evaluateStack(strict, [{ type: "aws:ec2/vpc:Vpc", name: "it" }], { exemptions });
        for (const found of [resource.violations, stack.violations.map(({ message }) => message)]) {
          assert.equal(found.length, want ? 1 : 0, found.join());
          if (want) assert.match(found[0]!, want);
        }
      });

    it("accepts only dates that exist", () => {
      for (const date of ["2027-03-31", "2028-02-29", "2027-12-01"]) assert.ok(isDate(date), date);
      for (const date of ["2027-02-29", "2027-13-01", "27-03-31", "2027-3-31", "2027-03-31T00:00", "", undefined, 20270331])
        assert.ok(!isDate(date), String(date));
    });
  });
});

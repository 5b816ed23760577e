// Tests the plans and the lookups of AWS Security Hub and Amazon Macie. Does not prove what both find, and how AWS bills them.
import assert from "node:assert/strict";
import { lookupAudit } from "@cloister/components/audit/lookup";
import { planAudit } from "@cloister/components/audit/plan";
import { type AuditFindings, type AuditRequest } from "@cloister/components/audit/request";
import { auditSettings } from "@cloister/components/audit/settings";
import { runProgram, useMocks } from "../../helpers/mocks";
import { ofType } from "../../programs/world";

const context = { accountId: "111122223333", region: "eu-central-1", partition: "aws" };
const requestOf = (settings: object, region = context.region): AuditRequest => ({
  context: { ...context, region },
  name: "hub",
  settings: auditSettings().parse(settings)!,
  tags: {},
  purge: false,
  path: "cloister-core:audit",
});
const problemsOf = (settings: object, findings: AuditFindings) =>
  planAudit(requestOf(settings), findings).problems.map(({ setting, text }) => `${setting.split(":")[1]} ${text}`);
const error = (code: string, message: string) => () => ({ __type: code, message });
const recorded = { getParameter: () => ({ value: "enabled" }) };
const unrecorded = { getParameter: () => undefined };
type Answers = NonNullable<Parameters<typeof useMocks>[0]["answers"]>;
const use = (answers: Answers) => useMocks({ project: "it", stack: "it", config: {}, answers });

describe("the plan of AWS Security Hub and Amazon Macie", () => {
  it("enables both in an account without them, and keeps those of the stack", () => {
    for (const enabledBy of ["none", "stack"] as const)
      assert.deepEqual(planAudit(requestOf({ securityHub: true, macie: {} }), { hub: enabledBy, macie: enabledBy }), {
        plan: { savedQueries: false, securityHub: true, macie: { publishing: "FIFTEEN_MINUTES" } },
        problems: [],
        warnings: [],
      });
  });

  it("rejects both in an account that uses them already, with the next step", () =>
    assert.deepEqual(problemsOf({ securityHub: true, macie: {} }, { hub: "other", macie: "other" }), [
      "audit.securityHub must not be true, because account 111122223333 uses AWS Security Hub in eu-central-1 already (got arn:aws:securityhub:eu-central-1:111122223333:hub/default). Findings of the controls and of other services go to this hub. Fix: pulumi config rm --path cloister-core:audit.securityHub",
      "audit.macie must not be set, because account 111122223333 uses Amazon Macie in eu-central-1 already. Fix: pulumi config rm --path cloister-core:audit.macie",
    ]));

  it("rejects Macie in a region without it, without a call", async () => {
    const world = await use({});
    const request = requestOf({ macie: {} }, "eu-south-2");
    const findings = await lookupAudit(request);
    assert.deepEqual([findings, world.calls], [{ macie: "not offered" }, []]);
    assert.match(planAudit(request, findings).problems[0]!.text, /^is not supported in eu-south-2, where AWS does not offer Amazon Macie/);
  });
});

describe("the lookup of AWS Security Hub and Amazon Macie", () => {
  const both = requestOf({ securityHub: true, macie: {} });
  const enabled: Answers = { "securityhub:GET /accounts": () => ({ HubArn: "arn" }), "macie2:GET /macie": () => ({ status: "ENABLED" }) };
  const cases: [string, Answers, AuditFindings][] = [
    [
      "neither",
      {
        ...recorded,
        "securityhub:GET /accounts": error("InvalidAccessException", "Account 111122223333 is not subscribed to AWS Security Hub"),
        "macie2:GET /macie": error("AccessDeniedException", "Macie is not enabled."),
      },
      { hub: "none", macie: "none" },
    ],
    ["both of the stack, by their records", { ...recorded, ...enabled }, { hub: "stack", macie: "stack" }],
    ["both of another creator", { ...unrecorded, ...enabled }, { hub: "other", macie: "other" }],
  ];
  for (const [title, answers, findings] of cases)
    it(`finds ${title}`, async () => {
      await use(answers);
      assert.deepEqual(await lookupAudit(both), findings);
    });

  it("reports errors that do not mean a disabled service", async () => {
    await use({ ...unrecorded, ...enabled, "securityhub:GET /accounts": error("AccessDeniedException", "not authorized") });
    await assert.rejects(lookupAudit(both), /securityhub GET \/accounts: not authorized/);
    await use({ ...unrecorded, ...enabled, "macie2:GET /macie": error("AccessDeniedException", "not authorized") });
    await assert.rejects(lookupAudit(both), /macie2 GET \/macie: not authorized/);
  });

  it("needs credentials that the AWS SDK reads", async () => {
    const world = await useMocks({
      project: "it",
      stack: "it",
      config: { "aws:assumeRoles": [{ roleArn: "arn:aws:iam::111122223333:role/D" }] },
    });
    for (const settings of [{ securityHub: true }, { macie: {} }])
      assert.deepEqual(await lookupAudit(requestOf(settings)), { unreadCredentials: "aws:assumeRoles" });
    assert.deepEqual(world.calls, []);
  });
});

describe("a core stack with AWS Security Hub and Amazon Macie", () => {
  const program = async (settings: object, answers: Answers) => {
    const config = Object.fromEntries(Object.entries(settings).map(([key, value]) => [`cloister-core:${key}`, value]));
    const world = await useMocks({ project: "cloister-core", stack: "hub", config: { "cloister-core:owner": "it", ...config }, answers });
    await runProgram("core");
    return world;
  };
  const disabled = { ...unrecorded, "securityhub:GET /accounts": error("InvalidAccessException", "not subscribed") };

  it("enables both after their records, without standards", async () => {
    const world = await program({ audit: { securityHub: true, macie: { publishing: "SIX_HOURS" } } }, disabled);
    const [hub] = ofType(world, "aws:securityhub/account:Account");
    const [macie] = ofType(world, "aws:macie2/account:Account");
    assert.equal(hub!.inputs.enableDefaultStandards, false);
    assert.deepEqual([macie!.inputs.status, macie!.inputs.findingPublishingFrequency], ["ENABLED", "SIX_HOURS"]);
    for (const [resource, name] of [
      [hub!, "hub-security-hub"],
      [macie!, "hub-macie"],
    ] as const)
      assert.ok(
        resource.dependencies.some((on) => on.type === "aws:ssm/parameter:Parameter" && on.name === name),
        name,
      );
  });

  it("imports findings of controls to the hub that it enables, or to an existing hub", async () => {
    const audit = { trail: {}, securityHub: true };
    for (const [settings, answers] of [
      [{ audit, controls: { securityHub: true } }, disabled],
      [
        { audit: { trail: {} }, controls: { securityHub: true } },
        { ...unrecorded, "securityhub:GET /accounts": () => ({ HubArn: "arn" }) },
      ],
    ] as const) {
      const world = await program(settings, answers);
      const policies = ofType(world, "aws:iam/rolePolicy:RolePolicy").map(({ inputs }) => JSON.stringify(inputs.policy));
      assert.ok(policies.some((policy) => policy.includes("securityhub:BatchImportFindings")));
    }
    await assert.rejects(
      program({ audit: { trail: {} }, controls: { securityHub: true } }, disabled),
      /'cloister-core:controls\.securityHub' requires AWS Security Hub, .*Fix: pulumi .*config set .*--path cloister-core:audit\.securityHub true/,
    );
  });
});

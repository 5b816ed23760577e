// Tests when the settings of the controls are accepted. Does not prove what the lookups find in AWS.
import assert from "node:assert/strict";
import { type ControlsFindings, controlsProblems, controlsWarnings, publishedEnvironments } from "@cloister/components/controls/plan";
import { type ControlsSettings } from "@cloister/components/controls/settings";

const path = "cloister-core:controls";
const settings = (mode: ControlsSettings["mode"]): ControlsSettings => ({
  mode,
  dedicated: false,
  securityHub: false,
  deployRoleArns: [],
  operatorArns: [],
});
const found: ControlsFindings = { published: publishedEnvironments([]), securityHub: "unknown", trails: "audit" };
type Texts = [setting: string, text: string][];
const problemsOf = (change: Partial<ControlsFindings>): Texts =>
  controlsProblems(settings("observe"), { ...found, ...change }, path).map(({ setting, text }) => [setting, text]);
const warningsOf = (change: Partial<ControlsFindings>, securityHub = false): Texts =>
  controlsWarnings({ ...settings("observe"), securityHub }, { ...found, ...change }, path).map(({ setting, text }) => [setting, text]);

describe("corrections of the controls", () => {
  const cases: { it: string; mode?: ControlsSettings["mode"]; parameters: string[]; want: RegExp | undefined }[] = [
    {
      it: "are accepted when an environment publishes its allow-list",
      parameters: ["fraud-dev/vpc-id", "controls/fraud-dev"],
      want: undefined,
    },
    { it: "are rejected without an environment", parameters: [], want: /must be observe until an environment publishes its allow-list/ },
    {
      it: "are rejected while an environment of an earlier version has no allow-list, and name each",
      parameters: ["risk-dev/vpc-id", "fraud-dev/vpc-id", "controls/fraud-dev", "audit-test/vpc-id"],
      want: /must be observe until each environment publishes \/cloister\/controls\/<environment> \(missing: audit-test, risk-dev\)\. Fix: .*observe/,
    },
    { it: "are not checked when the controls only observe", mode: "observe", parameters: [], want: undefined },
  ];
  for (const { it: title, mode = "correct", parameters, want } of cases)
    it(title, () => {
      const published = publishedEnvironments(parameters.map((name) => `/cloister/${name}`));
      const problems = controlsProblems(settings(mode), { ...found, published }, path);
      if (want === undefined) return assert.deepEqual(problems, []);
      assert.deepEqual(
        problems.map(({ setting }) => setting),
        ["cloister-core:controls.mode"],
      );
      assert.match(problems[0]!.text, want);
    });
});

describe("controls", () => {
  const all = { isLogging: true, events: { management: "all" } } as const;
  const none = { isLogging: true, events: { management: "none" } } as const;
  const part = { isLogging: true, events: { management: "part" } } as const;

  for (const [title, trails] of Object.entries({
    "no trail": [],
    "a trail that does not log": [{ ...all, isLogging: false }],
    "a trail without management events": [none],
  }))
    it(`are rejected with ${title}, with the command that creates a trail`, () => {
      const [[setting, text] = []] = problemsOf({ trails });
      assert.equal(setting, path);
      assert.match(
        text!,
        /requires a CloudTrail trail that records management events .* Fix: .*cloister-core:audit\.trail\.logRetentionDays 365$/,
      );
    });

  it("are accepted with a trail that records management events, with an unreadable trail, and with the setting audit", () =>
    assert.deepEqual(
      [[all], [none, part], [{}], "audit" as const, undefined].flatMap((trails) => problemsOf({ trails })),
      [],
    ));

  it("report a trail that records only a part, and trails that cannot be read", () => {
    assert.deepEqual(
      [[all], [part], [all, part], [{}], "audit" as const, undefined].map((trails) =>
        warningsOf({ trails }).map(([, text]) => text.slice(0, 40)),
      ),
      [[], ["has no trail that records all management"], [], [], [], ["cannot be validated: the deploying role "]],
    );
  });

  it("are rejected when findings go to Security Hub, which is not enabled", () => {
    assert.deepEqual(problemsOf({ securityHub: "disabled" }), [
      [
        "cloister-core:controls.securityHub",
        "requires AWS Security Hub, which is not enabled in the account and region. Fix: pulumi config set --path cloister-core:audit.securityHub true, or pulumi config rm --path cloister-core:controls.securityHub",
      ],
    ]);
    assert.deepEqual([problemsOf({ securityHub: "enabled" }), warningsOf({ securityHub: "unknown" })], [[], []]);
    assert.equal(warningsOf({ securityHub: "unknown" }, true)[0]![0], "cloister-core:controls.securityHub");
  });
});

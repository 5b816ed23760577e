// Tests the parameters that leads see, and what their values become.
import assert from "node:assert/strict";
import { leadProblems, localSettings, parametersOf, settingsWith } from "@cloister/components/catalog/runtime/parameters";
import { parseSettings } from "@cloister/components/stack/config";
import { environmentSettings } from "@cloister/environment/settings";
import * as fc from "fast-check";

const fixed = { "cloister-environment:studio": { idleMinutes: 60 }, "cloister-environment:stage": "test" };
const parameters = parametersOf(environmentSettings, fixed);
const chosen = { team: "fraud", owner: "fraud@bank.example" };

/** The problems that a lead sees. */
function problemsFor(values: Record<string, string>, settings: Record<string, unknown> = fixed): string[] {
  const { problems, settings: all } = settingsWith(settings, parameters, values);
  const raw = Object.entries(localSettings(all)).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]);
  return [
    ...problems,
    ...leadProblems(
      parseSettings("cloister-environment", environmentSettings, Object.fromEntries(raw) as Record<string, string>).problems,
      parameters,
    ),
  ];
}

describe("parameters of a version", () => {
  it("are a fixed list, with defaults from the version and the schema", () =>
    assert.deepEqual(
      parameters.map(({ key, default: standard }) => [key, standard]),
      [
        ["team", undefined],
        ["stage", "test"],
        ["owner", undefined],
        ["profiles", '["data-scientist"]'],
        ["monthlyBudgetUsd", ""],
        ["tags", "{}"],
      ],
    ));

  it("are described in plain text with the allowed values", () => {
    for (const { description } of parameters) assert.doesNotMatch(description, /[`*]/);
    assert.match(parameters.find(({ key }) => key === "stage")!.description, /Must be one of dev, test\.$/);
    assert.match(parameters.find(({ key }) => key === "profiles")!.description, /an object with the keys name, person, gitName\. YAML/);
    assert.match(parameters.find(({ key }) => key === "profiles")!.description, /for example \[ana-horvat, ben-ito\]\.$/);
  });

  it("become settings, next to those of the version", () =>
    assert.deepEqual(
      settingsWith(fixed, parameters, { ...chosen, profiles: "[ana, ben]", monthlyBudgetUsd: "500", tags: "cost-center: '4711'" }),
      {
        problems: [],
        settings: {
          "cloister-environment:team": "fraud",
          "cloister-environment:stage": "test",
          "cloister-environment:owner": "fraud@bank.example",
          "cloister-environment:studio": { idleMinutes: 60, profiles: ["ana", "ben"] },
          "cloister-environment:monitoring": { budget: { monthlyUsd: 500 } },
          "cloister-environment:tags": { "cost-center": "4711" },
        },
      },
    ));

  it("are valid with the defaults", () => assert.deepEqual(problemsFor(chosen), []));

  const rejected: { name: string; values: Record<string, string>; problems: RegExp[] }[] = [
    {
      name: "a value outside its values",
      values: { stage: "production" },
      problems: [/^'stage' must be one of dev, test \(got "production"\)/],
    },
    { name: "a missing value", values: { team: "" }, problems: [/^'team' is missing/] },
    { name: "text that is no YAML", values: { profiles: "[ana" }, problems: [/^'profiles' must be a list.*which is not YAML/] },
    { name: "a profile with a wrong name", values: { profiles: "[ana, 'x y']" }, problems: [/^'profiles\[1\]' must be/] },
    {
      name: "a role of a profile",
      values: { profiles: "[{ name: ana, roleArn: 'arn:aws:iam::111122223333:role/admin' }]" },
      problems: [/^'profiles' must contain names, or objects with the keys name, person, gitName \(got 'roleArn'\)/],
    },
    {
      name: "a profile of another type",
      values: { profiles: "[[ana]]" },
      problems: [/^'profiles\[0\]' must be a name of .*, or an object with the keys name, person, gitName \(got /],
    },
    { name: "an unknown parameter", values: { zones: "3" }, problems: [/^'zones' is not a parameter of this version/] },
    {
      name: "several problems at once",
      values: { team: "9", monthlyBudgetUsd: "many" },
      problems: [/^'team' must be 2 to 15/, /^'monthlyBudgetUsd' must be an integer/],
    },
  ];
  for (const { name, values, problems } of rejected)
    it(`are rejected with ${name}, without commands`, () => {
      const found = problemsFor({ ...chosen, ...values });
      assert.equal(found.length, problems.length, found.join("\n"));
      found.forEach((problem, i) => assert.match(problem, problems[i]!));
      assert.doesNotMatch(found.join("\n"), /pulumi config|Fix:/);
    });

  it("send leads to the platform team for other settings", () =>
    assert.match(
      problemsFor(chosen, { "cloister-environment:network": { zones: 9 } }).join("\n"),
      /Ask the platform team: 'cloister-environment:network\.zones'/,
    ));

  it("change no setting but their own, whatever leads type", () =>
    fc.assert(
      fc.property(fc.record(Object.fromEntries(parameters.map(({ key }) => [key, fc.oneof(fc.string(), fc.json())]))), (values) => {
        const { settings } = settingsWith(fixed, parameters, values as Record<string, string>);
        const { studio, ...others } = localSettings(settings) as { studio: Record<string, unknown> };
        assert.equal(studio.idleMinutes, 60);
        const known = ["team", "stage", "owner", "monitoring", "tags"];
        assert.deepEqual(
          Object.keys(others).filter((key) => !known.includes(key)),
          [],
        );
      }),
    ));
});

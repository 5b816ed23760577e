// Tests when corrections are accepted. Does not prove what the lookup of parameters finds in AWS.
import assert from "node:assert/strict";
import { controlsProblems, publishedEnvironments } from "@cloister/components/controls/plan";
import { type ControlsSettings } from "@cloister/components/controls/settings";

const settings = (mode: ControlsSettings["mode"]): ControlsSettings => ({ mode, dedicated: false, securityHub: false });

describe("corrections of the controls", () => {
  const cases: { it: string; mode?: ControlsSettings["mode"]; parameters: string[]; want: RegExp | undefined }[] = [
    {
      it: "are accepted when an environment publishes its allow-list",
      parameters: ["fraud-dev/vpc-id", "fraud-dev/allow-list"],
      want: undefined,
    },
    { it: "are rejected without an environment", parameters: [], want: /must be observe until an environment publishes its allow-list/ },
    {
      it: "are rejected while an environment of an earlier version has no allow-list, and name each",
      parameters: ["risk-dev/vpc-id", "fraud-dev/vpc-id", "fraud-dev/allow-list", "audit-test/vpc-id"],
      want: /must be observe until each environment publishes .*allow-list \(missing: audit-test, risk-dev\)\. Fix: .*observe/,
    },
    { it: "are not checked when the controls only observe", mode: "observe", parameters: [], want: undefined },
  ];
  for (const { it: title, mode = "correct", parameters, want } of cases)
    it(title, () => {
      const published = publishedEnvironments(parameters.map((name) => `/cloister/${name}`));
      const problems = controlsProblems(settings(mode), published, "cloister-core:controls");
      if (want === undefined) return assert.deepEqual(problems, []);
      assert.deepEqual(
        problems.map(({ setting }) => setting),
        ["cloister-core:controls.mode"],
      );
      assert.match(problems[0]!.text, want);
    });
});

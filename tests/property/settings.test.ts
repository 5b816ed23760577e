// Tests parseSettings for any configuration of each project.
// tests/unit/components/settings.test.ts tests single errors.
import assert from "node:assert/strict";
import { parseSettings } from "@cloister/components/stack/config";
import { type Problem, problemText } from "@cloister/components/stack/preflight";
import { type SettingsSchema } from "@cloister/components/stack/schema";
import { coreSettings } from "@cloister/core/settings";
import { environmentSettings, standaloneEnvironmentSettings } from "@cloister/environment/settings";
import { targetSettings } from "@cloister/target-accounts/settings";
import * as fc from "fast-check";

const schemas: Record<string, SettingsSchema> = {
  "cloister-core": coreSettings,
  "cloister-environment": environmentSettings.extend(standaloneEnvironmentSettings),
  "cloister-target-accounts": targetSettings,
};

/** Values as a program gets them from the engine: any JSON, or any string. */
const value = fc.oneof(fc.json({ maxDepth: 3 }), fc.string(), fc.constantFrom("true", "7", "[]", "{}", "null", '"', "[[", "__proto__"));
const anyKey = fc.oneof(
  fc.stringMatching(/^[a-z][A-Za-z]{0,12}$/),
  fc.string(),
  fc.constantFrom("constructor", "toString", "__proto__", "a.b", "a[0]"),
);
const textsOf = (problems: Problem[]) => problems.map(problemText).join("\n");
const isKnown = (schema: SettingsSchema, key: string) => Object.hasOwn(schema.shape, key);
/** Objects without a prototype, so that `__proto__` is an ordinary key. */
const dictionary = (keys: fc.Arbitrary<string>) => fc.dictionary(keys, value, { noNullPrototype: false, maxKeys: 8 });

/** A secret that cannot occur in a message by chance, in every form that a value can have. */
const secret = fc.stringMatching(/^Zq[0-9A-Z]{10}$/);
const valuesWith = (text: string) =>
  fc.constantFrom(text, JSON.stringify(text), JSON.stringify([text]), JSON.stringify({ [text]: text }), `[${text}`, `{"x":["${text}`);

for (const [namespace, schema] of Object.entries(schemas)) {
  const known = Object.keys(schema.shape);
  describe(`settings of ${namespace}`, () => {
    it("are parsed without exceptions, and every problem names a setting and a fix", () =>
      fc.assert(
        fc.property(dictionary(fc.oneof(fc.constantFrom(...known), anyKey)), (raw) => {
          const { problems, value: read } = parseSettings(namespace, schema, raw);
          assert.equal(problems.length > 0, read === undefined);
          for (const line of problems.map(problemText))
            assert.match(
              line,
              new RegExp(`^'${namespace}:.*' (must|is|has) .* Fix: (pulumi config (set|rm) |put the value in quotes)`, "s"),
            );
        }),
      ));

    it("report exactly the unknown keys as unknown", () =>
      fc.assert(
        fc.property(dictionary(fc.oneof(fc.constantFrom(...known), anyKey)), (raw) => {
          const { problems } = parseSettings(namespace, schema, raw);
          for (const key of Object.keys(raw))
            assert.equal(
              problems.some(
                ({ setting, text }) => setting === `${namespace}:${key}` && text.startsWith("is not a setting. Did you mean '"),
              ),
              !isKnown(schema, key),
              `${JSON.stringify(key)}: ${textsOf(problems)}`,
            );
        }),
      ));

    it("never show a secret that is a string, in a list, in an object or invalid JSON", () =>
      fc.assert(
        fc.property(
          fc.constantFrom(...known),
          secret.chain((text) => fc.tuple(fc.constant(text), valuesWith(text))),
          dictionary(fc.constantFrom(...known)),
          (key, [text, hidden], others) => {
            const { problems } = parseSettings(namespace, schema, { ...others, [key]: hidden }, (name) => name === key);
            assert.ok(!textsOf(problems).includes(text), textsOf(problems));
          },
        ),
      ));
  });
}

describe("secret settings with a custom check", () => {
  it("do not show the result of the check or a key of a secret object", () =>
    fc.assert(
      fc.property(fc.nat({ max: 255 }), fc.integer({ min: 0, max: 40 }), (last, prefix) => {
        const network = JSON.stringify({ cidr: `10.93.7.${last}/${prefix}` });
        const { problems } = parseSettings("it", environmentSettings, { network, tags: '{"10.93":1}' }, () => true);
        assert.ok(!textsOf(problems).includes("10.93"), textsOf(problems));
        assert.ok(problems.some(({ setting, text }) => setting === "it:tags" && text.includes("(got [secret])")));
      }),
    ));
});

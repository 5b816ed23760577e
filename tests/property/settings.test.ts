// settingsProblems, for any configuration of each project: what the tables of tests/unit/components/settings.test.ts show for single mistakes.
import assert from "node:assert/strict";
import { type SettingsSchema, settingsProblems } from "@cloister/components/stack/config";
import { coreSettings } from "@cloister/core/settings";
import { environmentSettings, standaloneEnvironmentSettings } from "@cloister/environment/settings";
import { targetSettings } from "@cloister/target-accounts/settings";
import * as fc from "fast-check";

const schemas: Record<string, SettingsSchema> = {
  "cloister-core": coreSettings,
  "cloister-environment": environmentSettings.extend(standaloneEnvironmentSettings),
  "cloister-target-accounts": targetSettings,
};

/** Values as the engine hands them over: JSON of any shape, or any text. */
const value = fc.oneof(fc.json({ maxDepth: 3 }), fc.string(), fc.constantFrom("true", "7", "[]", "{}", "null", '"', "[[", "__proto__"));
const anyKey = fc.oneof(
  fc.stringMatching(/^[a-z][A-Za-z]{0,12}$/),
  fc.string(),
  fc.constantFrom("constructor", "toString", "__proto__", "a.b", "a[0]"),
);
const isKnown = (schema: SettingsSchema, key: string) => Object.hasOwn(schema.shape, key);
/** Configuration without a prototype, so that `__proto__` is a key like others. */
const dictionary = (keys: fc.Arbitrary<string>) => fc.dictionary(keys, value, { noNullPrototype: false, maxKeys: 8 });

/** A secret that nothing else in a message looks like, in the forms that a value can have. */
const secret = fc.stringMatching(/^Zq[0-9A-Z]{10}$/);
const holding = (text: string) =>
  fc.constantFrom(text, JSON.stringify(text), JSON.stringify([text]), JSON.stringify({ [text]: text }), `[${text}`, `{"x":["${text}`);

for (const [namespace, schema] of Object.entries(schemas)) {
  const known = Object.keys(schema.shape);
  describe(`settings of ${namespace}`, () => {
    it("never throw, whatever they are: they come out whole, or as lines that each name a setting", () =>
      fc.assert(
        fc.property(dictionary(fc.oneof(fc.constantFrom(...known), anyKey)), (raw) => {
          const { problems, value: read } = settingsProblems(namespace, schema, raw);
          assert.equal(problems.length > 0, read === undefined);
          for (const line of problems) assert.match(line, new RegExp(`^'${namespace}:.*' is .*pulumi config (set|rm) --path `, "s"));
        }),
      ));

    it("name every key that there is none of, and no other as unknown", () =>
      fc.assert(
        fc.property(dictionary(fc.oneof(fc.constantFrom(...known), anyKey)), (raw) => {
          const { problems } = settingsProblems(namespace, schema, raw);
          for (const key of Object.keys(raw))
            assert.equal(
              problems.some((line) => line.startsWith(`'${namespace}:${key}' is not a setting. Did you mean '`)),
              !isKnown(schema, key),
              `${JSON.stringify(key)}: ${problems.join("\n")}`,
            );
        }),
      ));

    it("never show a secret, be it a text, in a list, in an object, or no JSON at all", () =>
      fc.assert(
        fc.property(
          fc.constantFrom(...known),
          secret.chain((text) => fc.tuple(fc.constant(text), holding(text))),
          dictionary(fc.constantFrom(...known)),
          (key, [text, hidden], others) => {
            const { problems } = settingsProblems(namespace, schema, { ...others, [key]: hidden }, (one) => one === key);
            assert.ok(!problems.some((line) => line.includes(text)), problems.join("\n"));
          },
        ),
      ));
  });
}

describe("settings that are checked by more than their shape", () => {
  it("say nothing of a secret one that its check would tell, nor a key of a secret object", () =>
    fc.assert(
      fc.property(fc.nat({ max: 255 }), fc.integer({ min: 0, max: 40 }), (last, prefix) => {
        const network = JSON.stringify({ cidr: `10.93.7.${last}/${prefix}` });
        const { problems } = settingsProblems("it", environmentSettings, { network, tags: '{"10.93":1}' }, () => true);
        assert.ok(!problems.some((line) => line.includes("10.93")), problems.join("\n"));
        assert.ok(problems.some((line) => line.startsWith("'it:tags' is [secret]")));
      }),
    ));
});

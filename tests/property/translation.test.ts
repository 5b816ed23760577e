// Properties of the translation of aws-native, Cloud Control and CloudFormation resources.
import assert from "node:assert/strict";
import { translate, translatedTypes, type Translation } from "@cloister/policy-pack/translation";
import { unknownCheckingProxy } from "@pulumi/policy";
import fc from "fast-check";
import { forms } from "../policies/translation/forms";

const types = Object.keys(translatedTypes);
/** JSON values, with intrinsic functions and unknown values in between. */
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.boolean(),
    fc.integer(),
    fc.constant(null),
    fc.array(tie("any"), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom("Ref", "Fn::Sub", "Fn::If", "Fn::Join", "Fn::GetAtt", "Fn::Select", "Fn::Split", "VpcId", "Scheme", "Other"),
      tie("any"),
      { maxKeys: 3 },
    ),
  ),
})).any;
const properties = fc.dictionary(
  fc.constantFrom("VpcId", "SecurityGroupEgress", "NetworkInterfaces", "Scheme", "PolicyDocument", "Targets"),
  value,
);

/** A translation states something about the resource: what is evaluated, what is not, or what is unknown. */
const saysSomething = ({ resources, notEvaluated, pending }: Translation) => resources.length + notEvaluated.length + pending.length > 0;
const translated = (type: string, props: object) =>
  translate({ type, name: "res", props: unknownCheckingProxy(JSON.parse(JSON.stringify(props)) as object) as Record<string, unknown> });

describe("the translation of resources", () => {
  it("never throws for any properties of any type in any form", () =>
    fc.assert(
      fc.property(fc.constantFrom(...types), properties, (type, found) => {
        for (const write of Object.values(forms)) {
          const resource = write({ type, properties: found });
          assert.ok(translated(resource.type, resource.props!));
        }
      }),
      { numRuns: 200 },
    ));

  it("never throws for any text as a template, and reports what it cannot read", () =>
    fc.assert(
      fc.property(
        fc.oneof(
          value.map((item) => JSON.stringify(item)),
          fc.string(),
        ),
        fc.boolean(),
        (templateBody, isStackSet) => {
          const type = isStackSet ? "aws:cloudformation/stackSet:StackSet" : "aws:cloudformation/stack:Stack";
          assert.ok(saysSomething(translated(type, { templateBody })!));
        },
      ),
    ));

  it("reports every type without a translation", () =>
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z][a-z]{1,8}$/), fc.stringMatching(/^[A-Z][a-z]{1,8}$/), (service, name) => {
        const type = `AWS::${service}::${name}X`;
        for (const write of Object.values(forms)) {
          const resource = write({ type, properties: {} });
          assert.deepEqual(translated(resource.type, resource.props!)!.notEvaluated.length, 1, resource.type);
        }
      }),
    ));
});

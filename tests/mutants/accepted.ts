// Mutants that no test can kill, because the changed code has the same behavior. Reviewed like code.
import { type Mutant } from "./mutant";

/** A survivor that is accepted. An entry that matches no mutant is reported. */
export interface Accepted {
  file: string;
  original: string;
  replacement: string;
  /** The declaration, if only this one is accepted and the file has the same text elsewhere. */
  within?: string;
  reason: string;
}

export const accepted: Accepted[] = [
  {
    file: "components/stack/config.ts",
    original: "node.properties?.[key]",
    replacement: "!",
    within: "values",
    reason: "The schema of a namespace is an object schema, so it always has properties.",
  },
  {
    file: "components/stack/config.ts",
    original: 'node.pattern ?? ""',
    replacement: "node.pattern!",
    within: "canBeDigits",
    reason: "A regular expression from `undefined` also matches every text.",
  },
  {
    file: "policy-pack/rules/s3/log-destinations.ts",
    original: "/^aws:(alb|applicationloadbalancing|elasticloadbalancingv2|lb)\\/loadBalancer:/",
    replacement: "/aws:(alb|applicationloadbalancing|elasticloadbalancingv2|lb)\\/loadBalancer:/",
    reason: "A type token starts with its package, and only `aws` has these modules.",
  },
  {
    file: "policy-pack/rules/kms/key-rotation.ts",
    original: "365",
    replacement: "366",
    within: "most",
    reason: "The schema of the setting has the same default, so the setting always has a value.",
  },
  {
    file: "policy-pack/translation/intrinsics.ts",
    original: '"AWS::NoValue"',
    replacement: '""',
    within: "noValue",
    reason: "The description of a symbol is only shown in a debugger.",
  },
];

const normal = (text: string) => text.replaceAll(/\s+/g, " ").trim();

/** Whether an entry accepts a mutant. Line breaks do not matter. */
export const accepts = ({ file, original, replacement, within }: Accepted, mutant: Mutant): boolean =>
  file === mutant.file &&
  normal(original) === normal(mutant.original) &&
  normal(replacement) === normal(mutant.replacement) &&
  (within === undefined || within === mutant.within);

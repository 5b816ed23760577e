import { UNKNOWN } from "../helpers/judge";
import { type ResourceCase } from "./table";

export const keyArn = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/** What holds for every input that names a key; `property` is how messages call it. */
export function keyCases(inputs: (key: string | undefined) => object, property: string): ResourceCase[] {
  const missing = new RegExp(`${property} is not set, so .* under a key of AWS.* Write ${property}: <ARN of a customer managed key>\\.`);
  const managed = new RegExp(`${property} is ".*alias/aws/[a-z]+", a key that AWS manages.* Write ${property}: `);
  return [
    { it: "accepts the ARN of a key", inputs: inputs(keyArn) },
    { it: "accepts a key of another partition", inputs: inputs(keyArn.replace("arn:aws:", "arn:aws-cn:")) },
    { it: "accepts the id of a key", inputs: inputs("1234abcd-12ab-34cd-56ef-1234567890ab") },
    { it: "accepts a key of several regions", inputs: inputs("mrk-1234abcd12ab34cd56ef1234567890ab") },
    { it: "accepts an alias of one's own", inputs: inputs("alias/cloister/data") },
    { it: "accepts a key of the same stack, unknown at preview", inputs: inputs(UNKNOWN) },
    { it: "refuses no key", inputs: inputs(undefined), want: [missing] },
    { it: "refuses an empty key", inputs: inputs(""), want: [missing] },
    { it: "refuses an alias of AWS", inputs: inputs("alias/aws/sagemaker"), want: [managed] },
    {
      it: "refuses the ARN of an alias of AWS",
      inputs: inputs("arn:aws:kms:eu-central-1:111122223333:alias/aws/sagemaker"),
      want: [managed],
    },
  ];
}

import { UNKNOWN } from "../helpers/evaluate";
import { type ResourceCase } from "./table";

export const keyArn = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/** Cases for every input that names a key; `property` is the path of the input in messages. */
export function keyCases(inputs: (key: string | undefined) => object, property: string): ResourceCase[] {
  const missing = new RegExp(`${property} is not set, so an AWS key encrypts .* Set ${property}: <ARN of a customer managed key>\\.`);
  const managed = new RegExp(`${property} is ".*alias/aws/[a-z]+", so an AWS managed key encrypts .* Set ${property}: `);
  return [
    { it: "accepts the ARN of a key", inputs: inputs(keyArn) },
    { it: "accepts a key in another partition", inputs: inputs(keyArn.replace("arn:aws:", "arn:aws-cn:")) },
    { it: "accepts the ID of a key", inputs: inputs("1234abcd-12ab-34cd-56ef-1234567890ab") },
    { it: "accepts a multi-Region key", inputs: inputs("mrk-1234abcd12ab34cd56ef1234567890ab") },
    { it: "accepts an alias of a customer managed key", inputs: inputs("alias/cloister/data") },
    { it: "accepts a key of the same stack, whose ARN is unknown at preview", inputs: inputs(UNKNOWN) },
    { it: "rejects a missing key", inputs: inputs(undefined), want: [missing] },
    { it: "rejects an empty key", inputs: inputs(""), want: [missing] },
    { it: "rejects an AWS managed key alias", inputs: inputs("alias/aws/sagemaker"), want: [managed] },
    {
      it: "rejects the ARN of an AWS managed key alias",
      inputs: inputs("arn:aws:kms:eu-central-1:111122223333:alias/aws/sagemaker"),
      want: [managed],
    },
  ];
}

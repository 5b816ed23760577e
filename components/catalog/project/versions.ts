// Names the versions of a product by the content of their templates. Pure.
import { createHash } from "node:crypto";

/** A template in the form in which AWS Service Catalog receives it, with a name that only this content has. */
export interface TemplateFile {
  /** `0a1b2c3d4e5f` */
  version: string;
  /** Object key, `notebook/0a1b2c3d4e5f.json`. */
  key: string;
  content: string;
}

export function templateFile(product: string, template: object): TemplateFile {
  const content = JSON.stringify(template);
  const version = createHash("sha256").update(content).digest("hex").slice(0, 12);
  return { version, key: `${product}/${version}.json`, content };
}

/**
 * Template of the first version of a product. A product must have a version from its creation, and the provider cannot change
 * this version later. Its rule rejects every launch, before CloudFormation creates a resource.
 */
export const firstTemplate = {
  AWSTemplateFormatVersion: "2010-09-09",
  Description: "First version of the product, which creates nothing",
  Rules: {
    NotLaunchable: {
      Assertions: [
        { Assert: { "Fn::Contains": [["a later version"], "this version"] }, AssertDescription: "Select another version of the product." },
      ],
    },
  },
  Resources: { Nothing: { Type: "AWS::CloudFormation::WaitConditionHandle" } },
};

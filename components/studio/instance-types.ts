// Lists the instance types of Studio apps, so that the Studio UI can hide instance types that are not allowed.
// Source: AWS API `AppInstanceType`.
const sizes: Record<string, string> = {
  c5: "large xlarge 2xlarge 4xlarge 9xlarge 12xlarge 18xlarge 24xlarge",
  c6i: "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge",
  c6id: "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge",
  c7i: "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
  g4dn: "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge",
  g5: "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
  g6: "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
  g6e: "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
  geospatial: "interactive",
  m5: "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge",
  m5d: "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge",
  m6i: "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge",
  m6id: "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge",
  m7i: "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
  p3: "2xlarge 8xlarge 16xlarge",
  p3dn: "24xlarge",
  p4d: "24xlarge",
  p4de: "24xlarge",
  p5: "48xlarge",
  p5en: "48xlarge",
  "p6-b200": "48xlarge",
  r5: "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge",
  r6i: "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge",
  r6id: "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge",
  r7i: "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
  t3: "micro small medium large xlarge 2xlarge",
  trn1: "2xlarge 32xlarge",
  trn1n: "32xlarge",
};

/**
 * All instance types, such as `ml.t3.medium`, except new types that the provider rejects.
 * The Studio UI shows the new types, but the roles deny them.
 */
export const appInstanceTypes = Object.entries(sizes).flatMap(([family, list]) => list.split(" ").map((size) => `ml.${family}.${size}`));

/** Instance types that the Studio UI must hide from a member who can use only `allowed`. */
export const hiddenInstanceTypesFor = (allowed: readonly string[]) => appInstanceTypes.filter((type) => !allowed.includes(type));

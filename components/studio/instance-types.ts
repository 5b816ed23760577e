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

const typesOf = (families: Record<string, string>) =>
  Object.entries(families).flatMap(([family, list]) => list.split(" ").map((size) => `ml.${family}.${size}`));

/** Instance types of apps that notebook instances cannot have. Source: AWS API `InstanceType`. */
const onlyApps = typesOf({
  c5: "large 12xlarge 24xlarge",
  geospatial: "interactive",
  m5: "large 8xlarge 16xlarge",
  t3: "micro small",
});
/** Instance types of notebook instances that apps cannot have. */
const onlyNotebooks = typesOf({
  c4: "xlarge 2xlarge 4xlarge 8xlarge",
  c5d: "xlarge 2xlarge 4xlarge 9xlarge 18xlarge",
  inf1: "xlarge 2xlarge 6xlarge 24xlarge",
  inf2: "xlarge 8xlarge 24xlarge 48xlarge",
  m4: "xlarge 2xlarge 4xlarge 10xlarge 16xlarge",
  p2: "xlarge 8xlarge 16xlarge",
  t2: "medium large xlarge 2xlarge",
});

/**
 * All instance types, such as `ml.t3.medium`, except new types that the provider rejects.
 * The Studio UI shows the new types, but the roles deny them.
 */
export const appInstanceTypes = typesOf(sizes);

/** Instance types of notebook instances. */
export const notebookInstanceTypes = [...appInstanceTypes.filter((type) => !onlyApps.includes(type)), ...onlyNotebooks];

/**
 * Families whose types a space cannot have in CloudFormation.
 * Source: CloudFormation schema of `AWS::SageMaker::Space`, which a test compares with this list.
 */
const notInTemplates = ["c6i", "c6id", "c7i", "g6", "g6e", "m6i", "m6id", "m7i", "p5", "p5en", "p6-b200", "r6i", "r6id", "r7i"];

/** Instance types of apps that templates of spaces can have. */
export const templateInstanceTypes = appInstanceTypes.filter((type) => !notInTemplates.includes(type.split(".")[1]!));

/** Instance types that the Studio UI must hide from a member who can use only `allowed`. */
export const hiddenInstanceTypesFor = (allowed: readonly string[]) => appInstanceTypes.filter((type) => !allowed.includes(type));

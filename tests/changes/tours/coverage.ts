// The rows of docs/reference/changes.md that no tour shows: those that another test with the engine shows, and those that none shows.
// A row has its setting as title, with the value if the setting has several rows. `*` at the end stands for any text.

interface Rows {
  rows: string[];
}

/** The test in a file below tests that changes the settings of a deployed stack. */
interface Elsewhere extends Rows {
  file: string;
  test: string;
}

interface Unshown extends Rows {
  reason: string;
}

/** By project. */
export const elsewhere: Record<string, Elsewhere[]> = {
  "cloister-core": [
    {
      file: "variants/audit.test.ts",
      test: "changes every setting without a replacement",
      rows: [
        "audit.trail.bucketPrefixes",
        "audit.trail.sagemakerDataEvents",
        "audit.trail.logRetentionDays",
        "audit.trail.objectLock.days",
        "audit.trail.readerArns",
        "audit.alerts.*",
        "audit.logGroups.retentionDays",
        "audit.config.frequency",
        "audit.config.globalTypes",
        "audit.config.readerArns",
        "audit.accessAnalyzer.unusedAccessDays 90",
        "audit.guardDuty.publishing *",
        "audit.guardDuty.protections",
        "audit.macie.publishing *",
      ],
    },
    {
      file: "variants/audit.test.ts",
      test: "uses the recorder of the first core stack for the rules of a second",
      rows: [
        "audit.config",
        "audit.config rejected",
        "audit.accessAnalyzer",
        "audit.accessAnalyzer.externalAccess rejected",
        "audit.guardDuty",
        "audit.guardDuty rejected",
        "audit.securityHub",
        "audit.securityHub rejected",
        "audit.macie",
        "audit.macie rejected",
      ],
    },
    {
      file: "variants/audit.test.ts",
      test: "is not duplicated by a second core stack, which can use the trail of the first",
      rows: [
        "audit",
        "audit.trail",
        "audit.alerts",
        "audit.savedQueries",
        "audit.logGroups",
        "audit.existingTrailArn",
        "audit.trail.acceptDuplicate rejected",
      ],
    },
  ],
  "cloister-environment": [
    {
      file: "variants/mirror-bucket.test.ts",
      test: "is read by an environment through an access point in its VPC, which has no changes when it is deployed again",
      rows: ["packages"],
    },
    {
      file: "engine/network.test.ts",
      test: "environments add a zone, add and remove an endpoint, and keep logs longer, without replacements",
      rows: ["network.subnetIds"],
    },
    {
      file: "engine/network.test.ts",
      test: "an environment uses shared endpoints, and can use its own endpoints again only after the switching step",
      rows: ["endpointsFrom switching", "endpointsFrom rejected"],
    },
    {
      file: "engine/network.test.ts",
      test: "an environment reports all problems with an existing VPC, and creates no resources",
      rows: ["network.acceptedPaths rejected"],
    },
    {
      file: "engine/products.test.ts",
      test: "have a new version after a change of the settings, to which the user updates what runs",
      rows: ["catalog.notebooks.instanceTypes"],
    },
    {
      file: "changes/studio.test.ts",
      test: "change profiles, scripts and images while apps run, and neither the domain nor a space",
      rows: ["purge"],
    },
  ],
  "cloister-target-accounts": [
    { file: "engine/organization.test.ts", test: "changes tags, logs and zones in target accounts", rows: ["network.zones"] },
  ],
};

const existing = "Engine tests deploy existing networks, but do not change which network a stack uses.";
const central = {
  rows: ["network.centralEndpoints*", "network.mirror*"],
  reason: "The sandbox has no endpoint services of other owners.",
};

/** By project. The steps of these rows are recorded under mocks with the rules of the AWS provider. */
export const unshown: Record<string, Unshown[]> = {
  "cloister-core": [
    { rows: ["controls", "controls.*"], reason: "The rows only add the evaluator, or change variables and statements of its function." },
    { rows: ["people.userArns"], reason: "The tour changes the same condition by the users of the role." },
    { rows: ["mirror", "mirror.*"], reason: "The tour has no manifest of packages." },
    {
      rows: [
        "audit.trail.objectLock.mode*",
        "audit.trail.readerArns rejected",
        "audit.existingTrailArn rejected",
        "audit.alerts rejected",
        "audit.savedQueries rejected",
      ],
      reason: "The preflight rejects the settings under mocks. No stack with locked log files in mode COMPLIANCE can be destroyed.",
    },
    {
      rows: ["audit.config.existingRecorder*", "audit.config.rules"],
      reason: "A stack either has a recorder or uses that of another stack from the start. Rules are only created and deleted.",
    },
    {
      rows: [
        "audit.accessAnalyzer.externalAccess",
        "audit.accessAnalyzer.unusedAccessDays 180",
        "audit.accessAnalyzer.unusedAccessDays rejected",
      ],
      reason: "An analyzer is only created, deleted or replaced, and nothing depends on it.",
    },
    { rows: ["catalog", "catalog.*"], reason: "The tour deploys no existing network and no image, which the engine requires." },
  ],
  "cloister-environment": [
    central,
    {
      rows: [
        "catalog.notebooks",
        "catalog.notebooks rejected",
        "catalog.notebooks.volumeGb*",
        "catalog.notebooks.idleMinutes",
        "catalog.notebooks.instanceTypes rejected",
        "catalog.userProfiles*",
      ],
      reason: "tests/engine/products.test.ts deploys and destroys products, and changes only instance types.",
    },
    { rows: ["network.mode *", "network.vpcId", "network.s3EndpointId *", "network.dnsFirewall alert"], reason: existing },
    { rows: ["team", "stage"], reason: "All resources are created and deleted: deployments and destroys show both." },
    { rows: ["packages rejected"], reason: "The core stack of the tour has no package mirror." },
    { rows: ["studio.pip.requests"], reason: "The tour changes the same scripts by the index." },
    { rows: ["endpointsFrom core"], reason: "Engine tests deploy shared endpoints only together with a new environment." },
    {
      rows: ["data.existing*", "models.existing*", "existingRoles.*", "network.flowLogDestination"],
      reason: "Engine tests deploy these settings, but do not change them.",
    },
    { rows: ["people.userArns"], reason: "The tour changes the same condition by the users of the roles." },
    { rows: ["provisionedProduct*"], reason: "Only the engine sets it, once. The tour changes other tags by the setting tags." },
  ],
  "cloister-target-accounts": [
    central,
    {
      rows: ["accounts[].mode *", "accounts[].vpcId", "accounts[].subnetIds", "accounts[].s3EndpointId *", "network.dnsFirewall alert"],
      reason: existing,
    },
    { rows: ["accounts[].acceptedPaths rejected"], reason: "Environments have the same check, which an engine test shows." },
    {
      rows: ["environmentStack", "stage", "accounts", "accounts[].id"],
      reason: "All resources of an account are created or deleted: deployments and destroys show both.",
    },
  ],
};

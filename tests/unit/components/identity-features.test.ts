// Tests that roles have permissions for the endpoints of each network feature, because endpoints cost money.
import assert from "node:assert/strict";
import { environmentBoundary } from "@cloister/components/identity/boundary";
import { featurePermissions } from "@cloister/components/identity/feature-permissions";
import { roleOf, serviceRoles, userRoles } from "@cloister/components/identity/roles";
import { matchesWildcard } from "@cloister/components/aws/wildcard";
import { type EndpointName, type FeatureName, featureNames } from "@cloister/components/network/catalogue";
import { endpointKind, endpointsOf, featureOf } from "@cloister/components/network/endpoints";
import { actionsMatching, context, featureFacts, perimeter, roleInputs, strict, toList } from "../../helpers/iam";

/** Actions that calls through each endpoint need, at least one of them. Source: AWS PrivateLink guides of the services. */
const actionsThrough: Partial<Record<EndpointName, string[]>> = {
  "sagemaker-api": ["sagemaker:CreateTrainingJob", "sagemaker:CreateModel"],
  "sagemaker-runtime": ["sagemaker:InvokeEndpoint"],
  "sagemaker-studio": ["sagemaker:CreatePresignedDomainUrl"],
  "sagemaker-notebook": ["sagemaker:CreatePresignedNotebookInstanceUrl"],
  "sagemaker-featurestore-runtime": ["sagemaker:GetRecord", "sagemaker:PutRecord"],
  "sagemaker-metrics": ["sagemaker:BatchPutMetrics"],
  "sagemaker-experiments": ["sagemaker:CreatePresignedMlflowTrackingServerUrl"],
  logs: ["logs:PutLogEvents", "logs:GetLogEvents"],
  ssm: ["ssm:GetParameter"],
  "ecr-api": ["ecr:BatchGetImage"],
  "ecr-dkr": ["ecr:BatchGetImage"],
  monitoring: ["cloudwatch:PutMetricData", "cloudwatch:GetMetricData"],
  secretsmanager: ["secretsmanager:GetSecretValue"],
  codecommit: ["codecommit:GetRepository", "codecommit:ListBranches"],
  "git-codecommit": ["codecommit:GitPull", "codecommit:GitPush"],
  codeconnections: ["codeconnections:UseConnection"],
  "codeartifact-api": ["codeartifact:GetAuthorizationToken"],
  "codeartifact-repositories": ["codeartifact:ReadFromRepository"],
  glue: ["glue:GetTable"],
  athena: ["athena:StartQueryExecution"],
  lambda: ["lambda:InvokeFunction"],
  states: ["states:StartExecution"],
  "bedrock-runtime": ["bedrock:InvokeModel"],
};

/** Features without endpoints, and what their traffic needs instead of permissions. */
const withoutEndpoints: Partial<Record<FeatureName, string>> = {
  "os-packages": "package managers send unsigned requests to AWS-owned buckets",
  mirror: "the endpoint service decides who can read packages",
};

/** Whether a role of an environment with the feature can call an action: its policies and its permissions boundary allow it. */
function isAllowed(feature: FeatureName, action: string): boolean {
  const roles = [...serviceRoles, ...userRoles].flatMap((name) => roleOf(name).permissions(roleInputs));
  const boundary = environmentBoundary(context, "fraud-dev", strict, { ...perimeter, features: [feature] });
  const allows = (permissions: typeof boundary) =>
    permissions.some(
      ({ statement: { Effect, Action } }) => Effect === "Allow" && toList(Action).some((item) => matchesWildcard(item, action)),
    );
  return allows([...roles, ...featurePermissions(featureFacts, [feature])]) && allows(boundary);
}

describe("network features", () => {
  for (const feature of featureNames)
    for (const endpoint of endpointsOf(feature))
      it(`give roles permission to use the endpoint ${endpoint} of ${feature}`, () => {
        if (endpointKind(endpoint).withoutPermission !== undefined) return;
        const actions = actionsThrough[endpoint] ?? [];
        assert.ok(
          actions.some((action) => isAllowed(feature, action)),
          `no role can call ${actions.join(" or ") || "an action that this test knows"}`,
        );
      });

  it("have endpoints, or state why they need neither endpoints nor permissions", () =>
    assert.deepEqual(
      featureNames.filter((feature) => endpointsOf(feature).length === 0),
      Object.keys(withoutEndpoints),
    ));

  it("read AWS-owned buckets without a signature, with signed URLs, or with a permission", () => {
    for (const feature of featureNames.filter((name) => featureOf(name).awsObjects?.signedBy === "caller"))
      assert.ok(isAllowed(feature, "s3:GetObject"), feature);
  });

  it("need only actions that AWS has", async () => {
    for (const action of Object.values(actionsThrough).flat()) assert.equal((await actionsMatching(action)).length, 1, action);
  });
});

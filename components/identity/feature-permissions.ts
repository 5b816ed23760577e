// Defines the permissions for network features. Pure.
// Without permissions, the endpoints of a feature would cost money but be unusable.
import { type FeatureName } from "../network/catalogue";
import { arnsIn, type AwsContext } from "../aws/context";
import { type Permission, type Statement } from "../aws/policy-document";

export interface FeatureFacts extends AwsContext {
  environment: string;
  /** VPCs whose interface endpoints calls must use, `vpc-…`. */
  entranceVpcIds: string[];
}

interface FeaturePermission {
  /** Description in the documentation. */
  about: string;
  /** Actions that the permissions boundary must allow, as short patterns because IAM limits the size of policies. */
  atMost: string[];
  statement: (facts: FeatureFacts) => Omit<Statement, "Effect" | "Sid">;
}

const hasTag = ({ environment }: FeatureFacts) => ({ "aws:ResourceTag/cloister:environment": environment });
const throughEndpoints = ({ entranceVpcIds }: FeatureFacts) => ({ "aws:SourceVpc": entranceVpcIds });

/** Allows actions on resources of one AWS service that have the environment's tag. */
const onTagged = (about: string, service: string, resource: string, actions: string[], atMost = actions): FeaturePermission => ({
  about,
  atMost,
  statement: (facts) => ({ Action: actions, Resource: arnsIn(facts, service, resource), Condition: { StringEquals: hasTag(facts) } }),
});

/**
 * Permissions by feature and Sid. Resources that Cloister does not create, such as repositories and secrets, belong to
 * an environment if they have the environment's tag.
 */
const table: Partial<Record<FeatureName, Record<string, FeaturePermission>>> = {
  git: {
    UseGit: onTagged(
      "Pull from and push to the environment's CodeCommit repositories.",
      "codecommit",
      "*",
      ["codecommit:GitPull", "codecommit:GitPush"],
      ["codecommit:Git*"],
    ),
  },
  connections: {
    UseConnections: onTagged("Use the environment's connections to external repositories.", "codeconnections", "connection/*", [
      "codeconnections:UseConnection",
    ]),
  },
  secrets: {
    ReadSecrets: onTagged("Read the environment's secrets.", "secretsmanager", "secret:*", ["secretsmanager:GetSecretValue"]),
  },
  packages: {
    ReadPackages: {
      about: "Read packages from CodeArtifact in this account.",
      atMost: ["codeartifact:Get*", "codeartifact:Read*"],
      statement: (facts) => ({
        Action: ["codeartifact:GetAuthorizationToken", "codeartifact:GetRepositoryEndpoint", "codeartifact:ReadFromRepository"],
        Resource: arnsIn(facts, "codeartifact", "*"),
      }),
    },
    PackageToken: {
      about: "Get tokens for CodeArtifact.",
      atMost: ["sts:GetServiceBearerToken"],
      statement: () => ({
        Action: "sts:GetServiceBearerToken",
        Resource: "*",
        Condition: { StringEquals: { "sts:AWSServiceName": "codeartifact.amazonaws.com" } },
      }),
    },
  },
  analytics: {
    // Athena reads buckets from the AWS network on behalf of the caller, so calls must use the VPC endpoints.
    Query: {
      about: "Run Athena queries in the environment's workgroups, only through the environment's VPC endpoints.",
      atMost: ["athena:*Quer*"],
      statement: (facts) => ({
        Action: ["athena:GetQueryExecution", "athena:GetQueryResults", "athena:StartQueryExecution", "athena:StopQueryExecution"],
        Resource: arnsIn(facts, "athena", "workgroup/*"),
        Condition: { StringEquals: { ...hasTag(facts), ...throughEndpoints(facts) } },
      }),
    },
    ReadCatalogue: {
      about: "Read the account's Glue Data Catalog.",
      atMost: ["glue:Get*"],
      statement: (facts) => ({
        Action: ["glue:GetDatabase", "glue:GetDatabases", "glue:GetPartitions", "glue:GetTable", "glue:GetTables"],
        Resource: arnsIn(facts, "glue", "catalog", "database/*", "table/*"),
      }),
    },
  },
  features: {
    MakeFeatures: {
      about: "Create feature groups with the environment's tag.",
      atMost: [],
      statement: (facts) => ({
        Action: "sagemaker:CreateFeatureGroup",
        Resource: arnsIn(facts, "sagemaker", "feature-group/*"),
        Condition: { StringEquals: { "aws:RequestTag/cloister:environment": facts.environment } },
      }),
    },
    UseFeatures: {
      about:
        "Read and write records in the environment's feature groups, and update and delete these feature groups, only through the environment's VPC endpoints.",
      atMost: [],
      statement: (facts) => ({
        Action: ["sagemaker:DeleteFeatureGroup", "sagemaker:GetRecord", "sagemaker:PutRecord", "sagemaker:UpdateFeatureGroup"],
        Resource: arnsIn(facts, "sagemaker", "feature-group/*"),
        Condition: { StringEquals: { ...hasTag(facts), ...throughEndpoints(facts) } },
      }),
    },
  },
  workflows: {
    InvokeFunctions: onTagged("Invoke the environment's Lambda functions.", "lambda", "function:*", ["lambda:InvokeFunction"]),
    StartWorkflows: onTagged("Start the environment's state machines.", "states", "stateMachine:*", ["states:StartExecution"]),
  },
  bedrock: {
    AskFoundationModels: {
      about: "Invoke Bedrock foundation models, only through the environment's VPC endpoints.",
      atMost: ["bedrock:InvokeModel*"],
      statement: (facts) => ({
        Action: ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
        Resource: arnsIn({ ...facts, accountId: "" }, "bedrock", "foundation-model/*"),
        Condition: { StringEquals: throughEndpoints(facts) },
      }),
    },
  },
  jumpstart: {
    ReadJumpStart: {
      about: "Read JumpStart models.",
      atMost: [],
      statement: ({ partition, region }) => ({
        Action: ["s3:GetObject", "s3:ListBucket"],
        Resource: ["", "/*"].map((objects) => `arn:${partition}:s3:::jumpstart-cache-prod-${region}${objects}`),
      }),
    },
  },
};

const permissionsOf = (features: readonly FeatureName[]) => features.flatMap((feature) => Object.entries(table[feature] ?? {}));

/** Features that require permissions. */
export const featuresWithPermissions = Object.keys(table) as FeatureName[];

/** Permissions for features, granted to the roles that use the features. */
export const featurePermissions = (facts: FeatureFacts, features: readonly FeatureName[]): Permission[] =>
  permissionsOf(features).map(([Sid, { about, statement }]) => ({ about, statement: { Sid, Effect: "Allow", ...statement(facts) } }));

export const hasPermissions = (features: readonly FeatureName[]) => permissionsOf(features).length > 0;

/** Actions that a permissions boundary must allow for features. */
export const featureActions = (features: readonly FeatureName[]): string[] => permissionsOf(features).flatMap(([, { atMost }]) => atMost);

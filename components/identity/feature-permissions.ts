// Permissions of the network features. Without them, the endpoint of a feature would cost money and be useless. Pure.
import { type FeatureName } from "../network/catalogue";
import { arnsIn, type AwsContext } from "../aws/context";
import { type Permission, type Statement } from "../aws/policy-document";

export interface FeatureFacts extends AwsContext {
  environment: string;
  /** VPCs whose endpoints calls must use, `vpc-…`. */
  entranceVpcIds: string[];
}

interface FeaturePermission {
  /** Description in the documentation. */
  about: string;
  /** What the permissions boundary must allow: short, because its size is limited. */
  atMost: string[];
  statement: (facts: FeatureFacts) => Omit<Statement, "Effect" | "Sid">;
}

const hasTag = ({ environment }: FeatureFacts) => ({ "aws:ResourceTag/cloister:environment": environment });
const throughEndpoints = ({ entranceVpcIds }: FeatureFacts) => ({ "aws:SourceVpc": entranceVpcIds });

/** Actions on resources of one service with the tag of the environment. */
const onTagged = (about: string, service: string, resource: string, actions: string[], atMost = actions): FeaturePermission => ({
  about,
  atMost,
  statement: (facts) => ({ Action: actions, Resource: arnsIn(facts, service, resource), Condition: { StringEquals: hasTag(facts) } }),
});

/** By feature and Sid. Resources that Cloister does not create, such as repositories and secrets, belong to the environment if they have its tag. */
const table: Partial<Record<FeatureName, Record<string, FeaturePermission>>> = {
  git: {
    UseGit: onTagged(
      "Pull from and push to CodeCommit repositories of the environment.",
      "codecommit",
      "*",
      ["codecommit:GitPull", "codecommit:GitPush"],
      ["codecommit:Git*"],
    ),
  },
  connections: {
    UseConnections: onTagged("Use connections of the environment to external repositories.", "codeconnections", "connection/*", [
      "codeconnections:UseConnection",
    ]),
  },
  secrets: {
    ReadSecrets: onTagged("Read secrets of the environment.", "secretsmanager", "secret:*", ["secretsmanager:GetSecretValue"]),
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
    // Athena reads buckets for its caller from its own network, so calls must use the VPC endpoints.
    Query: {
      about: "Query with Athena in workgroups of the environment, only through its VPC endpoints.",
      atMost: ["athena:*Quer*"],
      statement: (facts) => ({
        Action: ["athena:GetQueryExecution", "athena:GetQueryResults", "athena:StartQueryExecution", "athena:StopQueryExecution"],
        Resource: arnsIn(facts, "athena", "workgroup/*"),
        Condition: { StringEquals: { ...hasTag(facts), ...throughEndpoints(facts) } },
      }),
    },
    ReadCatalogue: {
      about: "Read the Glue data catalog of the account.",
      atMost: ["glue:Get*"],
      statement: (facts) => ({
        Action: ["glue:GetDatabase", "glue:GetDatabases", "glue:GetPartitions", "glue:GetTable", "glue:GetTables"],
        Resource: arnsIn(facts, "glue", "catalog", "database/*", "table/*"),
      }),
    },
  },
  features: {
    MakeFeatures: {
      about: "Create feature groups with the tag of the environment.",
      atMost: [],
      statement: (facts) => ({
        Action: "sagemaker:CreateFeatureGroup",
        Resource: arnsIn(facts, "sagemaker", "feature-group/*"),
        Condition: { StringEquals: { "aws:RequestTag/cloister:environment": facts.environment } },
      }),
    },
    UseFeatures: {
      about: "Read and write records of these groups, update and delete the groups, only through the VPC endpoints of the environment.",
      atMost: [],
      statement: (facts) => ({
        Action: ["sagemaker:DeleteFeatureGroup", "sagemaker:GetRecord", "sagemaker:PutRecord", "sagemaker:UpdateFeatureGroup"],
        Resource: arnsIn(facts, "sagemaker", "feature-group/*"),
        Condition: { StringEquals: { ...hasTag(facts), ...throughEndpoints(facts) } },
      }),
    },
  },
  workflows: {
    InvokeFunctions: onTagged("Invoke Lambda functions of the environment.", "lambda", "function:*", ["lambda:InvokeFunction"]),
    StartWorkflows: onTagged("Start state machines of the environment.", "states", "stateMachine:*", ["states:StartExecution"]),
  },
  bedrock: {
    AskFoundationModels: {
      about: "Invoke Bedrock foundation models, only through the VPC endpoints of the environment.",
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

/** Features that have permissions. */
export const featuresWithPermissions = Object.keys(table) as FeatureName[];

/** Permissions of features, for the roles that use them. */
export const featurePermissions = (facts: FeatureFacts, features: readonly FeatureName[]): Permission[] =>
  permissionsOf(features).map(([Sid, { about, statement }]) => ({ about, statement: { Sid, Effect: "Allow", ...statement(facts) } }));

export const hasPermissions = (features: readonly FeatureName[]) => permissionsOf(features).length > 0;

/** What a permissions boundary must allow for features. */
export const featureActions = (features: readonly FeatureName[]): string[] => permissionsOf(features).flatMap(([, { atMost }]) => atMost);

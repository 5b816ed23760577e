// What else work may do, by what the network is for: an endpoint without a right would cost and open nothing. Pure.
import { type FeatureName } from "../network/catalogue";
import { arnsIn, type AwsContext } from "../aws/context";
import { type Permission, type Statement } from "../aws/policy-document";

export interface FeatureFacts extends AwsContext {
  environment: string;
  /** VPCs through whose endpoints calls come, `vpc-…`. */
  entranceVpcIds: string[];
}

interface FeaturePermission {
  /** In words, for the documentation. */
  about: string;
  /** What the boundary has to let through; short, for IAM counts the characters of all of it. */
  atMost: string[];
  statement: (facts: FeatureFacts) => Omit<Statement, "Effect" | "Sid">;
}

const tagged = ({ environment }: FeatureFacts) => ({ "aws:ResourceTag/cloister:environment": environment });
const inside = ({ entranceVpcIds }: FeatureFacts) => ({ "aws:SourceVpc": entranceVpcIds });

/** On things of one service that carry the environment's tag. */
const ofOwn = (about: string, service: string, resource: string, actions: string[], atMost = actions): FeaturePermission => ({
  about,
  atMost,
  statement: (facts) => ({ Action: actions, Resource: arnsIn(facts, service, resource), Condition: { StringEquals: tagged(facts) } }),
});

/** By statement id. What others own, such as repositories and secrets, is the environment's when it carries its tag. */
const table: Partial<Record<FeatureName, Record<string, FeaturePermission>>> = {
  git: {
    UseGit: ofOwn(
      "Pull from and push to the environment's CodeCommit repositories.",
      "codecommit",
      "*",
      ["codecommit:GitPull", "codecommit:GitPush"],
      ["codecommit:Git*"],
    ),
  },
  connections: {
    UseConnections: ofOwn("Use the environment's connections to repositories elsewhere.", "codeconnections", "connection/*", [
      "codeconnections:UseConnection",
    ]),
  },
  secrets: {
    ReadSecrets: ofOwn("Read the environment's secrets.", "secretsmanager", "secret:*", ["secretsmanager:GetSecretValue"]),
  },
  packages: {
    ReadPackages: {
      about: "Read packages of the account's CodeArtifact.",
      atMost: ["codeartifact:Get*", "codeartifact:Read*"],
      statement: (facts) => ({
        Action: ["codeartifact:GetAuthorizationToken", "codeartifact:GetRepositoryEndpoint", "codeartifact:ReadFromRepository"],
        Resource: arnsIn(facts, "codeartifact", "*"),
      }),
    },
    PackageToken: {
      about: "Get the token that goes with that.",
      atMost: ["sts:GetServiceBearerToken"],
      statement: () => ({
        Action: "sts:GetServiceBearerToken",
        Resource: "*",
        Condition: { StringEquals: { "sts:AWSServiceName": "codeartifact.amazonaws.com" } },
      }),
    },
  },
  analytics: {
    // Athena reads buckets for whoever asks it, from a network of its own: so it is asked from inside only.
    Query: {
      about: "Query by Athena, in the environment's workgroups, through the environment's endpoints only.",
      atMost: ["athena:*Quer*"],
      statement: (facts) => ({
        Action: ["athena:GetQueryExecution", "athena:GetQueryResults", "athena:StartQueryExecution", "athena:StopQueryExecution"],
        Resource: arnsIn(facts, "athena", "workgroup/*"),
        Condition: { StringEquals: { ...tagged(facts), ...inside(facts) } },
      }),
    },
    ReadCatalogue: {
      about: "Read the account's data catalogue.",
      atMost: ["glue:Get*"],
      statement: (facts) => ({
        Action: ["glue:GetDatabase", "glue:GetDatabases", "glue:GetPartitions", "glue:GetTable", "glue:GetTables"],
        Resource: arnsIn(facts, "glue", "catalog", "database/*", "table/*"),
      }),
    },
  },
  features: {
    MakeFeatures: {
      about: "Make groups of features, tagged as the environment's.",
      atMost: [],
      statement: (facts) => ({
        Action: "sagemaker:CreateFeatureGroup",
        Resource: arnsIn(facts, "sagemaker", "feature-group/*"),
        Condition: { StringEquals: { "aws:RequestTag/cloister:environment": facts.environment } },
      }),
    },
    UseFeatures: {
      about: "Read, write and delete features of these, through the environment's endpoints only.",
      atMost: [],
      statement: (facts) => ({
        Action: ["sagemaker:DeleteFeatureGroup", "sagemaker:GetRecord", "sagemaker:PutRecord", "sagemaker:UpdateFeatureGroup"],
        Resource: arnsIn(facts, "sagemaker", "feature-group/*"),
        Condition: { StringEquals: { ...tagged(facts), ...inside(facts) } },
      }),
    },
  },
  workflows: {
    InvokeFunctions: ofOwn("Invoke the environment's functions.", "lambda", "function:*", ["lambda:InvokeFunction"]),
    StartWorkflows: ofOwn("Start the environment's state machines.", "states", "stateMachine:*", ["states:StartExecution"]),
  },
  bedrock: {
    AskFoundationModels: {
      about: "Ask foundation models of Bedrock, through the environment's endpoints only.",
      atMost: ["bedrock:InvokeModel*"],
      statement: (facts) => ({
        Action: ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
        Resource: arnsIn({ ...facts, accountId: "" }, "bedrock", "foundation-model/*"),
        Condition: { StringEquals: inside(facts) },
      }),
    },
  },
  jumpstart: {
    ReadJumpStart: {
      about: "Read models of JumpStart.",
      atMost: [],
      statement: ({ partition, region }) => ({
        Action: ["s3:GetObject", "s3:ListBucket"],
        Resource: ["", "/*"].map((objects) => `arn:${partition}:s3:::jumpstart-cache-prod-${region}${objects}`),
      }),
    },
  },
};

const permissionsOf = (features: readonly FeatureName[]) => features.flatMap((feature) => Object.entries(table[feature] ?? {}));

/** Features that come with rights. */
export const featuresWithPermissions = Object.keys(table) as FeatureName[];

/** What the features of a network let work do. */
export const featurePermissions = (facts: FeatureFacts, features: readonly FeatureName[]): Permission[] =>
  permissionsOf(features).map(([Sid, { about, statement }]) => ({ about, statement: { Sid, Effect: "Allow", ...statement(facts) } }));

export const havePermissions = (features: readonly FeatureName[]) => permissionsOf(features).length > 0;

/** What a boundary has to let through for that. */
export const featureActions = (features: readonly FeatureName[]): string[] => permissionsOf(features).flatMap(([, { atMost }]) => atMost);

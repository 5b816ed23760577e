// Defines the permissions for network features. Pure.
// Without permissions, the endpoints of a feature would cost money but be unusable.
import { type FeatureName } from "../network/catalogue";
import { arnsIn, type AwsContext } from "../aws/context";
import { type Permission, type Statement } from "../aws/policy-document";
import { type FeatureSettings } from "./settings";
import { requestTag } from "./permissions/permission";

export interface FeatureFacts extends AwsContext {
  environment: string;
  /** Tags of the environment's resources. */
  tags: Record<string, string>;
  /** VPCs whose interface endpoints calls must use, `vpc-…`. */
  entranceVpcIds: string[];
  /** Repositories of external providers that workloads can push to, `owner/name`. */
  writableRepositories: string[];
  /** Names of Glue databases that workloads can read, or patterns such as `fraud_dev_*`. */
  glueDatabases: string[];
  /** CodeArtifact repository of the mirror of core, `arn:…:repository/…`. Default: no mirror in CodeArtifact. */
  mirrorRepositoryArn?: string | undefined;
}

/** The facts that settings decide. Glue names contain underscores, because Athena quotes names with dashes. */
export function featureFactsOf(environment: string, { writableRepositories, glueDatabases, mirrorRepositoryArn }: FeatureSettings) {
  const name = environment.replaceAll("-", "_");
  return { writableRepositories, glueDatabases: glueDatabases ?? [name], mirrorRepositoryArn };
}

type FeatureStatement = Omit<Statement, "Effect" | "Sid">;

interface FeaturePermission {
  /** Description in the documentation. */
  about: string;
  /** Actions that the permissions boundary must allow, as short patterns because IAM limits the size of policies. */
  atMost: string[];
  /** Undefined if the settings require no permission. */
  statement: (facts: FeatureFacts) => FeatureStatement | undefined;
  /** The AWS service that makes the call for the caller. Such a call does not use a VPC endpoint of the caller. */
  calledBy?: string;
}

const hasTag = ({ environment }: FeatureFacts) => ({ "aws:ResourceTag/cloister:environment": environment });

/** Allows actions on resources of one AWS service that have the environment's tag. */
const onTagged = (about: string, service: string, resource: string, actions: string[], atMost = actions): FeaturePermission => ({
  about,
  atMost,
  statement: (facts) => ({ Action: actions, Resource: arnsIn(facts, service, resource), Condition: { StringEquals: hasTag(facts) } }),
});

const catalogueActions = ["glue:GetDatabase", "glue:GetPartitions", "glue:GetTable", "glue:GetTables"];
const catalogueResources = (facts: FeatureFacts) =>
  arnsIn(facts, "glue", "catalog", ...facts.glueDatabases.flatMap((name) => [`database/${name}`, `table/${name}/*`]));

const readPackages = ["codeartifact:GetRepositoryEndpoint", "codeartifact:ReadFromRepository"];

/**
 * Permissions by feature and Sid. Every statement requires the environment's VPC endpoints, unless `calledBy` is set.
 * Resources that Cloister does not create, such as repositories and secrets, belong to an environment if they have the
 * environment's tag.
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
    // Source: AWS Developer Tools console user guide, "Permissions for using connections".
    ReadConnections: {
      about: "Read external repositories through the environment's connections.",
      atMost: ["codeconnections:UseConnection"],
      statement: (facts) => ({
        Action: "codeconnections:UseConnection",
        Resource: arnsIn(facts, "codeconnections", "connection/*"),
        Condition: { StringEquals: { ...hasTag(facts), "codeconnections:ProviderPermissionsRequired": "read_only" } },
      }),
    },
    WriteConnections: {
      about: "Write to the external repositories that `network.writableRepositories` lists, through the environment's connections.",
      atMost: [],
      statement: (facts) =>
        facts.writableRepositories.length === 0
          ? undefined
          : {
              Action: "codeconnections:UseConnection",
              Resource: arnsIn(facts, "codeconnections", "connection/*"),
              Condition: { StringEquals: { ...hasTag(facts), "codeconnections:FullRepositoryId": facts.writableRepositories } },
            },
    },
  },
  secrets: {
    ReadSecrets: onTagged("Read the environment's secrets.", "secretsmanager", "secret:*", ["secretsmanager:GetSecretValue"]),
  },
  packages: {
    // A repository can request packages from a public registry, which receives the names of the packages.
    ReadPackages: onTagged(
      "Read packages from the environment's CodeArtifact repositories.",
      "codeartifact",
      "repository/*",
      readPackages,
      ["codeartifact:Get*", "codeartifact:Read*"],
    ),
    // Environments share the repository of core, so the repository has no tag of an environment.
    ReadMirror: {
      about: "Read approved packages from the CodeArtifact repository of core.",
      atMost: [],
      statement: ({ mirrorRepositoryArn }) =>
        mirrorRepositoryArn === undefined ? undefined : { Action: readPackages, Resource: mirrorRepositoryArn },
    },
    PackageToken: {
      about: "Get tokens for the account's CodeArtifact domains.",
      atMost: [],
      statement: (facts) => ({ Action: "codeartifact:GetAuthorizationToken", Resource: arnsIn(facts, "codeartifact", "domain/*") }),
    },
    // The token requires `codeartifact:GetAuthorizationToken`, and every read with the token requires the VPC endpoints.
    // Source: AWS IAM "Service bearer tokens".
    BearerToken: {
      about: "Allow CodeArtifact to create these tokens.",
      atMost: ["sts:GetServiceBearerToken"],
      calledBy: "codeartifact.amazonaws.com",
      statement: () => ({
        Action: "sts:GetServiceBearerToken",
        Resource: "*",
        Condition: { StringEquals: { "sts:AWSServiceName": "codeartifact.amazonaws.com" } },
      }),
    },
  },
  analytics: {
    // Athena reads buckets from the AWS network on behalf of the caller, with the permissions of the caller.
    Query: onTagged(
      "Run Athena queries in the environment's workgroups.",
      "athena",
      "workgroup/*",
      ["athena:GetQueryExecution", "athena:GetQueryResults", "athena:StartQueryExecution", "athena:StopQueryExecution"],
      ["athena:*Quer*"],
    ),
    ReadCatalogue: {
      about: "Read the Glue databases that `network.glueDatabases` lists, and their tables.",
      atMost: catalogueActions,
      statement: (facts) => ({ Action: catalogueActions, Resource: catalogueResources(facts) }),
    },
    // Source: AWS IAM "Forward access sessions"; AWS global condition keys, `aws:CalledVia`.
    QueryCatalogue: {
      about: "Allow Athena queries to read the same Glue databases.",
      atMost: [],
      calledBy: "athena.amazonaws.com",
      statement: (facts) => ({
        Action: catalogueActions,
        Resource: catalogueResources(facts),
        Condition: { "ForAnyValue:StringEquals": { "aws:CalledVia": "athena.amazonaws.com" } },
      }),
    },
  },
  features: {
    // SageMaker writes offline stores from its own network, which the bucket policies deny.
    MakeFeatures: {
      about: "Create feature groups with the environment's tag and without an offline store.",
      atMost: ["sagemaker:*teFeatureGroup"],
      statement: (facts) => ({
        Action: "sagemaker:CreateFeatureGroup",
        Resource: arnsIn(facts, "sagemaker", "feature-group/*"),
        Condition: { ...requestTag(facts), Null: { "sagemaker:FeatureGroupOfflineStoreConfig": "true" } },
      }),
    },
    UseFeatures: onTagged(
      "Read and write records in the environment's feature groups, and update and delete these feature groups.",
      "sagemaker",
      "feature-group/*",
      ["sagemaker:DeleteFeatureGroup", "sagemaker:GetRecord", "sagemaker:PutRecord", "sagemaker:UpdateFeatureGroup"],
      ["sagemaker:*Record"],
    ),
  },
  workflows: {
    InvokeFunctions: onTagged("Invoke the environment's Lambda functions.", "lambda", "function:*", ["lambda:InvokeFunction"]),
    StartWorkflows: onTagged("Start the environment's state machines.", "states", "stateMachine:*", ["states:StartExecution"]),
  },
  bedrock: {
    AskFoundationModels: {
      about: "Invoke Bedrock foundation models of this region.",
      atMost: ["bedrock:InvokeModel*"],
      statement: (facts) => ({
        Action: ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
        Resource: arnsIn({ ...facts, accountId: "" }, "bedrock", "foundation-model/*"),
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

/** The statement, allowed only through the environment's VPC endpoints. */
const throughEndpoints = (statement: FeatureStatement, { entranceVpcIds }: FeatureFacts): FeatureStatement => ({
  ...statement,
  Condition: { ...statement.Condition, StringEquals: { ...statement.Condition?.StringEquals, "aws:SourceVpc": entranceVpcIds } },
});

/** Features that require permissions. */
export const featuresWithPermissions = Object.keys(table) as FeatureName[];

/** Permissions for features, granted to the roles that use the features. */
export const featurePermissions = (facts: FeatureFacts, features: readonly FeatureName[]): Permission[] =>
  permissionsOf(features).flatMap(([Sid, { about, statement: statementOf, calledBy }]) => {
    const statement = statementOf(facts);
    if (statement === undefined) return [];
    return [{ about, statement: { Sid, Effect: "Allow", ...(calledBy === undefined ? throughEndpoints(statement, facts) : statement) } }];
  });

export const hasPermissions = (features: readonly FeatureName[]) => permissionsOf(features).length > 0;

/** Actions that a permissions boundary must allow for features. */
export const featureActions = (features: readonly FeatureName[]): string[] => permissionsOf(features).flatMap(([, { atMost }]) => atMost);

// Permissions of the network features: only for enabled features, only on the environment's resources, and only
// through the environment's VPC endpoints.
import { serviceRoles, userRoles } from "@cloister/components/identity/roles";
import { type Attacker, type Context, omit, type Row, type RowKit } from "../row-kit";

/** A repository that the settings list in `network.writableRepositories`, if the network has the feature. */
export const writableRepository = "bank/fraud";

/** The roles that use features. */
const users = ["execution", "notebook"];
const tag = "aws:ResourceTag/cloister:environment";

interface Attempt {
  it: string;
  change: Context;
  /** Default: the resource of the allowed request. */
  resource?: string;
  attack?: [by: Attacker, tries: string];
}

interface Call {
  feature: string;
  /** Title, such as `reads a secret`. */
  does: string;
  action: string;
  resource: string;
  /** Condition keys of the request, besides the network. */
  context: Context;
  /** Keys that the request must have. Default: all keys of `context`. */
  needs?: string[];
  /** AWS makes the call for the caller, without a VPC endpoint of the caller. */
  byService?: true;
  /** The attack that the call would allow, for the attack log. */
  leaks?: string;
  /** Further requests that are denied. */
  denied?: Attempt[];
  /** Claim that the allowed request proves. */
  proves?: string;
  more?: Partial<Row>;
}

const callsOf = ({ ids, arn, ownTag, requestTag }: RowKit): Call[] => {
  const codeConnection = { resource: arn("codeconnections", "connection/x"), action: "codeconnections:UseConnection" };
  const provider = (permissions: string, action: string, repository: string): Context => ({
    ...ownTag,
    "codeconnections:ProviderPermissionsRequired": permissions,
    "codeconnections:ProviderAction": action,
    "codeconnections:FullRepositoryId": repository,
  });
  const glue = (database: string) => arn("glue", `table/${database}/rows`);
  const ownDatabase = ids.environment.replaceAll("-", "_");
  const viaAthena: Context = { "aws:CalledVia": ["athena.amazonaws.com"], "aws:ViaAWSService": "true" };
  const group = arn("sagemaker", "feature-group/x");
  const onlineOnly: Context = {
    ...requestTag,
    "sagemaker:FeatureGroupEnableOnlineStore": "true",
    "sagemaker:FeatureGroupOnlineStoreKmsKeyArn": ids.dataKeyArn,
  };
  return [
    {
      feature: "git",
      does: "pushes to a CodeCommit repository",
      action: "codecommit:GitPush",
      resource: arn("codecommit", "fraud"),
      context: ownTag,
      leaks: "pushes data to a repository that others read",
      proves: "W19",
    },
    {
      feature: "git",
      does: "pulls from a CodeCommit repository",
      action: "codecommit:GitPull",
      resource: arn("codecommit", "fraud"),
      context: ownTag,
      leaks: "pulls what was pushed from inside",
    },
    {
      feature: "connections",
      does: "pulls from an external repository",
      ...codeConnection,
      context: provider("read_only", "GitPull", "anybody/public"),
      needs: [tag, "codeconnections:ProviderPermissionsRequired"],
      denied: [
        {
          it: "pushes to an external repository that the settings do not list",
          change: provider("read_write", "GitPush", "stranger/loot"),
          attack: ["malicious package", "pushes data to a repository of a stranger"],
        },
        {
          it: "creates an external repository",
          change: provider("read_write", "CreateRepository", "stranger/loot"),
          attack: ["insider", "creates a repository for data"],
        },
      ],
    },
    {
      feature: "connections",
      does: "pushes to an external repository that the settings list",
      ...codeConnection,
      context: provider("read_write", "GitPush", writableRepository),
      needs: [tag, "codeconnections:FullRepositoryId"],
      leaks: "pushes data to an external repository",
      denied: [
        { it: "pushes to a repository with a similar name", change: provider("read_write", "GitPush", `${writableRepository}-2`) },
        { it: "pushes to a repository of another owner", change: provider("read_write", "GitPush", `x${writableRepository}`) },
      ],
    },
    {
      feature: "secrets",
      does: "reads a secret",
      action: "secretsmanager:GetSecretValue",
      resource: arn("secretsmanager", "secret:x"),
      context: ownTag,
      leaks: "reads a secret",
    },
    ...["GetRepositoryEndpoint", "ReadFromRepository"].map((name) => ({
      feature: "packages",
      does: `reads packages: ${name}`,
      action: `codeartifact:${name}`,
      resource: arn("codeartifact", "repository/bank/pypi"),
      context: ownTag,
      leaks: "requests packages whose names are data",
    })),
    {
      feature: "packages",
      does: "gets a token for packages",
      action: "codeartifact:GetAuthorizationToken",
      resource: arn("codeartifact", "domain/bank"),
      context: {},
      leaks: "gets a token for packages",
    },
    {
      feature: "packages",
      does: "lets CodeArtifact create a token",
      action: "sts:GetServiceBearerToken",
      resource: "*",
      context: { "sts:AWSServiceName": "codeartifact.amazonaws.com" },
      byService: true,
      denied: [{ it: "lets another service create a token", change: { "sts:AWSServiceName": "ecr-public.amazonaws.com" } }],
    },
    ...["StartQueryExecution", "GetQueryResults", "GetQueryExecution"].map((name) => ({
      feature: "analytics",
      does: `runs queries: ${name}`,
      action: `athena:${name}`,
      resource: arn("athena", "workgroup/fraud"),
      context: ownTag,
      leaks: "queries data and reads the results",
    })),
    {
      feature: "analytics",
      does: "reads a table of its Glue databases",
      action: "glue:GetTable",
      resource: glue(ownDatabase),
      context: {},
      leaks: "reads the descriptions of tables",
      denied: [
        { it: "reads a table of another database", change: {}, resource: glue("payments") },
        { it: "reads a table of a database with a similar name", change: {}, resource: glue(`${ownDatabase}_2`) },
      ],
    },
    {
      feature: "analytics",
      does: "queries a table of its Glue databases",
      action: "glue:GetTable",
      resource: glue(ownDatabase),
      context: viaAthena,
      needs: ["aws:CalledVia"],
      byService: true,
      denied: [{ it: "reads its Glue databases through another service", change: { "aws:CalledVia": ["cloudformation.amazonaws.com"] } }],
    },
    {
      feature: "features",
      does: "creates a feature group",
      action: "sagemaker:CreateFeatureGroup",
      resource: group,
      context: onlineOnly,
      needs: Object.keys(requestTag),
      leaks: "writes data into the names of features",
      denied: [
        {
          it: "creates a feature group with an offline store in a bucket of another account",
          change: {
            "sagemaker:FeatureGroupOfflineStoreConfig": "true",
            "sagemaker:FeatureGroupOfflineStoreS3Uri": "s3://foreign-bucket/x",
            "sagemaker:FeatureGroupOfflineStoreKmsKeyArn": ids.dataKeyArn,
          },
          attack: ["insider", "writes features into a bucket of another account"],
        },
        { it: "creates a feature group with another environment's tag", change: { "aws:RequestTag/cloister:environment": "other-dev" } },
      ],
    },
    ...["GetRecord", "PutRecord", "UpdateFeatureGroup", "DeleteFeatureGroup"].map((name) => ({
      feature: "features",
      does: `uses a feature group: ${name}`,
      action: `sagemaker:${name}`,
      resource: group,
      context: ownTag,
      leaks: "reads and writes records of features",
    })),
    {
      feature: "workflows",
      does: "invokes a function",
      action: "lambda:InvokeFunction",
      resource: arn("lambda", "function:x"),
      context: ownTag,
      leaks: "sends data to a function",
    },
    {
      feature: "workflows",
      does: "starts a state machine",
      action: "states:StartExecution",
      resource: arn("states", "stateMachine:x"),
      context: ownTag,
      leaks: "sends data to a state machine",
    },
    ...["InvokeModel", "InvokeModelWithResponseStream"].map((name) => ({
      feature: "bedrock",
      does: `invokes a foundation model: ${name}`,
      action: `bedrock:${name}`,
      resource: `arn:aws:bedrock:${ids.region}::foundation-model/x`,
      context: {},
      leaks: "sends data to a foundation model",
      more: { owner: ids.accountId },
    })),
    ...["GetObject", "ListBucket"].map((name) => ({
      feature: "jumpstart",
      does: `reads JumpStart models: ${name}`,
      action: `s3:${name}`,
      resource: `arn:aws:s3:::jumpstart-cache-prod-${ids.region}${name === "GetObject" ? "/x" : ""}`,
      context: {},
      leaks: "requests objects whose names are data",
    })),
  ];
};

/** Requests that differ from an allowed request by one property. */
function attemptsOf(call: Call, { elsewhere, otherEnvironmentTag, inside }: RowKit): Attempt[] {
  const { byService, context, needs = Object.keys(context), leaks, denied = [] } = call;
  const network = byService ? {} : inside;
  const steals = leaks === undefined ? {} : { attack: ["stolen session", leaks] as [Attacker, string] };
  return [
    ...(byService
      ? []
      : [
          { it: "from outside", change: omit(context), attack: steals.attack },
          { it: "from another network", change: { ...context, ...elsewhere } },
        ]),
    ...needs.map((key) => ({ it: `without ${key}`, change: { ...omit(context, key), ...network } })),
    ...(tag in context ? [{ it: "in another environment", change: { ...context, ...network, ...otherEnvironmentTag } }] : []),
    ...denied.map(({ change, ...attempt }) => ({ ...attempt, change: { ...context, ...network, ...change } })),
  ];
}

/** Requests about features. */
export function featureRows(kit: RowKit): Row[] {
  const { ids, row, inside } = kit;
  return callsOf(kit).flatMap((call) => {
    const { feature, does, action, resource, context, byService, proves, more } = call;
    const has = ids.features.includes(feature);
    const given = byService ? context : { ...inside, ...context };
    return [
      ...users.flatMap((caller) => [
        row(caller, `${does}, with the feature ${feature}`, has ? "allowed" : "denied", action, resource, given, {
          ...more,
          ...(has && { proves }),
        }),
        ...(has ? attemptsOf(call, kit) : []).map(({ it, change, attack, resource: other = resource }) =>
          row(caller, `${does}: ${it}`, "denied", action, other, change, {
            ...more,
            ...(attack && { attack: { by: attack[0], tries: attack[1] } }),
          }),
        ),
      ]),
      ...[...serviceRoles, ...userRoles]
        .filter((caller) => !users.includes(caller))
        .map((caller) => row(caller, `${does}, with the feature ${feature}`, "denied", action, resource, given, more)),
    ];
  });
}

// From features to endpoints: which there are, what they are called, and what their policies say. Pure.
import { type EndpointKind, endpointKinds, endpointNames, type EndpointName, type Feature, type FeatureName, features } from "./catalogue";

const kindOf = (name: EndpointName): EndpointKind => endpointKinds[name];
const featureOf = (name: FeatureName): Feature => features[name];

/** `amazonaws.com`, in China `amazonaws.com.cn`. */
const suffixOf = (partition: string) => (partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com");

/** A name of the catalogue in a region. */
const placed = (name: string, region: string, partition: string) =>
  name.replaceAll("<region>", region).replaceAll("<suffix>", suffixOf(partition));

export interface EndpointChoice {
  features: readonly FeatureName[];
  /** Endpoints besides those of the features. */
  add?: readonly EndpointName[];
  /** Endpoints that are left out. */
  omit?: readonly EndpointName[];
}

/** The endpoints of some features, in the order of the catalogue, and which of those left out a feature can't do without. */
export function planEndpoints({ features: chosen, add = [], omit = [] }: EndpointChoice): {
  names: EndpointName[];
  missed: { endpoint: EndpointName; feature: FeatureName }[];
} {
  const asked = new Set<EndpointName>([
    ...chosen.flatMap((feature) => [...featureOf(feature).needs, ...(featureOf(feature).uses ?? [])]),
    ...add,
  ]);
  return {
    names: endpointNames.filter((name) => asked.has(name) && !omit.includes(name)),
    missed: chosen.flatMap((feature) =>
      featureOf(feature)
        .needs.filter((endpoint) => omit.includes(endpoint))
        .map((endpoint) => ({ endpoint, feature })),
    ),
  };
}

/** `com.amazonaws.eu-central-1.sts`, `aws.sagemaker.eu-central-1.studio`. In China some services have a name of another form: all that it can be, the usual one first. */
export function serviceNames(name: EndpointName, region: string, partition: string): string[] {
  const usual = kindOf(name).service.replaceAll("<region>", region);
  return partition === "aws-cn" && usual.startsWith("com.amazonaws.") ? [usual, `cn.${usual}`] : [usual];
}

/** Name of a package mirror: the one that is set, or one that stays the same whatever its endpoint is called. Nothing without a mirror. */
export const mirrorHostOf = (name: string, { mirrorServiceName, mirrorHost }: { mirrorServiceName?: string; mirrorHost?: string }) =>
  mirrorServiceName && (mirrorHost ?? `packages.${name}.cloister.internal`);

/** Names that have to be resolved inside: those of the endpoints and features, S3's, those of the VPC's own interfaces and file systems, and those that are added. */
export function domainsOf(args: {
  endpoints: readonly EndpointName[];
  features?: readonly FeatureName[];
  region: string;
  partition: string;
  extra?: readonly string[];
}): string[] {
  const { endpoints, features: chosen = [], region, partition, extra = [] } = args;
  const own = [
    ...endpoints.flatMap((name) => kindOf(name).domains),
    ...chosen.flatMap((name) => featureOf(name).domains ?? []),
    "s3.<region>.<suffix>",
    "*.s3.<region>.<suffix>",
    "*.efs.<region>.<suffix>",
    region === "us-east-1" ? "*.ec2.internal" : "*.<region>.compute.internal",
  ].map((domain) => placed(domain, region, partition));
  return [...new Set([...own, ...extra])].sort();
}

/** Names that an endpoint answers, as a private hosted zone has them: the name itself, names below it, or both. */
export interface Zone {
  endpoint: EndpointName;
  domain: string;
  records: ("" | "*.")[];
}

/** The zones that answer for endpoints where their own private DNS does not reach. */
export function zonesOf(endpoints: readonly EndpointName[], region: string, partition: string): Zone[] {
  return endpoints.flatMap((endpoint) => {
    const names = kindOf(endpoint).domains.map((name) => placed(name, region, partition));
    const domains = [...new Set(names.map((name) => name.replace(/^\*\./, "")))];
    return domains.map((domain) => ({
      endpoint,
      domain,
      records: (["", "*."] as const).filter((prefix) => names.includes(`${prefix}${domain}`)),
    }));
  });
}

/** Whose principals and resources get through endpoints: those of an organization if it is given, else those of the accounts. */
export interface Ownership {
  /** Twelve digits each. */
  accountIds: string[];
  /** `o-…` */
  organizationId?: string;
}

const principals = ({ accountIds, organizationId }: Ownership) =>
  organizationId ? { "aws:PrincipalOrgID": organizationId } : { "aws:PrincipalAccount": accountIds };
const resources = ({ accountIds, organizationId }: Ownership) =>
  organizationId ? { "aws:ResourceOrgID": organizationId } : { "aws:ResourceAccount": accountIds };

/**
 * Policy of an interface endpoint: our principals at our resources, and where a service needs it, reading what others publish. Stolen keys of another account are of no use inside, and
 * nothing inside writes to another account's resources.
 * Source: AWS "Building a data perimeter on AWS", network perimeter; data perimeter policy examples.
 */
export function interfacePolicy(name: EndpointName, ownership: Ownership): string {
  const { foreign } = kindOf(name);
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "OurPrincipalsAtOurResources",
        Effect: "Allow",
        Principal: "*",
        Action: "*",
        Resource: "*",
        Condition: { StringEquals: { ...principals(ownership), ...resources(ownership) } },
      },
      ...(foreign
        ? [
            {
              Sid: "OurPrincipalsReadWhatIsPublished",
              Effect: "Allow",
              Principal: "*",
              Action: foreign.actions,
              Resource: foreign.resources,
              Condition: { StringEquals: principals(ownership) },
            },
          ]
        : []),
    ],
  });
}

/** Why the buckets of AWS's that a feature needs can't be named in a region; nothing where they can. */
export function bucketProblem(name: FeatureName, region: string): string | undefined {
  const { awsAccounts, needs } = featureOf(name);
  if (!awsAccounts || region in awsAccounts) return undefined;
  return `have '${name}', and AWS does not tell the name of its bucket in ${region}; it does for ${Object.keys(awsAccounts).sort().join(", ")}. Use one of these regions, or where nothing but Python packages is needed, write endpoints.add: [${needs.join(", ")}] instead of the feature.`;
}

/** Objects of AWS's buckets that a feature needs. */
function awsObjectsOf(name: FeatureName, region: string): string[] {
  const { awsObjects = [], awsAccounts } = featureOf(name);
  return awsObjects.map((one) => one.replaceAll("<region>", region).replace("<account>", awsAccounts?.[region] ?? ""));
}

/**
 * Policy of the S3 gateway endpoint: the named buckets for our principals, and to read, objects of buckets that AWS owns and the features need.
 * Source: AWS "Gateway endpoints for Amazon S3"; data perimeter policy examples, service-owned resources.
 */
export function s3Policy(args: {
  ownership: Ownership;
  bucketArns: string[];
  features: readonly FeatureName[];
  region: string;
  partition: string;
}): string {
  const { ownership, bucketArns, partition, region } = args;
  const awsObjects = [...new Set(args.features.flatMap((feature) => awsObjectsOf(feature, region)))];
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "OurBuckets",
        Effect: "Allow",
        Principal: "*",
        Action: [
          "s3:GetObject*",
          "s3:PutObject*",
          "s3:DeleteObject*",
          "s3:AbortMultipartUpload",
          "s3:ListBucket*",
          "s3:ListMultipartUploadParts",
          "s3:GetBucketLocation",
        ],
        Resource: bucketArns.flatMap((arn) => [arn, `${arn}/*`]),
        Condition: { StringEquals: principals(ownership) },
      },
      ...(awsObjects.length > 0
        ? [
            {
              Sid: "ObjectsOfAws",
              Effect: "Allow",
              Principal: "*",
              Action: awsObjects.some((one) => !one.endsWith("/*")) ? ["s3:GetObject", "s3:ListBucket"] : ["s3:GetObject"],
              Resource: awsObjects.map((one) => `arn:${partition}:s3:::${one}`),
            },
          ]
        : []),
    ],
  });
}

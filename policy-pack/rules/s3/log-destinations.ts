// Finds buckets whose log writers support only Amazon S3 managed keys, and not KMS.
// Source: S3 User Guide, "Enabling Amazon S3 server access logging"; ELB User Guides, "Enable access logs";
// Redshift Management Guide, "Database audit logging". Network Load Balancers, CloudFront and flow logs support KMS.
import { readValue, type StackResource, stringAt, valuesAt } from "../../rule-kit";
import { bucketTypes } from "./shared";

/** A resource type that names a bucket as the destination of its logs. */
interface Writer {
  types: RegExp;
  /** Property paths that name the bucket. */
  buckets: string[][];
  /** Whether this resource writes logs that support KMS. */
  supportsKms?: (props: object) => boolean;
}

const writers: Writer[] = [
  { types: /^aws:s3\/bucketLogging(V2)?:/, buckets: [["targetBucket"]] },
  {
    types: new RegExp(`^(${bucketTypes.join("|")})$`),
    buckets: [
      ["logging", "targetBucket"],
      ["loggings", "targetBucket"],
    ],
  },
  {
    types: /^aws:(alb|applicationloadbalancing|elasticloadbalancingv2|lb)\/loadBalancer:/,
    buckets: ["accessLogs", "connectionLogs", "healthCheckLogs"].map((property) => [property, "bucket"]),
    supportsKms: (props) => stringAt(props, "loadBalancerType") === "network",
  },
  { types: /^aws:(elb|elasticloadbalancing)\/loadBalancer:/, buckets: [["accessLogs", "bucket"]] },
  { types: /^aws:redshift\/logging:/, buckets: [["bucketName"]] },
];

/**
 * Accounts that write load balancer logs in Regions available before August 2022. `aws.elb.getServiceAccount` returns
 * them. Source: ELB User Guide for Application Load Balancers, "Enable access logs", 2026-11.
 */
const elbAccounts =
  "127311923021 033677994240 027434742980 797873946194 098369216593 754344448648 589379963580 718504428378 383597477331 600734575887 " +
  "114774131450 783225319266 582318560864 985666609251 054676820928 156460612806 652711504416 635631232127 009996457667 897822967062 " +
  "076674570225 507241528517 048591011584 190560391635 638102146993 037604701340";

/** Principals in a bucket policy of writers that support only Amazon S3 managed keys. */
const principals = new RegExp(
  `logging\\.s3\\.amazonaws\\.com|logdelivery\\.elasticloadbalancing\\.amazonaws\\.com|redshift\\.amazonaws\\.com|\\b(${elbAccounts.replaceAll(" ", "|")})\\b`,
);

/** Whether two resources belong to the same bucket: by bucket name, else by the resource that the name comes from. */
export function isSameBucket(resource: StackResource, path: string[], other: StackResource): boolean {
  const otherName = stringAt(other.props, "bucket");
  const [first, ...rest] = path as [string, ...string[]];
  const names = valuesAt(resource.props, first, ...rest).flatMap((item) => (item.state === "known" ? [String(item.value)] : []));
  if (names.length > 0 && otherName !== undefined) return names.includes(otherName);
  return resource.sources(first).some((source) => other === source || other.sources("bucket").includes(source));
}

/**
 * Whether a bucket, or the bucket of an encryption configuration, receives logs that support only Amazon S3 managed keys.
 * A resource of the stack writes logs to the bucket, or its bucket policy allows the delivery.
 */
export const receivesLogs = (bucketOrConfiguration: StackResource, resources: StackResource[]) =>
  resources.some((resource) => {
    if (/^aws:s3\/bucketPolicy:/.test(resource.type))
      return isSameBucket(resource, ["bucket"], bucketOrConfiguration) && principals.test(policyText(resource.props));
    return writers.some(
      ({ types, buckets, supportsKms }) =>
        types.test(resource.type) &&
        resource !== bucketOrConfiguration &&
        !supportsKms?.(resource.props) &&
        buckets.some((path) => isSameBucket(resource, path, bucketOrConfiguration)),
    );
  });

/** The known text of a policy that is a JSON string or an object. */
function policyText(props: object): string {
  const found = readValue(props, "policy");
  if (found.state !== "known") return "";
  return typeof found.value === "string" ? found.value : knownText(found.value);
}

/** All known strings in a value. */
function knownText(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  return Object.keys(value)
    .map((key) => {
      const found = readValue(value, key);
      return found.state === "known" ? knownText(found.value) : "";
    })
    .join(" ");
}

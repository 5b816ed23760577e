// Implements Service Quotas: the default values of quotas that programs read, and the values that accounts have.
import { AwsError } from "../aws-error";
import { type Context, type Operation, nativeService } from "../service";

type State = Record<string, never>;

/** Quotas by service and code: name and default value. Source: Service Quotas console. */
const quotas: Record<string, Record<string, [name: string, value: number]>> = {
  // The defaults of a new account.
  codebuild: {
    "L-2DC20C30": ["Concurrently running builds for Linux/Medium environment", 1],
    "L-4DDC4A99": ["Concurrently running builds for Linux/Large environment", 1],
    "L-9D07B6EF": ["Concurrently running builds for Linux/Small environment", 1],
  },
  ec2: { "L-0263D0A3": ["EC2-VPC Elastic IPs", 5] },
  iam: { "L-C07B4B0D": ["Role trust policy length", 2048] },
  lambda: { "L-B99A9384": ["Concurrent executions", 10] },
  vpc: {
    "L-0EA8095F": ["Inbound or outbound rules per security group", 60],
    "L-1B52E74A": ["Gateway VPC endpoints per Region", 20],
    "L-29B6F2EB": ["Interface VPC endpoints per VPC", 50],
    "L-2AEEBF1A": ["Rules per network ACL", 20],
    "L-2AFB9258": ["Security groups per network interface", 5],
    "L-7E9ECCDB": ["Active VPC peering connections per VPC", 50],
    "L-F678F1CE": ["VPCs per Region", 5],
  },
};

/** Values of every account that are not the default: tests deploy many networks, and environments from a catalog, into one account. */
const applied: Record<string, number> = { "L-F678F1CE": 100, "L-B99A9384": 1000, "L-2DC20C30": 60, "L-4DDC4A99": 60, "L-9D07B6EF": 60 };

/** The value of a quota in every account. */
export const quotaValue = (service: string, code: string): number => applied[code] ?? quotas[service]![code]![1];

/** Quotas of IAM exist in one region of a partition only. Source: AWS "Service Quotas", global quotas. */
const isOffered = (service: string, region: string) => service !== "iam" || region === "us-east-1";

function quotaOf({ ServiceCode, QuotaCode }: Record<string, unknown>, { caller, partition }: Context<State>) {
  const [service, code] = [String(ServiceCode), String(QuotaCode)];
  const known = Object.hasOwn(quotas, service) && isOffered(service, caller.region) ? quotas[service]! : undefined;
  if (!known) throw new AwsError("NoSuchResourceException", "The request failed because the specified service does not exist.");
  const quota = Object.hasOwn(known, code) ? known[code]! : undefined;
  if (!quota)
    throw new AwsError("NoSuchResourceException", `The request failed because the specified quota does not exist in service ${service}.`);
  const [QuotaName, Value] = quota;
  return {
    ServiceCode: service,
    ServiceName: service,
    QuotaArn: `arn:${partition}:servicequotas:${caller.region}:${caller.account}:${service}/${code}`,
    QuotaCode: code,
    QuotaName,
    Value,
    Unit: "None",
    Adjustable: true,
    GlobalQuota: service === "iam",
  };
}

const operations: Record<string, Operation<State>> = {
  GetAWSDefaultServiceQuota: (input, context) => ({ Quota: quotaOf(input, context) }),
  GetServiceQuota: (input, context) => {
    const quota = quotaOf(input, context);
    return { Quota: { ...quota, Value: quotaValue(quota.ServiceCode, quota.QuotaCode) } };
  },
};

export const servicequotas = nativeService<State>({
  scope: "servicequotas",
  model: "service-quotas",
  violation: { code: "IllegalArgumentException" },
  initial: () => ({}),
  operations,
  leftovers: () => [],
});

// Corrects moto's Elastic Load Balancing: what AWS rejects.
import { AwsError } from "../aws-error";
import { type Check, type PatchCall, patchedService, validateFirst } from "../service";
import { type Tag } from "./tags";

type Item = Record<string, unknown>;

const invalid = (message: string) => new AwsError("ValidationError", message);
const texts = (value: unknown) => ((value ?? []) as unknown[]).map(String);

/** Source: AWS API `CreateLoadBalancer`, Name. */
const nameFits: Check = ({ input: { Name } }) => {
  const name = String(Name);
  if (!/^[a-zA-Z0-9-]{1,32}$/.test(name))
    throw invalid(`The load balancer name '${name}' can only contain 1 to 32 alphanumeric characters and '-'`);
  if (/^-|-$|^internal-/.test(name))
    throw invalid(`The load balancer name '${name}' cannot begin or end with '-', or begin with 'internal-'`);
};

/** Source: AWS API `CreateLoadBalancer`, Subnets: one subnet for each Availability Zone. */
const subnetsFit: Check = async ({ input: { Subnets, SubnetMappings, Type = "application" }, moto }) => {
  const ids = Subnets === undefined ? ((SubnetMappings ?? []) as { SubnetId: string }[]).map(({ SubnetId }) => SubnetId) : texts(Subnets);
  if (ids.length === 0) throw invalid("You must specify either subnets or a customer owned ip pool");
  const { Subnets: found } = await moto("ec2", "DescribeSubnets", { SubnetIds: [...new Set(ids)] }).catch((error: unknown) => {
    throw error instanceof AwsError ? new AwsError("SubnetNotFound", error.message) : error;
  });
  const zones = (found as Item[]).map(({ AvailabilityZone }) => AvailabilityZone);
  if (new Set(zones).size < ids.length)
    throw new AwsError(
      "InvalidConfigurationRequest",
      "A load balancer cannot be attached to multiple subnets in the same Availability Zone",
    );
  if (Type === "application" && zones.length < 2)
    throw invalid("At least two subnets in two different Availability Zones must be specified");
};

const groupsExist: Check = async ({ input: { SecurityGroups }, moto }) => {
  const ids = texts(SecurityGroups);
  if (ids.length === 0) return;
  await moto("ec2", "DescribeSecurityGroups", { GroupIds: ids }).catch((error: unknown) => {
    throw error instanceof AwsError ? new AwsError("InvalidSecurityGroup", error.message) : error;
  });
};

/** Error text: hashicorp/terraform-provider-aws issue 40186, load balancers of endpoint services. */
const isNotOffered: Check = async ({ input: { LoadBalancerArn }, moto }) => {
  const { ServiceConfigurations = [] } = await moto("ec2", "DescribeVpcEndpointServiceConfigurations", {});
  const offers = ({ NetworkLoadBalancerArns }: Item) => texts(NetworkLoadBalancerArns).includes(String(LoadBalancerArn));
  if ((ServiceConfigurations as Item[]).some(offers))
    throw new AwsError(
      "ResourceInUse",
      `Load balancer '${String(LoadBalancerArn)}' cannot be deleted because it is currently associated with another service`,
    );
};

const secure = new Set<unknown>(["HTTPS", "TLS"]);
const protocols: Record<string, string[]> = {
  application: ["HTTP", "HTTPS"],
  network: ["TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC"],
  gateway: ["GENEVE"],
};

/** A certificate must exist in the account and region of the load balancer. Source: AWS API `CreateListener`. */
async function certificatesExist(call: PatchCall, certificates: readonly { CertificateArn?: string }[]): Promise<void> {
  for (const { CertificateArn = "" } of certificates) {
    if (!/^arn:[^:]+:acm:/.test(CertificateArn)) continue;
    const unknown = new AwsError("CertificateNotFound", `Certificate ARN '${CertificateArn}' is not valid`);
    const { Certificate } = await call.moto("acm", "DescribeCertificate", { CertificateArn }).catch((error: unknown) => {
      throw error instanceof AwsError ? unknown : error;
    });
    if ((Certificate as { Status: string }).Status !== "ISSUED")
      throw new AwsError(
        "UnsupportedCertificate",
        `The certificate '${CertificateArn}' must have a fully-qualified domain name, a supported signature, and a supported key size.`,
      );
  }
}

const listenerFits: Check = async (call) => {
  const { LoadBalancerArn, Protocol, Certificates = [], DefaultActions } = call.input;
  const { LoadBalancers } = await call.moto("elbv2", "DescribeLoadBalancers", { LoadBalancerArns: [LoadBalancerArn] });
  const [balancer] = LoadBalancers as { Type: string; VpcId: string }[];
  if (!protocols[balancer!.Type]?.includes(String(Protocol)))
    throw invalid(`Protocol '${String(Protocol)}' must be one of '${protocols[balancer!.Type]?.join(", ")}'`);
  if (secure.has(Protocol) && (Certificates as unknown[]).length === 0)
    throw invalid(`A certificate must be specified for ${String(Protocol)} listeners`);
  await certificatesExist(call, Certificates as { CertificateArn?: string }[]);
  await targetsFit(call, DefaultActions, balancer!.VpcId);
};

/** A target group belongs to the VPC of the load balancer. */
async function targetsFit(call: PatchCall, actions: unknown, vpc: string): Promise<void> {
  const arns = ((actions ?? []) as { TargetGroupArn?: string }[]).flatMap(({ TargetGroupArn }) => TargetGroupArn ?? []);
  if (arns.length === 0) return;
  const { TargetGroups } = await call.moto("elbv2", "DescribeTargetGroups", { TargetGroupArns: arns });
  const outside = (TargetGroups as { TargetGroupArn: string; VpcId: string }[]).find(({ VpcId }) => VpcId !== vpc);
  if (outside)
    throw new AwsError(
      "InvalidConfigurationRequest",
      `The target group '${outside.TargetGroupArn}' is not in the VPC of the load balancer`,
    );
}

const changedListenerFits: Check = async (call) => {
  const { Certificates = [] } = call.input;
  await certificatesExist(call, Certificates as { CertificateArn?: string }[]);
};

/** Source: AWS API `Tag`: at most 50 tags. */
const tagsFit: Check = ({ input: { Tags = [] } }) => {
  if ((Tags as Tag[]).length > 50) throw new AwsError("TooManyTags", "The limit of 50 tags has been exceeded");
};

/** moto answers unknown resources with empty tags. */
const taggedExist: Check = async ({ input: { ResourceArns }, moto }) => {
  const balancers = texts(ResourceArns).filter((arn) => /:loadbalancer\//.test(arn));
  if (balancers.length > 0) await moto("elbv2", "DescribeLoadBalancers", { LoadBalancerArns: balancers });
};

/** Source: AWS API `CreateTargetGroup`; health checks of Network Load Balancers. */
const healthCheckFits: Check = ({ input }) => {
  const { HealthCheckIntervalSeconds: interval, HealthCheckTimeoutSeconds: timeout } = input;
  if (interval !== undefined && (Number(interval) < 5 || Number(interval) > 300))
    throw invalid("Health check interval must be between 5 and 300 seconds");
  if (timeout !== undefined && (Number(timeout) < 2 || Number(timeout) > 120))
    throw invalid("Health check timeout must be between 2 and 120 seconds");
};

export const elbv2 = patchedService({
  scope: "elasticloadbalancing",
  model: "elbv2",
  // Classic Load Balancers have an older version of the same API.
  claims: ({ body }) => !body.includes("Version=2012-06-01"),
  violation: { code: "ValidationError" },
  throttling: { code: "Throttling", status: 400 },
  leftovers: [
    { type: "LoadBalancer", operation: "DescribeLoadBalancers", list: "LoadBalancers", id: "LoadBalancerName" },
    { type: "TargetGroup", operation: "DescribeTargetGroups", list: "TargetGroups", id: "TargetGroupName" },
  ],
  patches: {
    AddTags: validateFirst(tagsFit),
    CreateListener: validateFirst(listenerFits),
    CreateLoadBalancer: validateFirst(nameFits, subnetsFit, groupsExist),
    CreateTargetGroup: validateFirst(healthCheckFits),
    DescribeTags: validateFirst(taggedExist),
    DeleteLoadBalancer: validateFirst(isNotOffered),
    ModifyListener: validateFirst(changedListenerFits),
    ModifyTargetGroup: validateFirst(healthCheckFits),
    SetSubnets: validateFirst(subnetsFit),
  },
});

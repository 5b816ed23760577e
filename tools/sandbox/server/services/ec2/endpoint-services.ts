// Validates endpoint services: who offers them, who can connect, and where.
import { AwsError } from "../../aws-error";
import { type Check, type Patch, type PatchCall } from "../../service";
import { type Item, kinds, list, texts } from "./lookup";

interface Configuration {
  ServiceId: string;
  ServiceName: string;
  NetworkLoadBalancerArns?: string[];
}

const configurations = async (call: PatchCall): Promise<Configuration[]> =>
  ((await call.moto("ec2", "DescribeVpcEndpointServiceConfigurations", {})).ServiceConfigurations ?? []) as Configuration[];

const unknownService = (id: unknown) =>
  new AwsError("InvalidVpcEndpointServiceId.NotFound", `The VpcEndpointService Id '${String(id)}' does not exist`);

/** Source: AWS PrivateLink "Create a service powered by AWS PrivateLink" (one endpoint service for each load balancer). */
export const balancersFit: Check = async (call) => {
  const { NetworkLoadBalancerArns, GatewayLoadBalancerArns, AddNetworkLoadBalancerArns, ServiceId } = call.input;
  const arns = texts(NetworkLoadBalancerArns ?? AddNetworkLoadBalancerArns);
  if (ServiceId === undefined && arns.length + texts(GatewayLoadBalancerArns).length === 0)
    throw new AwsError("MissingParameter", "The request must contain the parameter NetworkLoadBalancerArn or GatewayLoadBalancerArn");
  const others = (await configurations(call)).filter((other) => other.ServiceId !== ServiceId);
  const used = arns.find((arn) => others.some(({ NetworkLoadBalancerArns: taken = [] }) => taken.includes(arn)));
  if (used !== undefined) throw new AwsError("InvalidParameter", `Load balancer ${used} is already associated with another service`);
  if (arns.length === 0) return;
  const { LoadBalancers } = await call.moto("elbv2", "DescribeLoadBalancers", { LoadBalancerArns: arns }).catch((error: unknown) => {
    throw error instanceof AwsError ? new AwsError("InvalidParameter", error.message) : error;
  });
  const other = (LoadBalancers as { LoadBalancerArn: string; Type: string }[]).find(({ Type }) => Type !== "network");
  if (other) throw new AwsError("InvalidParameter", `Load balancer ${other.LoadBalancerArn} is not a Network Load Balancer`);
};

/** Source: AWS API `ModifyVpcEndpointServicePermissions`, AddAllowedPrincipals. */
export const principalsFit: Check = async (call) => {
  const { ServiceId, AddAllowedPrincipals } = call.input;
  if (!(await configurations(call)).some((known) => known.ServiceId === ServiceId)) throw unknownService(ServiceId);
  const wrong = texts(AddAllowedPrincipals).find((arn) => arn !== "*" && !/^arn:[\w-]+:iam::\d{12}:(root|(role|user)\/.+)$/.test(arn));
  if (wrong !== undefined) throw new AwsError("InvalidPrincipal", `Invalid Principal: '${wrong}'`);
};

/** Services with connections stay. Source: AWS PrivateLink "Delete an endpoint service". */
export const deleteEndpointServices: Patch = async (call) => {
  const known = await configurations(call);
  const endpoints = await list(call, kinds.endpoint);
  const failures = texts(call.input.ServiceIds).flatMap((id) => {
    const service = known.find(({ ServiceId }) => ServiceId === id);
    const error = !service
      ? { Code: "InvalidVpcEndpointService.NotFound", Message: `The VpcEndpointService Id '${id}' does not exist` }
      : endpoints.some(({ ServiceName }) => ServiceName === service.ServiceName)
        ? { Code: "ExistingVpcEndpointConnections", Message: `Service has existing active VPC Endpoint connections!` }
        : undefined;
    return error ? [{ ResourceId: id, Error: error }] : [];
  });
  if (failures.length === 0) return call.forward();
  return call.answer({ Unsuccessful: failures });
};

/** A consumer connects only as an allowed principal, in Availability Zones of the load balancer. `service` has an owner. */
export async function connectionFits(call: PatchCall, service: Item, subnets: readonly Item[]): Promise<void> {
  const { ServiceId, ServiceName, AvailabilityZones } = service;
  if (!/\.vpce-svc-/.test(String(ServiceName))) return;
  const { AllowedPrincipals = [] } = await call.moto("ec2", "DescribeVpcEndpointServicePermissions", { ServiceId });
  const { account } = call.caller;
  const allows = (principal: string) => principal === "*" || principal.split(":")[4] === account;
  if (!(AllowedPrincipals as { Principal: string }[]).some(({ Principal }) => allows(Principal)))
    throw new AwsError("InvalidServiceName", `The Vpc Endpoint Service '${String(ServiceName)}' does not exist`);
  const outside = subnets.find(({ AvailabilityZone }) => !texts(AvailabilityZones).includes(String(AvailabilityZone)));
  if (outside)
    throw new AwsError(
      "InvalidParameter",
      `The VPC endpoint service ${String(ServiceName)} does not support the availability zone of the subnet: ${String(outside.SubnetId)}.`,
    );
}

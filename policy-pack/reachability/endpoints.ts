// Lists the egress paths of VPC endpoints: paths to services in other accounts.
import { type StackResource, stringAt } from "../rule-kit";
import { label, type NetworkPath, outsidePath, unknownAtPreview, unknownPath } from "./network-path";
import { types } from "./resource-types";
import { type Scope } from "./scope";

const isAwsService = (name: string) => /^((com|cn\.com)\.amazonaws\.|aws\.(api|sagemaker)\.)/.test(name) && !/\.vpce-svc-/.test(name);

export function pathsOfEndpoint(scope: Scope, endpoint: StackResource): NetworkPath[] {
  const { graph } = scope;
  const kind = stringAt(endpoint.props, "vpcEndpointType");
  if (kind === "Resource" || kind === "ServiceNetwork")
    return [unknownPath(label(endpoint), "resource that can belong to another account")];
  const inStack = graph.refer(endpoint, ["serviceName"], types.service);
  if (inStack.resources.length > 0 && inStack.certain) return [];
  const service = stringAt(endpoint.props, "serviceName");
  if (!service) return [unknownPath(label(endpoint), unknownAtPreview("service"))];
  if (isAwsService(service) || scope.isInside(service, endpoint.name)) return [];
  return [outsidePath(label(endpoint), `service of another account ${service}`)];
}

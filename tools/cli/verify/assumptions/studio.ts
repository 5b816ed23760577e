// Assumptions about buckets, Studio and notebook instances. Data only.
import { fromTrail, isDenied, isServiceRole } from "../evidence";
import { type Assumption } from "../types";

export const studioAssumptions: Assumption[] = [
  {
    id: "object-creation-operation",
    area: "storage",
    text: "S3 sets `s3:ObjectCreationOperation` to `true` for every request that creates an object, also for copies and browser forms",
    code: { file: "components/storage/policy.ts", symbol: "RegisteredOnce" },
    effect: "such a request can replace a registered artifact",
    fallback: "`models.objectLock`, which retains the earlier version",
    check: { none: "the bucket policy allows such a request only in the network" },
  },
  {
    id: "start-script-order",
    area: "studio",
    text: "The start script runs before JupyterLab starts, and JupyterLab reads `~/.jupyter`",
    code: { file: "components/studio/scripts/home.sh", symbol: ".jupyter" },
    effect: "the address for files works until the server starts again; without `~/.jupyter`, downloads remain",
    fallback: "a custom image with the same configuration",
    check: { none: "it is visible only in an app" },
  },
  {
    id: "domain-updates",
    area: "studio",
    text: "AWS accepts the updates of a domain that the AWS provider sends. Without `VpcId` and `SubnetIds`, AWS is reported to reject them (hashicorp/terraform-provider-aws issue 45528)",
    code: { file: "components/studio/domain.ts", symbol: "Domain" },
    effect: "a deployment that changes the domain stops there, and apps start with the old scripts",
    fallback: "retry with a fixed version of the provider",
    check: fromTrail({
      events: ["UpdateDomain"],
      by: () => true,
      contradicts: ({ errorMessage = "" }) => /VpcId and Subnet/.test(errorMessage),
      missing: "change a setting of the domain",
    }),
  },
  {
    id: "open-apps",
    area: "studio",
    text: "The call with which Studio's page opens an app comes through the VPC endpoints of the environment",
    code: { file: "components/identity/permissions/sagemaker.ts", symbol: "OpenOwnApps" },
    effect: "Studio cannot open apps",
    fallback: "the user opens Studio again with the role `data-scientist`",
    check: fromTrail({
      events: ["CreatePresignedDomainUrl"],
      by: isServiceRole,
      contradicts: (event) => isDenied(event) || event.endpointId === undefined,
      missing: "open an app from Studio's page",
    }),
  },
  {
    id: "home-tags",
    area: "studio",
    text: "SageMaker tags the file system and both NFS security groups of a domain with `ManagedByAmazonSageMakerResource`, the ARN of the domain",
    code: { file: "tools/cli/sweep/client.ts", symbol: "domainTag" },
    effect: "`cloister sweep` does not find them, and they hold the network of a destroyed environment",
    fallback: "delete them with the AWS CLI; the names of the groups contain the id of the domain",
    check: { none: "the dry run of `cloister sweep` lists them after the deletion of a domain" },
  },
  {
    id: "interface-description",
    area: "studio",
    text: "The descriptions of network interfaces that SageMaker creates contain `ENI managed by SageMaker`",
    code: { file: "tools/cli/sweep/client.ts", symbol: "ENI managed by SageMaker" },
    effect: "`cloister sweep` does not find an interface that SageMaker left, which holds its subnet",
    fallback: "delete the interface with the AWS CLI",
    check: { none: "SageMaker leaves an interface only in rare cases" },
  },
];

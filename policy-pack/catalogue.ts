// Lists all guardrails. Importing this file does not start the pack; index.ts does.
import { policyOf, type Rule } from "./rule-kit";
import { repositoryClosed } from "./rules/codeartifact/repository-closed";
import { serviceNoPublicIp } from "./rules/ecs/service-no-public-ip";
import { keyRotation } from "./rules/kms/key-rotation";
import { groupKms } from "./rules/logs/group-kms";
import { defaultSgClosed } from "./rules/network/default-sg-closed";
import { dnsFirewall } from "./rules/network/dns-firewall";
import { noElasticIp } from "./rules/network/no-elastic-ip";
import { noInternetGateway } from "./rules/network/no-internet-gateway";
import { noInternetRoute } from "./rules/network/no-internet-route";
import { noNatGateway } from "./rules/network/no-nat-gateway";
import { noOpaquePublicService } from "./rules/network/no-opaque-public-service";
import { noPublicIpInstance } from "./rules/network/no-public-ip-instance";
import { noPublicLoadBalancer } from "./rules/network/no-public-load-balancer";
import { noPublicSubnet } from "./rules/network/no-public-subnet";
import { reachability } from "./rules/network/reachability";
import { sgNoOpenEgress } from "./rules/network/sg-no-open-egress";
import { sgNoOpenIngress } from "./rules/network/sg-no-open-ingress";
import { bucketKms } from "./rules/s3/bucket-kms";
import { publicAccessBlockFlags } from "./rules/s3/public-access-block-flags";
import { publicAccessBlockPresent } from "./rules/s3/public-access-block-present";
import { tlsOnly } from "./rules/s3/tls-only";
import { domainKms } from "./rules/sagemaker/domain-kms";
import { domainSecurityGroups } from "./rules/sagemaker/domain-security-groups";
import { domainVpcOnly } from "./rules/sagemaker/domain-vpc-only";
import { endpointConfigKms } from "./rules/sagemaker/endpoint-config-kms";
import { jobInVpc } from "./rules/sagemaker/job-in-vpc";
import { modelInVpc } from "./rules/sagemaker/model-in-vpc";
import { notebookInVpc } from "./rules/sagemaker/notebook-in-vpc";
import { notebookKms } from "./rules/sagemaker/notebook-kms";
import { notebookNoDirectInternet } from "./rules/sagemaker/notebook-no-direct-internet";
import { noOpaqueResources } from "./rules/stack/no-opaque-resources";

export const catalogue: Rule[] = [
  noInternetGateway,
  noInternetRoute,
  noNatGateway,
  noElasticIp,
  noPublicSubnet,
  noPublicIpInstance,
  noPublicLoadBalancer,
  noOpaquePublicService,
  sgNoOpenIngress,
  sgNoOpenEgress,
  defaultSgClosed,
  reachability,
  dnsFirewall,
  serviceNoPublicIp,
  domainVpcOnly,
  domainSecurityGroups,
  domainKms,
  notebookNoDirectInternet,
  notebookInVpc,
  notebookKms,
  modelInVpc,
  jobInVpc,
  endpointConfigKms,
  bucketKms,
  publicAccessBlockPresent,
  publicAccessBlockFlags,
  tlsOnly,
  keyRotation,
  groupKms,
  repositoryClosed,
  noOpaqueResources,
];

export const policies = catalogue.map(policyOf);

// The resources that exist before the stacks: roles, users, buckets, keys and networks that settings refer to.
import { sagemakerTrust } from "@cloister/components/identity/trust-policy";
import { HUB, REGION } from "../../helpers/mocks";

type Item = Record<string, unknown>;
export type Call = (service: string, operation: string, input: object, account?: string) => Promise<Item>;

/** An existing VPC with private subnets in three Availability Zones, and its S3 gateway endpoint. */
export interface ExistingVpc {
  vpcId: string;
  subnetIds: string[];
  s3EndpointId: string;
}

/** The ids that AWS chose. */
export interface Existing {
  /** By the letter of the Availability Zone. */
  zoneIds: Record<string, string>;
  /** Accounts for target accounts, which have no resources. */
  targetAccounts: string[];
  vpcs: ExistingVpc[];
  keyArns: string[];
  portfolioId: string;
}

/** Ids for tests that only read the settings of a tour. */
export const noExisting: Existing = { zoneIds: {}, targetAccounts: [], vpcs: [], keyArns: [], portfolioId: "" };

const context = { accountId: HUB, region: REGION, partition: "aws" };
const metadata =
  '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://bank.example/saml">' +
  `<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><!--${"-".repeat(1000)}--></IDPSSODescriptor></EntityDescriptor>`;
const trustOf = (Service: string) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole" }] });
const flowLogTrust = trustOf("vpc-flow-logs.amazonaws.com");

/** Principals that trust policies name, before any stack. */
export async function createPrincipals(call: Call): Promise<void> {
  for (const Name of ["bank", "other"]) await call("iam", "CreateSAMLProvider", { Name, SAMLMetadataDocument: metadata });
  for (const set of ["Leads", "Scientists", "Keepers", "Others"])
    await call("iam", "CreateRole", {
      RoleName: `AWSReservedSSO_${set}_0123456789abcdef`,
      Path: "/aws-reserved/sso.amazonaws.com/",
      AssumeRolePolicyDocument: sagemakerTrust(context),
    });
  for (const UserName of ["ana", "bo", "kai", "kim", "lea", "leo"]) await call("iam", "CreateUser", { UserName });
  await call("iam", "CreateRole", { RoleName: "FlowLogs", Path: "/bank/", AssumeRolePolicyDocument: flowLogTrust });
  await call("sso-admin", "CreateInstance", { Name: "people" });
}

/** A role and a permissions boundary in a target account. */
export async function createInAccount(call: Call, account: string): Promise<void> {
  await call("iam", "CreateRole", { RoleName: "FlowLogs", Path: "/bank/", AssumeRolePolicyDocument: flowLogTrust }, account);
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] });
  await call("iam", "CreatePolicy", { PolicyName: "Boundary", Path: "/bank/", PolicyDocument }, account);
}

/** Roles that environments use instead of roles created by Cloister. They have the permissions boundary of the core stack. */
export async function createRoles(call: Call, PermissionsBoundary: string): Promise<void> {
  for (const RoleName of ["Bo", "Deployer", "Emergency", "Execution", "Keeper", "Lead", "Model", "Pipeline", "Scanner", "Scientist"])
    await call("iam", "CreateRole", {
      RoleName,
      Path: "/bank/",
      AssumeRolePolicyDocument: sagemakerTrust(context, RoleName === "Pipeline" ? "pipeline/*" : "*"),
      PermissionsBoundary,
    });
}

const create = async (call: Call, kind: string, input: object) =>
  String(((await call("ec2", `Create${kind}`, input))[kind] as Item)[`${kind}Id`]);

async function createVpc(call: Call): Promise<ExistingVpc> {
  const vpcId = await create(call, "Vpc", { CidrBlock: "10.64.0.0/16" });
  await call("ec2", "ModifyVpcAttribute", { VpcId: vpcId, EnableDnsHostnames: { Value: true } });
  const subnetIds: string[] = [];
  for (const [i, zone] of ["a", "b", "c"].entries())
    subnetIds.push(await create(call, "Subnet", { VpcId: vpcId, CidrBlock: `10.64.${4 * i}.0/22`, AvailabilityZone: REGION + zone }));
  const DhcpConfigurations = [
    { Key: "domain-name", Values: ["bank.example"] },
    { Key: "domain-name-servers", Values: ["AmazonProvidedDNS"] },
  ];
  const DhcpOptionsId = await create(call, "DhcpOptions", { DhcpConfigurations });
  await call("ec2", "AssociateDhcpOptions", { VpcId: vpcId, DhcpOptionsId });
  return { vpcId, subnetIds, s3EndpointId: "" };
}

export async function createExisting(call: Call, targetAccounts: string[]): Promise<Existing> {
  const { AvailabilityZones } = (await call("ec2", "DescribeAvailabilityZones", {})) as {
    AvailabilityZones: { ZoneName: string; ZoneId: string }[];
  };
  for (const Bucket of ["bank-data", "bank-models", "other-data", "other-models"])
    await call("s3", "CreateBucket", { Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } });
  const keyArns: string[] = [];
  for (const Description of ["bank", "other"])
    keyArns.push(String(((await call("kms", "CreateKey", { Description })).KeyMetadata as Item).Arn));
  await call("sagemaker", "EnableSagemakerServicecatalogPortfolio", {});
  const { PortfolioDetails } = (await call("servicecatalog", "ListAcceptedPortfolioShares", {})) as { PortfolioDetails: Item[] };
  return {
    zoneIds: Object.fromEntries(AvailabilityZones.map(({ ZoneName, ZoneId }) => [ZoneName.at(-1)!, ZoneId])),
    targetAccounts,
    vpcs: [await createVpc(call), await createVpc(call)],
    keyArns,
    portfolioId: String(PortfolioDetails.find(({ ProviderName }) => ProviderName === "Amazon SageMaker")!.Id),
  };
}

// The resources that exist before the stacks: roles, users and providers that settings refer to.
import { sagemakerTrust } from "@cloister/components/identity/trust-policy";
import { HUB, REGION } from "../../helpers/mocks";

type Item = Record<string, unknown>;
export type Call = (service: string, operation: string, input: object) => Promise<Item>;

/** The ids that AWS chose. */
export interface Existing {
  /** By the letter of the Availability Zone. */
  zoneIds: Record<string, string>;
}

/** Ids for tests that only read the settings of a tour. */
export const noExisting: Existing = { zoneIds: {} };

const place = { accountId: HUB, region: REGION, partition: "aws" };
const metadata =
  '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://bank.example/saml">' +
  `<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><!--${"-".repeat(1000)}--></IDPSSODescriptor></EntityDescriptor>`;
const trustOf = (Service: string) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole" }] });
const flowLogTrust = trustOf("vpc-flow-logs.amazonaws.com");

/** Principals that trust policies name, before any stack. */
export async function createPrincipals(call: Call): Promise<void> {
  for (const Name of ["bank", "other"]) await call("iam", "CreateSAMLProvider", { Name, SAMLMetadataDocument: metadata });
  for (const set of ["Leads", "Others"])
    await call("iam", "CreateRole", {
      RoleName: `AWSReservedSSO_${set}_0123456789abcdef`,
      Path: "/aws-reserved/sso.amazonaws.com/",
      AssumeRolePolicyDocument: sagemakerTrust(place),
    });
  await call("iam", "CreateUser", { UserName: "ana" });
  await call("iam", "CreateRole", { RoleName: "FlowLogs", Path: "/bank/", AssumeRolePolicyDocument: flowLogTrust });
}

export async function createExisting(call: Call): Promise<Existing> {
  const { AvailabilityZones } = (await call("ec2", "DescribeAvailabilityZones", {})) as {
    AvailabilityZones: { ZoneName: string; ZoneId: string }[];
  };
  return { zoneIds: Object.fromEntries(AvailabilityZones.map(({ ZoneName, ZoneId }) => [ZoneName.at(-1)!, ZoneId])) };
}

// The changes of a stage of target accounts.
import { role } from "../../programs/wiring/lookups";
import { type Existing } from "./existing";
import { type Tour } from "./run";

export const targetAccounts = ({ zoneIds, targetAccounts: [first = ""] }: Existing): Tour => ({
  project: "cloister-target-accounts",
  folder: "target-accounts",
  stack: "fraud-staging",
  base: {
    environmentStack: "published",
    stage: "staging",
    owner: "owner@bank.example",
    accounts: [{ id: first }],
    confirmPurge: "fraud-dev-staging",
  },
  updates: [
    {
      changes: { deployRoleName: "OrganizationAccountAccessRole", "network.dhcp": { domainName: "bank.example" } },
    },
    {
      changes: { owner: "other@bank.example", tags: { "cost-center": "4711" }, externalId: "bank" },
      also: ["update Policy", "update VpcDhcpOptions"],
    },
    {
      changes: {
        "accounts[].cidr": "10.70.0.0/20",
        "network.flowLogRetentionDays": 30,
        "network.dnsFirewall": "alert",
        keyDeletionDays: 11,
      },
      also: ["replace VpcDhcpOptionsAssociation"],
    },
    {
      changes: {
        "accounts[].omitEndpoints": ["monitoring"],
        "network.features": ["hosting", "bedrock", "registry"],
        "network.flowLogTraffic": "ACCEPT",
        "network.dhcp.domainName": "ml.bank.example",
        purge: true,
      },
      // The S3 endpoint lets `registry` read image layers.
      also: ["update VpcEndpoint"],
    },
    {
      changes: {
        "network.zoneIds": [zoneIds.a, zoneIds.b, zoneIds.c],
        "network.flowLogTraffic": "REJECT",
        "network.endpoints.add": ["xray"],
        "network.accountIds": ["999900001111"],
        keyRotationDays: 99,
      },
    },
    {
      changes: {
        "network.endpoints.omit": ["sts"],
        "network.flowLogInterval": 600,
        "network.imageAccounts": ["888800002222"],
        "network.allowedDomains": ["pypi.bank.example"],
        "network.egress": "nat",
      },
    },
    {
      changes: {
        "network.flowLogFormat": "${srcaddr} ${action}",
        "network.organizationId": "o-exampleorgid",
      },
    },
    {
      changes: {
        permissionsBoundaryName: "bank/Boundary",
        "network.flowLogRoleArn": role("FlowLogs", first),
        "network.dnsFirewall": "off",
      },
    },
  ],
  rejected: [
    { purge: true, confirmPurge: "other" },
    { permissionsBoundaryName: "bank/Boundary", deployRoleName: undefined },
    { "network.endpoints.omit": ["logs"], "network.zoneIds": [zoneIds.a, zoneIds.c] },
    // The endpoints to omit of an account replace those of the network.
    { "accounts[].omitEndpoints": ["logs"] },
  ],
});

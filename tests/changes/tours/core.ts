// The changes of a core stack.
import { HUB } from "../../helpers/mocks";
import { role, samlProvider, user } from "../../programs/wiring/lookups";
import { type Existing } from "./existing";
import { type Tour } from "./run";

/** Route 53 takes a minute to create or delete a hosted zone with a record, so few updates change any. */
export const core = ({ zoneIds }: Existing): Tour => ({
  project: "cloister-core",
  folder: "core",
  stack: "hub",
  base: {
    owner: "owner@bank.example",
    people: { samlProviderArn: samlProvider("bank"), permissionSets: { "data-science-administrator": "Leads" } },
    confirmPurge: "hub",
  },
  updates: [
    {
      changes: {
        owner: "other@bank.example",
        tags: { "cost-center": "4711" },
        alertEmails: ["a@bank.example"],
        catalogLaunch: { engineAccountId: "999900001111", engineCore: "bank-hub" },
        network: { zones: 1, features: ["studio", "jobs", "registry"] },
      },
    },
    {
      changes: {
        "people.users.data-science-administrator": [user("ana")],
        "people.network": "anywhere",
        keyDeletionDays: 11,
        "catalogLaunch.engineAccountId": "888800001111",
        purge: true,
        "network.zones": 2,
        "network.accountIds": ["888800002222"],
        "network.flowLogTraffic": "ACCEPT",
      },
    },
    {
      changes: {
        "people.signIn": "saml",
        keyRotationDays: 99,
        "catalogLaunch.engineCore": "other-hub",
        "network.zoneIds": [zoneIds.a, zoneIds.b, zoneIds.c],
        "network.imageAccounts": ["999900001111"],
        "network.flowLogRetentionDays": 30,
        "network.flowLogTraffic": "REJECT",
      },
      requires: { "people.users": {} },
    },
    {
      changes: {
        "people.samlProviderArn": samlProvider("other"),
        "people.network": "vpc",
        "network.flowLogInterval": 600,
        "network.organizationId": "o-exampleorgid",
      },
    },
    { changes: { "people.signIn": "identity-center", "network.flowLogFormat": "${srcaddr} ${action}" } },
    {
      changes: {
        "people.permissionSets.data-science-administrator": "Others",
        "people.personAttribute": "email",
        "people.sessionHours": 3,
        "network.flowLogRoleArn": role("FlowLogs", HUB),
      },
    },
    {
      changes: {
        "people.signIn": "none",
        "network.cidr": "10.70.0.0/20",
        "network.features": ["studio", "jobs", "registry", "secrets"],
        "network.endpoints.add": ["xray"],
        "network.endpoints.omit": ["ssm"],
      },
    },
  ],
  rejected: [
    {
      "catalogLaunch.engineAccountId": HUB,
      purge: true,
      confirmPurge: "other",
      "network.endpoints.omit": ["sts"],
      "network.zoneIds": [zoneIds.a, zoneIds.c],
    },
  ],
});

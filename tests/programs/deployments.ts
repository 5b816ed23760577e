// Deployments whose settings together contain every variant of policies, other resources and lookups.
import { featureNames } from "@cloister/components/network/catalogue";
import { imageRegistries } from "@cloister/components/network/image-registries";
import { deployer, HUB, REGION } from "../helpers/mocks";
import { audited, core, selfService, servers } from "./wiring/core";
import { environment } from "./wiring/environment";
import {
  acceptedPaths,
  centralEndpoints,
  key,
  organizationRecorder,
  noSecurityHub,
  organizationTrail,
  role,
  s3EndpointId,
  samlProvider,
  subnetIds,
  user,
  vpcId,
} from "./wiring/lookups";
import { merged, type Settings } from "./wiring/settings";
import { type Table } from "./wiring/table";
import { targetAccounts } from "./wiring/target-accounts";

interface Deployment extends Omit<Table, "rows" | "schema"> {
  settings: Settings;
}

const of = (table: Table, settings: Settings, mocks: Table["mocks"] = {}): Deployment => ({
  ...table,
  settings: merged(table.base, settings),
  mocks: { ...table.mocks, ...mocks },
});

const features = featureNames.filter((name) => name !== "mirror");
const mirrorServiceName = `com.amazonaws.vpce.${REGION}.vpce-svc-0123456789abcdef0`;
const otherAccounts = {
  accountIds: ["999900001111"],
  imageAccounts: ["999900002222", imageRegistries(REGION)[0]],
  organizationId: "o-exampleorgid",
};
const users = (names: string[]) => Object.fromEntries(names.map((name) => [name, [user(name)]]));
const userRoles = ["team-administrator", "data-scientist", "lifecycle"];
const bucket = (kind: string) => ({ existing: { bucketName: `bank-${kind}`, keyArn: key(`bank-${kind}`), policy: "enclose" } });

/** By project. The first deployment of a project has the default settings. */
export const deployments: Record<string, Record<string, Deployment>> = {
  core: {
    "with the default settings": of(core, {}),
    "with a network, and administrators who work from anywhere": of(core, {
      alertEmails: ["alerts@bank.example"],
      network: { features, zones: 3, ...otherAccounts },
      people: { network: "anywhere", users: users(["data-science-administrator"]) },
      tags: { "cost-center": "4711" },
      purge: true,
      confirmPurge: "hub",
    }),
    "with IAM Identity Center": of(core, {
      people: { signIn: "identity-center", permissionSets: { "data-science-administrator": "Leads" } },
    }),
    "with a trail": of(core, { audit: { ...audited.audit, trail: { readerArns: [role("Auditors")] }, savedQueries: true, logGroups: {} } }),
    "with AWS Config, analyzers, GuardDuty, Security Hub and Macie": of(
      core,
      {
        audit: {
          config: { readerArns: [role("Auditors")] },
          accessAnalyzer: { unusedAccessDays: 90 },
          guardDuty: {},
          securityHub: true,
          macie: {},
        },
      },
      { answers: { ...core.mocks!.answers, ...noSecurityHub } },
    ),
    "with rules for an existing recorder": of(
      core,
      { audit: { config: { existingRecorder: true } } },
      { answers: { ...core.mocks!.answers, ...organizationRecorder } },
    ),
    "with an existing trail": of(
      core,
      { audit: { existingTrailArn: `arn:aws:cloudtrail:${REGION}:${HUB}:trail/organization`, alerts: {} } },
      { answers: { ...core.mocks!.answers, ...organizationTrail } },
    ),
    "with a package mirror and its servers": of(core, servers),
    "with controls": of(
      core,
      { controls: { mode: "correct", dedicated: true, securityHub: true } },
      {
        answers: {
          ...core.mocks!.answers,
          ...organizationTrail,
          getParametersByPath: () => ({ names: ["/cloister/controls/fraud-dev"] }),
        },
      },
    ),
    "with environments from AWS Service Catalog": of(core, {
      catalog: {
        ...selfService.catalog,
        publishers: [deployer(HUB)],
        sharing: { accounts: ["999900001111"] },
        tagOptions: { "cost-center": ["4711"] },
        budgetUsd: 5000,
      },
    }),
  },
  environment: {
    "with the default settings": of(environment, {}),
    "with every feature, NAT, and users who work from anywhere": of(environment, {
      network: {
        features,
        egress: "nat",
        dnsFirewall: "alert",
        allowedDomains: ["pypi.bank.example"],
        writableRepositories: ["bank/models"],
        glueDatabases: ["sales"],
        ...otherAccounts,
      },
      studio: {
        executionRole: "per-person",
        instanceTypes: ["ml.t3.medium", "ml.m5.large"],
        profiles: ["ana", { name: "bo", instanceTypes: ["ml.t3.medium"] }, "cy"],
        spaces: [
          { name: "one", owner: "ana" },
          { name: "two", owner: "bo", sharing: "shared" },
        ],
        notebooks: [{ name: "three", owner: "bo" }],
        images: [{ name: "four", imageUri: `${HUB}.dkr.ecr.${REGION}.amazonaws.com/studio:four` }],
        git: { emailDomain: "bank.example" },
        pip: { indexUrl: "https://pypi.bank.example/simple" },
      },
      catalog: { notebooks: { volumeGb: { maximum: 50 } }, userProfiles: { profiles: ["cy"] } },
      people: { network: "anywhere", users: users(userRoles) },
      monitoring: { budget: { monthlyUsd: 100, emails: ["a@bank.example"] } },
      tags: { "cost-center": "4711" },
      purge: true,
      confirmPurge: "fraud-dev",
    }),
    "with existing subnets, endpoints, roles, buckets and exempt roles": of(environment, {
      network: {
        mode: "existing-subnets",
        vpcId,
        subnetIds,
        dnsFirewall: "block",
        acceptedPaths,
        centralEndpoints,
        s3EndpointId,
        flowLogRoleArn: role("FlowLogs"),
      },
      existingRoles: {
        execution: role("Execution"),
        pipeline: role("Pipelines"),
        model: role("Model"),
        "team-administrator": role("Leads"),
        "data-scientist": role("Scientists"),
        lifecycle: role("Keepers"),
      },
      data: bucket("data"),
      models: bucket("models"),
      deployRoleArns: [deployer(HUB), role("Pipeline")],
      breakGlassRoleArns: [role("Emergency"), user("emergency")],
      serviceRoleArns: [role("Scanner")],
    }),
    "with an existing VPC, a package mirror, IAM Identity Center and the profile vpc": of(environment, {
      network: {
        mode: "existing-vpc",
        vpcId,
        cidr: "10.64.64.0/20",
        dnsFirewall: "off",
        features: ["studio", "jobs", "mirror"],
        mirrorServiceName,
        flowLogDestination: "log-bucket",
      },
      guardrails: { profile: "vpc", networkIsolation: true },
      people: {
        signIn: "identity-center",
        openApps: "vpc",
        permissionSets: Object.fromEntries(userRoles.map((name, i) => [name, ["Leads", "Scientists", "Keepers"][i]])),
      },
    }),
    "with shared endpoints, SAML and the profile open": of(environment, {
      endpointsFrom: "core",
      studio: { profiles: ["ana", "bo"], securityGroupPerProfile: true },
      guardrails: { profile: "open" },
      people: { signIn: "saml", samlProviderArn: samlProvider("bank") },
    }),
  },
  "target-accounts": {
    "with the default settings": of(targetAccounts, {}),
    "with NAT, a package mirror and another deploy role": of(targetAccounts, {
      network: {
        features: [...features.filter((name) => ["hosting", "registry"].includes(name)), "mirror"],
        mirrorServiceName,
        egress: "nat",
        ...otherAccounts,
      },
      deployRoleName: "ci/Deploy",
      tags: { "cost-center": "4711" },
      purge: true,
      confirmPurge: "fraud-dev-staging",
    }),
    "with existing subnets and central endpoints": of(targetAccounts, {
      accounts: [{ id: "444455556666", mode: "existing-subnets", vpcId, subnetIds, acceptedPaths }],
      network: { dnsFirewall: "block", centralEndpoints },
    }),
    "with an existing VPC": of(targetAccounts, {
      accounts: [{ id: "444455556666", mode: "existing-vpc", vpcId, cidr: "10.64.64.0/20" }],
      network: { dnsFirewall: "alert" },
    }),
  },
};

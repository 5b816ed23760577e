// The changes by each setting of a core stack.
import { coreSettings, standaloneCoreSettings } from "@cloister/core/settings";
import { deployer, HUB, REGION } from "../../helpers/mocks";
import { endpointPolicyRows } from "./endpoint-rows";
import {
  deployedNetwork,
  interfaceEndpoints,
  lookups,
  organizationRecorder,
  organizationTrail,
  otherAnalyzers,
  noSecurityHub,
  otherDetector,
  otherSecurityServices,
  permissionSet,
  role,
  samlProvider,
  subnetIds,
  thirdSubnetId,
  user,
} from "./lookups";
import { type Row, type Table } from "./table";

const endpoints = interfaceEndpoints("studio", "jobs");
/** The VPC for shared endpoints. */
const shared = { network: {} };
const addedZone = [
  "+ Subnet subnet-eu-central-1c",
  "+ RouteTableAssociation routes-of-eu-central-1c",
  `VpcEndpoint ${endpoints}: subnetIds + subnet-hub-subnet-eu-central-1c`,
  "NetworkAcl acl: subnetIds + subnet-hub-subnet-eu-central-1c",
];

const engine = {
  subnetIds: [subnetIds[0]],
  securityGroupIds: ["sg-0123456789abcdef0"],
  image: `${HUB}.dkr.ecr.${REGION}.amazonaws.com/cloister/runner@sha256:${"0a".repeat(32)}`,
};
const ec2Arn = (resource: string) => `arn:aws:ec2:${REGION}:${HUB}:${resource}`;
const launch = { engineAccountId: "999900001111", engineCore: "bank-hub" };
/** The portfolio of environments, and its engine. */
export const selfService = { catalog: { leads: [role("Leads")], engine } };

/** The package mirror. */
export const mirror = {
  mirror: { front: "s3", manifest: "../tests/helpers/packages.yaml", publisherRoleArns: [role("Publisher")] },
};
/** The package mirror in a CodeArtifact repository. */
export const repository = { mirror: { ...mirror.mirror, front: "codeartifact" } };
const fargate = {
  image: `${HUB}.dkr.ecr.${REGION}.amazonaws.com/cloister/mirror@sha256:${"0a".repeat(32)}`,
  certificateArn: `arn:aws:acm:${REGION}:${HUB}:certificate/0b1c2d3e-0000-4000-8000-000000000000`,
  host: "pypi.bank.example",
};
/** The package mirror with servers, in the VPC for shared endpoints. */
export const servers = { network: {}, mirror: { ...mirror.mirror, front: "fargate", fargate } };
const otherImage = fargate.image.replaceAll("0a", "1b");
const otherCertificate = fargate.certificateArn.replace("0b1c2d3e", "1b1c2d3e");
const manifestRow = (to: string, rejected: string): Row => ({ with: mirror, to: `../tests/helpers/${to}`, rejected });
/** A trail, and alarms on its events. */
export const audited = { audit: { trail: {}, alerts: {} } };
const trail = { audit: { trail: {} } };
const trailArn = (trail: string) => `arn:aws:cloudtrail:${REGION}:${HUB}:trail/${trail}`;
/** AWS Config. */
const recorded = { audit: { config: {} } };
const logAlarm = (alarm: string, threshold: number) => [
  `MetricAlarm ${alarm}: alarmDescription = *`,
  `MetricAlarm ${alarm}: threshold = ${threshold}`,
];

/** SSM parameters of environments, `fraud-dev/vpc-id`. */
const publishedBy = (...names: string[]): NonNullable<Row["lookups"]> => ({
  getParametersByPath: () => ({ names: names.map((name) => `/cloister/${name}`) }),
});

const rows: Record<string, Row | Row[]> = {
  owner: { to: "other@bank.example", renames: { "owner@bank.example": "other@bank.example" }, changes: [] },
  alertEmails: { to: ["a@bank.example", "b@bank.example"], changes: ["+ TopicSubscription alerts-to-{a@bank.example,b@bank.example}"] },
  "people.signIn": [
    {
      to: "saml",
      with: { people: { samlProviderArn: samlProvider("bank") } },
      changes: [
        `Role ds-admin: assumeRolePolicy.People.Principal.AWS - arn:aws:iam::${HUB}:root`,
        "Role ds-admin: assumeRolePolicy.People.Action - sts:AssumeRole",
        "Role ds-admin: assumeRolePolicy.People.Action + {sts:AssumeRoleWithSAML,sts:TagSession}",
        "Role ds-admin: assumeRolePolicy.People.Condition.Bool.aws:MultiFactorAuthPresent - true",
        "Role ds-admin: assumeRolePolicy.People.Condition.StringEquals.sts:RoleSessionName - ${aws:username}",
        `Role ds-admin: assumeRolePolicy.People.Principal.Federated + ${samlProvider("bank")}`,
        "Role ds-admin: assumeRolePolicy.People.Condition.StringEquals.SAML:aud + https://signin.aws.amazon.com/saml",
      ],
    },
    {
      to: "identity-center",
      with: { people: { permissionSets: { "data-science-administrator": "Leads" } } },
      changes: [
        "Role ds-admin: assumeRolePolicy.People.Condition.Bool.aws:MultiFactorAuthPresent - true",
        "Role ds-admin: assumeRolePolicy.People.Condition.StringEquals.sts:RoleSessionName - ${aws:username}",
        "Role ds-admin: assumeRolePolicy.People.Condition.StringEquals.sts:RoleSessionName + ${aws:PrincipalTag/userName}",
        `Role ds-admin: assumeRolePolicy.People.Condition.ArnLike.aws:PrincipalArn + ${permissionSet("Leads")}`,
      ],
    },
    {
      to: "none",
      changes: [
        "- Administrator hub",
        "- Role ds-admin",
        "- RolePolicy ds-admin-policy",
        "outputs: administrators.data-science-administrator.{arn,name,switchRoleUrl} unset",
      ],
    },
  ],
  "people.network": [
    {
      to: "anywhere",
      changes: ["RolePolicy ds-admin-policy: policy + {SeeWork,ListWork,ReadLogs,ReadMetrics}", "Policy boundary: policy - ReadInside"],
    },
    {
      from: "anywhere",
      to: "vpc",
      changes: ["RolePolicy ds-admin-policy: policy - {SeeWork,ListWork,ReadLogs,ReadMetrics}", "Policy boundary: policy + ReadInside"],
    },
  ],
  "people.users.data-science-administrator": {
    to: [user("ana")],
    changes: [`Role ds-admin: assumeRolePolicy.People.Condition.ArnEquals.aws:PrincipalArn + ${user("ana")}`],
  },
  "people.userArns": {
    to: [user("ana"), user("bo")],
    changes: [`Role ds-admin: assumeRolePolicy.People.Condition.ArnEquals.aws:PrincipalArn + {${user("ana")},${user("bo")}}`],
  },
  "people.samlProviderArn": {
    with: { people: { signIn: "saml" } },
    from: samlProvider("bank"),
    to: samlProvider("other"),
    changes: [
      `Role ds-admin: assumeRolePolicy.People.Principal.Federated - ${samlProvider("bank")}`,
      `Role ds-admin: assumeRolePolicy.People.Principal.Federated + ${samlProvider("other")}`,
    ],
  },
  "people.permissionSets.data-science-administrator": {
    with: { people: { signIn: "identity-center" } },
    from: "Leads",
    to: "Others",
    changes: [
      `Role ds-admin: assumeRolePolicy.People.Condition.ArnLike.aws:PrincipalArn - ${permissionSet("Leads")}`,
      `Role ds-admin: assumeRolePolicy.People.Condition.ArnLike.aws:PrincipalArn + ${permissionSet("Others")}`,
    ],
  },
  "people.personAttribute": {
    with: { people: { signIn: "identity-center", permissionSets: { "data-science-administrator": "Leads" } } },
    to: "email",
    changes: [
      "Role ds-admin: assumeRolePolicy.People.Condition.StringEquals.sts:RoleSessionName - ${aws:PrincipalTag/userName}",
      "Role ds-admin: assumeRolePolicy.People.Condition.StringEquals.sts:RoleSessionName + ${aws:PrincipalTag/email}",
    ],
  },
  "people.sessionHours": { to: 3, changes: ["Role ds-admin: maxSessionDuration = 10800"] },
  keyDeletionDays: { to: 11, changes: ["Key hub-key: deletionWindowInDays = 11"] },
  keyRotationDays: { to: 99, changes: ["Key hub-key: rotationPeriodInDays = 99"] },
  tags: {
    to: { "cost-center": "4711" },
    changes: ["{Policy boundary,Key hub-key,Bucket logs-bucket,Role ds-admin,Topic alerts}: tags.cost-center = 4711"],
  },
  purge: {
    with: { confirmPurge: "hub" },
    to: true,
    changes: [
      "Key hub-key: (retainOnDelete) = false",
      "Bucket logs-bucket: forceDestroy = true",
      "Bucket logs-bucket: (retainOnDelete) = false",
      "BucketOwnershipControls logs-owner: (retainOnDelete) = false",
      "BucketPublicAccessBlock logs-private: (retainOnDelete) = false",
      "BucketVersioning logs-versions: (retainOnDelete) = false",
      "BucketServerSideEncryptionConfiguration logs-encryption: (retainOnDelete) = false",
      "BucketPolicy logs-policy: (retainOnDelete) = false",
    ],
  },
  confirmPurge: {
    about: "A confirmation that the preflight compares with the name of the stack.",
    with: { purge: true },
    from: "hub",
    to: "other",
    rejected: "'cloister-core:confirmPurge' must be 'hub' because 'cloister-core:purge' is true (got 'other')",
  },
  network: {
    to: {},
    changes: ["+ EndpointHub hub", "+ *", "outputs: central*"],
  },
  "network.cidr": {
    with: shared,
    to: "10.70.0.0/20",
    changes: [
      "Vpc vpc: cidrBlock = 10.70.0.0/20",
      "Subnet subnet-eu-central-1a: cidrBlock = 10.70.0.0/22",
      "Subnet subnet-eu-central-1b: cidrBlock = 10.70.4.0/22",
      "outputs: centralCidr = 10.70.0.0/20",
    ],
  },
  "network.zoneIds": [
    { with: shared, to: ["euc1-az3", "euc1-az2", "euc1-az1"], changes: addedZone },
    {
      with: shared,
      to: ["euc1-az3", "euc1-az1"],
      lookups: deployedNetwork("hub", "10.63.0.0/20", { "cloister:component": "core" }),
      rejected: "'cloister-core:network.zoneIds' must contain euc1-az2, where the network has subnets",
    },
  ],
  "network.zones": { with: shared, to: 3, changes: addedZone },
  "network.features": {
    with: shared,
    to: ["studio", "jobs", "secrets"],
    changes: [
      "+ Zone secretsmanager.eu-central-1.amazonaws.com",
      "+ VpcEndpoint secretsmanager",
      "+ Record secretsmanager.eu-central-1.amazonaws.com",
      "ResolverFirewallDomainList dns-allowed: domains + secretsmanager.eu-central-1.amazonaws.com.",
      "outputs: centralEndpoints + secretsmanager",
      "outputs: centralZoneIds.secretsmanager.eu-central-1.amazonaws.com.zoneId = Z-hub-secretsmanager.eu-central-1.amazonaws.com",
    ],
  },
  "network.endpoints.add": {
    with: shared,
    to: ["xray"],
    changes: [
      "+ Zone xray.eu-central-1.amazonaws.com",
      "+ VpcEndpoint xray",
      "+ Record xray.eu-central-1.amazonaws.com",
      "ResolverFirewallDomainList dns-allowed: domains + xray.eu-central-1.amazonaws.com.",
      "outputs: centralEndpoints + xray",
      "outputs: centralZoneIds.xray.eu-central-1.amazonaws.com.zoneId = Z-hub-xray.eu-central-1.amazonaws.com",
    ],
  },
  "network.endpoints.omit": [
    {
      with: shared,
      to: ["ssm"],
      changes: [
        "- Zone ssm.eu-central-1.amazonaws.com",
        "- VpcEndpoint ssm",
        "- Record ssm.eu-central-1.amazonaws.com",
        "outputs: centralEndpoints - ssm",
        "outputs: centralZoneIds.ssm.eu-central-1.amazonaws.com.zoneId unset",
      ],
    },
    {
      with: shared,
      to: ["sts"],
      rejected: "'cloister-core:network.endpoints.omit' must not contain 'sts', which the feature 'studio' requires",
    },
  ],
  ...endpointPolicyRows({ features: ["studio", "jobs"], account: HUB, s3: "all-buckets" }),
  "network.flowLogRetentionDays": { with: shared, to: 30, changes: ["LogGroup {flow-logs,dns-queries}: retentionInDays = 30"] },
  "network.flowLogTraffic": [
    { with: shared, to: "ACCEPT", changes: ["FlowLog flow-log: trafficType = ACCEPT"] },
    { with: shared, to: "REJECT", changes: ["FlowLog flow-log: trafficType = REJECT"] },
  ],
  "network.flowLogInterval": { with: shared, to: 600, changes: ["FlowLog flow-log: maxAggregationInterval = 600"] },
  "network.flowLogFormat": { with: shared, to: "${srcaddr} ${action}", changes: ["FlowLog flow-log: logFormat = ${srcaddr} ${action}"] },
  "network.flowLogRoleArn": {
    with: shared,
    to: role("FlowLogs"),
    changes: ["- Role flow-logs-role", "- RolePolicy flow-logs-policy", `FlowLog flow-log: iamRoleArn = ${role("FlowLogs")}`],
  },
  catalog: {
    to: selfService.catalog,
    changes: ["+ Engine hub", "+ EnvironmentLaunchRole environment-launch", "+ EnvironmentPortfolio hub", "+ *", "outputs: catalog*"],
  },
  "catalog.name": {
    with: selfService,
    to: "Environments of the bank",
    changes: ["Portfolio catalog-portfolio: name = Environments of the bank"],
  },
  "catalog.leads": [
    {
      with: selfService,
      to: [role("Leads"), user("ana"), permissionSet("Leads").replace(HUB, "").replace("{,*/}", "*/")],
      changes: [
        `+ PrincipalPortfolioAssociation catalog-lead-${HUB}:user/ana`,
        "+ PrincipalPortfolioAssociation catalog-lead-:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Leads_????????????????",
      ],
    },
    {
      with: selfService,
      to: [role("Leads", "999900001111")],
      rejected: `'cloister-core:catalog.leads[0]' must be a principal of account ${HUB}`,
    },
  ],
  "catalog.publishers": [
    {
      with: selfService,
      to: [deployer(HUB), role("Platform")],
      changes: ["BucketPolicy engine-artifacts-policy: policy + OnlyPublishers"],
    },
    {
      with: selfService,
      to: [role("Platform")],
      rejected: `'cloister-core:catalog.publishers' must contain the deploying role ${deployer(HUB)}`,
    },
  ],
  "catalog.sharing.accounts": {
    with: selfService,
    to: ["999900001111"],
    changes: [
      "+ PortfolioShare catalog-share-999900001111",
      "{Policy engine-boundary,RolePolicy engine-parser-policy,RolePolicy engine-runner-policy}: policy.Launch.Resource + arn:aws:iam::999900001111:role/hub-environment-launch",
      // Half of the concurrency.
      "Function engine-dispatcher: environment.variables.CLOISTER_ACCOUNT_CONCURRENCY = 3",
    ],
  },
  "catalog.sharing.organizationalUnits": {
    with: selfService,
    to: ["arn:aws:organizations::999900001111:ou/o-exampleorgid/ou-ab12-11111111"],
    changes: [
      "+ PortfolioShare catalog-share-ou-ab12-11111111",
      "{Policy engine-boundary,RolePolicy engine-parser-policy,RolePolicy engine-runner-policy}: policy + LaunchInUnits",
      "Function engine-dispatcher: environment.variables.CLOISTER_ACCOUNT_CONCURRENCY = 3",
    ],
  },
  "catalog.tagOptions": {
    with: selfService,
    to: { "cost-center": ["4711", "4712"] },
    changes: ["+ TagOption catalog-tag-cost-center-{4711,4712}", "+ TagOptionResourceAssociation catalog-tag-cost-center-{4711,4712}"],
  },
  "catalog.budgetUsd": { with: selfService, to: 5000, changes: ["+ Budget catalog-budget", "+ BudgetResourceAssociation catalog-budget"] },
  "catalog.engine.subnetIds": {
    with: selfService,
    to: [subnetIds[0], thirdSubnetId],
    changes: [
      `RolePolicy engine-runner-policy: policy.MakeInterfaces.Resource + ${ec2Arn(`subnet/${thirdSubnetId}`)}`,
      `RolePolicy engine-runner-policy: policy.{DeleteInterfaces,AttachInterfaces}.Condition.ArnEquals.ec2:Subnet + ${ec2Arn(`subnet/${thirdSubnetId}`)}`,
      `Project engine-{runner,previews}: vpcConfig.subnets + ${thirdSubnetId}`,
    ],
  },
  "catalog.engine.securityGroupIds": {
    with: selfService,
    to: ["sg-0123456789abcdef1"],
    changes: [
      `RolePolicy engine-runner-policy: policy.MakeInterfaces.Resource - ${ec2Arn("security-group/sg-0123456789abcdef0")}`,
      `RolePolicy engine-runner-policy: policy.MakeInterfaces.Resource + ${ec2Arn("security-group/sg-0123456789abcdef1")}`,
      "Project engine-{runner,previews}: vpcConfig.securityGroupIds - sg-0123456789abcdef0",
      "Project engine-{runner,previews}: vpcConfig.securityGroupIds + sg-0123456789abcdef1",
    ],
  },
  "catalog.engine.image": [
    {
      with: selfService,
      to: engine.image.replace(/0a/g, "0b"),
      changes: [`Project engine-{runner,previews}: environment.image = ${engine.image.replace(/0a/g, "0b")}`],
    },
    {
      with: selfService,
      to: engine.image.replace(REGION, "eu-west-1"),
      rejected: `'cloister-core:catalog.engine.image' must be an image in the region ${REGION} (got eu-west-1)`,
    },
  ],
  "catalog.engine.concurrency": {
    with: selfService,
    to: 7,
    changes: [
      "Project engine-runner: concurrentBuildLimit = 7",
      "Function engine-dispatcher: environment.variables.CLOISTER_{ACCOUNT_CONCURRENCY,CONCURRENCY} = 7",
    ],
  },
  "catalog.engine.operatorArns": {
    with: selfService,
    to: [role("Operators")],
    changes: [
      `QueuePolicy engine-queue-{provision,update,terminate}: policy.OnlyServiceCatalogSends.Condition.ArnNotEqualsIfExists.aws:PrincipalArn + ${role("Operators")}`,
      `QueuePolicy engine-queue-{provision,update,terminate}-dead: policy.OnlyOperatorsReceive.Condition.ArnNotEqualsIfExists.aws:PrincipalArn + ${role("Operators")}`,
    ],
  },
  "catalog.engine.proxyUrl": {
    with: selfService,
    to: "http://proxy.bank.example:3128",
    changes: [
      "Project engine-{runner,previews}: environment.environmentVariables[3].name = HTTPS_PROXY",
      "Project engine-{runner,previews}: environment.environmentVariables[3].value = http://proxy.bank.example:3128",
      "Project engine-{runner,previews}: environment.environmentVariables[4].name = NO_PROXY",
      "Project engine-{runner,previews}: environment.environmentVariables[4].value = *",
      "Project engine-{runner,previews}: environment.environmentVariables[{3,4}].type = PLAINTEXT",
    ],
  },
  "catalog.engine.computeType": ["BUILD_GENERAL1_MEDIUM", "BUILD_GENERAL1_LARGE"].map((to) => ({
    with: selfService,
    to,
    changes: [`Project engine-{runner,previews}: environment.computeType = ${to}`],
  })),
  "catalog.engine.timeoutMinutes": { with: selfService, to: 90, changes: ["Project engine-{runner,previews}: buildTimeout = 90"] },
  mirror: {
    to: mirror.mirror,
    changes: ["+ MirrorBucket mirror", "+ *", "outputs: {mirrorFront,mirrorBucket,mirrorRequests} *"],
  },
  "mirror.front": [
    { with: mirror, to: "none", rejected: "'cloister-core:mirror.front' must be one of s3, fargate, codeartifact (got \"none\")" },
    { with: mirror, to: "fargate", rejected: "'cloister-core:mirror.fargate' is required with the front fargate" },
    { with: servers, to: "s3", rejected: "'cloister-core:mirror.fargate' requires the front fargate" },
    {
      with: mirror,
      to: "codeartifact",
      changes: [
        "+ CodeArtifactFront mirror",
        "+ Domain mirror-domain",
        "+ Repository mirror-repository",
        "+ RepositoryPermissionsPolicy mirror-repository-policy",
        "- *",
        "Key hub-key: policy + PackagesByGrants",
        "outputs: *",
      ],
    },
  ],
  "mirror.fargate": {
    with: { ...mirror, ...shared },
    requires: { mirror: { front: "fargate" } },
    to: fargate,
    changes: [
      "+ *",
      "NetworkAcl acl: *",
      "VpcEndpoint s3: policy + ObjectsOfAwsByUrlsOfAws",
      "ResolverFirewallDomainList dns-allowed: domains*",
      "outputs: *",
    ],
  },
  "mirror.fargate.image": [
    { with: servers, to: otherImage, changes: ["TaskDefinition mirror-task: containerDefinitions*"] },
    {
      with: servers,
      to: otherImage.replace(REGION, "eu-west-1"),
      rejected: `'cloister-core:mirror.fargate.image' must be in region ${REGION}`,
    },
  ],
  "mirror.fargate.architecture": {
    with: servers,
    to: "ARM64",
    changes: ["TaskDefinition mirror-task: runtimePlatform.cpuArchitecture = ARM64"],
  },
  "mirror.fargate.tasks": { with: servers, to: 3, changes: ["Service mirror-servers: desiredCount = 3"] },
  "mirror.fargate.certificateArn": [
    { with: servers, to: otherCertificate, changes: [`Listener mirror-listener: certificateArn = ${otherCertificate}`] },
    {
      with: servers,
      to: otherCertificate.replace(REGION, "eu-west-1"),
      rejected: `'cloister-core:mirror.fargate.certificateArn' must be in region ${REGION}`,
    },
  ],
  "mirror.fargate.host": {
    with: servers,
    to: "packages.bank.example",
    changes: ["outputs: mirrorIndexUrl = https://packages.bank.example/simple/"],
  },
  "mirror.fargate.accounts": {
    with: servers,
    to: ["999900001111"],
    changes: ["VpcEndpointService mirror-service: allowedPrincipals + arn:aws:iam::999900001111:root"],
  },
  "mirror.fargate.logRetentionDays": { with: servers, to: 30, changes: ["LogGroup mirror-requests: retentionInDays = 30"] },
  "mirror.manifest": [
    manifestRow("no-packages.yaml", "'cloister-core:mirror.manifest' must be an existing file"),
    manifestRow("expired-packages.yaml", "'../tests/helpers/expired-packages.yaml:packages[0].expires' must not be in the past"),
  ],
  "mirror.publisherRoleArns": [
    {
      with: mirror,
      to: [role("Publisher"), role("Other")],
      changes: [`BucketPolicy mirror-policy: policy.OnlyPublishersWrite.Condition.ArnNotLikeIfExists.aws:PrincipalArn + ${role("Other")}`],
    },
    {
      with: repository,
      to: [role("Publisher"), role("Other")],
      changes: [
        `RepositoryPermissionsPolicy mirror-repository-policy: policyDocument.OnlyPublishersWrite.Condition.ArnNotLikeIfExists.aws:PrincipalArn + ${role("Other")}`,
      ],
    },
    {
      with: mirror,
      to: [role("Publisher", "999900001111")],
      rejected: `'cloister-core:mirror.publisherRoleArns[0]' must be a role of account ${HUB}`,
    },
    {
      with: mirror,
      to: [`arn:aws:iam::${HUB}:role/cloister/${REGION}/fraud-dev/work/fraud-dev-execution`],
      rejected: "'cloister-core:mirror.publisherRoleArns[0]' must not be a role created by Cloister",
    },
  ],
  "mirror.requests": {
    with: mirror,
    to: "https://tickets.bank.example/packages",
    changes: ["outputs: mirrorRequests = https://tickets.bank.example/packages"],
  },
  "mirror.noncurrentDays": {
    with: mirror,
    to: 30,
    changes: ["BucketLifecycleConfiguration mirror-lifecycle: rules[1].noncurrentVersionExpiration.noncurrentDays = 30"],
  },
  controls: {
    to: {},
    lookups: organizationTrail,
    changes: ["+ Evaluator hub", "+ *", "Key hub-key: policy + WorkThroughServices"],
  },
  "controls.mode": [
    {
      with: { ...trail, controls: {} },
      to: "correct",
      lookups: publishedBy("fraud-dev/vpc-id", "controls/fraud-dev"),
      changes: [
        "Function controls-evaluator: environment.variables.CLOISTER_CONTROLS_MODE = correct",
        "RolePolicy controls-evaluator-policy: policy + {Correct,TagNoncompliant}",
      ],
    },
  ],
  "controls.dedicated": {
    with: { ...trail, controls: {} },
    to: true,
    changes: ["Function controls-evaluator: environment.variables.CLOISTER_CONTROLS_DEDICATED = true"],
  },
  "controls.deployRoleArns": {
    with: { ...trail, controls: {} },
    to: [deployer(HUB), role("Pipeline")],
    changes: [
      `EventRule controls-edits: eventPattern.detail.userIdentity.arn[0].anything-but.prefix + arn:aws:sts::${HUB}:assumed-role/Pipeline/`,
    ],
  },
  "controls.operatorArns": {
    with: { ...trail, controls: {} },
    to: [role("Operators")],
    changes: [
      `QueuePolicy controls-queue: policy.OnlyAwsSends.Condition.ArnNotEqualsIfExists.aws:PrincipalArn + ${role("Operators")}`,
      `QueuePolicy controls-dead: policy.OnlyOperatorsReceive.Condition.ArnNotEqualsIfExists.aws:PrincipalArn + ${role("Operators")}`,
    ],
  },
  "controls.securityHub": {
    with: { ...trail, controls: {} },
    to: true,
    changes: [
      "Function controls-evaluator: environment.variables.CLOISTER_CONTROLS_SECURITY_HUB = true",
      "RolePolicy controls-evaluator-policy: policy + ImportFindings",
    ],
  },
  catalogLaunch: { to: launch, changes: ["+ EnvironmentLaunchRole bank-hub-environment-launch", "+ *"] },
  "catalogLaunch.engineAccountId": [
    { with: { catalogLaunch: launch }, to: "888800001111", renames: { "999900001111": "888800001111" }, changes: [] },
    { with: { catalogLaunch: launch }, to: HUB, rejected: "'cloister-core:catalogLaunch.engineAccountId' must be another account" },
  ],
  audit: { to: { trail: {} }, changes: ["+ AuditTrail hub", "+ *", "outputs: audit*"] },
  "audit.trail": { to: {}, with: { audit: {} }, changes: ["+ AuditTrail hub", "+ *", "outputs: audit*"] },
  "audit.trail.bucketPrefixes": {
    with: trail,
    to: ["fraud-dev-", "bank-data"],
    changes: ["Trail trail: *"],
  },
  "audit.trail.sagemakerDataEvents": { with: trail, to: false, changes: ["Trail trail: *"] },
  "audit.trail.logRetentionDays": { with: trail, to: 30, changes: ["LogGroup trail-events: retentionInDays = 30"] },
  "audit.trail.objectLock.mode": [
    { with: trail, to: "COMPLIANCE", changes: ["BucketObjectLockConfiguration audit-lock: rule.defaultRetention.mode = COMPLIANCE"] },
    {
      with: { ...trail, purge: true, confirmPurge: "hub" },
      to: "COMPLIANCE",
      rejected: "'cloister-core:audit.trail.objectLock.mode' must be GOVERNANCE if 'purge' is true (got COMPLIANCE)",
    },
  ],
  "audit.trail.objectLock.days": {
    with: trail,
    to: 730,
    changes: ["BucketObjectLockConfiguration audit-lock: rule.defaultRetention.days = 730"],
  },
  "audit.trail.readerArns": [
    { with: trail, to: [role("Auditors")], changes: ["Key audit-key: policy + AuditorsRead"] },
    {
      with: trail,
      to: [role("Auditors", "999900001111")],
      rejected: `'cloister-core:audit.trail.readerArns[0]' must be a role or user of account ${HUB}`,
    },
  ],
  "audit.trail.acceptDuplicate": {
    with: trail,
    from: true,
    to: false,
    lookups: organizationTrail,
    rejected: "'cloister-core:audit.trail' must not record management events again",
  },
  "audit.existingTrailArn": [
    {
      with: { audit: {} },
      lookups: organizationTrail,
      to: trailArn("organization"),
      changes: [`outputs: auditTrailArn = ${trailArn("organization")}`, "outputs: auditLogGroupName = *"],
    },
    {
      with: { audit: {} },
      to: trailArn("none"),
      rejected: `'cloister-core:audit.existingTrailArn' must be a trail that records account ${HUB} in ${REGION} (got ${trailArn("none")})`,
    },
    { with: trail, to: trailArn("organization"), rejected: "'cloister-core:audit.existingTrailArn' must not be set together with" },
  ],
  "audit.alerts": [
    { with: trail, to: {}, changes: ["+ AuditAlerts hub", "+ *"] },
    { with: { audit: {} }, to: {}, rejected: "'cloister-core:audit.alerts' requires a trail" },
  ],
  "audit.savedQueries": [
    { with: trail, to: true, changes: ["+ SavedQueries hub", "+ *"] },
    { with: { audit: {} }, to: true, rejected: "'cloister-core:audit.savedQueries' requires a trail" },
  ],
  "audit.logGroups": { with: { audit: {} }, to: {}, changes: ["+ SharedLogGroups hub", "+ *"] },
  "audit.logGroups.retentionDays": {
    with: { audit: { logGroups: {} } },
    to: 30,
    changes: ["LogGroup {NotebookInstances,ProcessingJobs,TrainingJobs,TransformJobs,studio}: retentionInDays = 30"],
  },
  "audit.config": [
    { with: { audit: {} }, to: {}, changes: ["+ ConfigRecorder hub", "+ *", "outputs: auditConfigBucketName = *"] },
    {
      with: { audit: { logGroups: {} } },
      to: {},
      lookups: organizationRecorder,
      rejected: `'cloister-core:audit.config' must not create a second recorder: AWS Config accepts one in account ${HUB} and ${REGION} (got organization)`,
    },
  ],
  "audit.config.frequency": { with: recorded, to: "DAILY", changes: ["Recorder recorder: recordingMode.recordingFrequency = DAILY"] },
  "audit.config.globalTypes": {
    with: recorded,
    to: false,
    changes: ["Recorder recorder: recordingGroup.includeGlobalResourceTypes = false"],
  },
  "audit.config.rules": { with: recorded, to: false, changes: ["- *"] },
  "audit.config.existingRecorder": [
    {
      with: { audit: { config: {} } },
      to: true,
      rejected: `'cloister-core:audit.config.existingRecorder' requires a recorder of AWS Config in account ${HUB} and ${REGION} (got none)`,
    },
    {
      with: { audit: { config: { globalTypes: false } } },
      lookups: organizationRecorder,
      to: true,
      changes: ["- *", "outputs: auditConfigBucketName = "],
    },
  ],
  "audit.config.readerArns": { with: recorded, to: [role("Auditors")], changes: ["Key config-key: policy + AuditorsRead"] },
  "audit.accessAnalyzer": { with: { audit: {} }, to: {}, changes: ["+ AccessAnalyzers hub", "+ Analyzer external-access"] },
  "audit.accessAnalyzer.externalAccess": [
    { with: { audit: { accessAnalyzer: {} } }, to: false, changes: ["- Analyzer external-access"] },
    {
      with: { audit: { accessAnalyzer: {} } },
      from: false,
      to: true,
      lookups: otherAnalyzers,
      rejected: `'cloister-core:audit.accessAnalyzer.externalAccess' must not create an analyzer of external access, because account ${HUB} has one in ${REGION} (got bank)`,
    },
  ],
  "audit.accessAnalyzer.unusedAccessDays": [
    { with: { audit: { accessAnalyzer: {} } }, to: 90, changes: ["+ Analyzer unused-access"] },
    {
      with: { audit: { accessAnalyzer: {} } },
      from: 90,
      to: 180,
      changes: ["Analyzer unused-access: configuration.unusedAccess.unusedAccessAge = 180"],
    },
    {
      with: { audit: { accessAnalyzer: { externalAccess: false } } },
      to: 90,
      lookups: otherAnalyzers,
      rejected: "'cloister-core:audit.accessAnalyzer.unusedAccessDays' must not create an analyzer of unused access",
    },
  ],
  "audit.guardDuty": [
    { with: { audit: {} }, to: {}, changes: ["+ ThreatDetector hub", "+ *"] },
    {
      with: { audit: { logGroups: {} } },
      to: {},
      lookups: otherDetector,
      rejected: `'cloister-core:audit.guardDuty' must not create a second detector, because account ${HUB} has one in ${REGION}`,
    },
  ],
  "audit.guardDuty.publishing": ["SIX_HOURS", "ONE_HOUR"].map((to) => ({
    with: { audit: { guardDuty: {} } },
    to,
    changes: [`Detector detector: findingPublishingFrequency = ${to}`],
  })),
  "audit.guardDuty.protections": {
    with: { audit: { guardDuty: {} } },
    to: ["LAMBDA_NETWORK_LOGS"],
    changes: ["DetectorFeature s3-data-events: status = DISABLED", "DetectorFeature lambda-network-logs: status = ENABLED"],
  },
  "audit.securityHub": [
    { with: { audit: {} }, to: true, lookups: noSecurityHub, changes: ["+ FindingsHub hub", "+ *"] },
    {
      with: { audit: { logGroups: {} } },
      to: true,
      rejected: `'cloister-core:audit.securityHub' must not be true, because account ${HUB} uses AWS Security Hub in ${REGION} already`,
    },
  ],
  "audit.macie": [
    { with: { audit: {} }, to: {}, changes: ["+ BucketMonitor hub", "+ *"] },
    {
      with: { audit: { logGroups: {} } },
      to: {},
      lookups: otherSecurityServices,
      rejected: `'cloister-core:audit.macie' must not be set, because account ${HUB} uses Amazon Macie in ${REGION} already`,
    },
  ],
  "audit.macie.publishing": ["SIX_HOURS", "ONE_HOUR"].map((to) => ({
    with: { audit: { macie: {} } },
    to,
    changes: [`Account macie: findingPublishingFrequency = ${to}`],
  })),
  "audit.alerts.deniedCallsAbove": { with: audited, to: 7, changes: logAlarm("denied-account-calls", 7) },
  "audit.alerts.objectReadsAbove": { with: audited, to: 7, changes: logAlarm("object-reads", 7) },
  "audit.alerts.textReadsAbove": { with: audited, to: 7, changes: logAlarm("text-reads", 7) },
  "audit.alerts.logReadsAbove": { with: audited, to: 7, changes: logAlarm("log-reads", 7) },
  "catalogLaunch.engineCore": { with: { catalogLaunch: launch }, to: "other-hub", renames: { "bank-hub": "other-hub" }, changes: [] },
};

export const core: Table = {
  project: "cloister-core",
  folder: "core",
  schema: coreSettings.extend(standaloneCoreSettings),
  stack: "hub",
  prefix: "hub",
  base: { owner: "owner@bank.example" },
  mocks: { answers: lookups },
  rows,
};

// Compares with recordings what follows from the tables of Cloister: deploy roles, limits, channels, endpoints of features.
// Does not prove that the tables agree with AWS: other tests compare them with models of AWS, and their sources are named.
import * as path from "node:path";
import { increaseCommand, type Limit, limits } from "@cloister/components/aws/limits";
import { regionCode, userRolePath } from "@cloister/components/aws/role-path";
import { type Statement } from "@cloister/components/aws/policy-document";
import { channels, channelExceptions, channelReport, endpointReport } from "@cloister/components/identity/channels";
import { type ChannelScope } from "@cloister/components/identity/channels/check";
import { targetBoundary } from "@cloister/components/identity/deploy-role/boundary";
import { deployOptionsOf } from "@cloister/components/identity/deploy-role/options";
import { deployPermissions, type DeployOptions, policyNames } from "@cloister/components/identity/deploy-role/permissions";
import { bootstrapTemplate } from "@cloister/components/identity/deploy-role/template";
import { featureFactsOf, featurePermissions } from "@cloister/components/identity/feature-permissions";
import { accountBoundary, environmentBoundary, launchBoundary } from "@cloister/components/identity/boundary";
import { deniesOf, guardrails, guardrailsOf, isAboutNotebooks, profiles } from "@cloister/components/identity/guardrails";
import { resourceControlPolicies, serviceControlPolicies } from "@cloister/components/identity/organization";
import { roles } from "@cloister/components/identity/roles";
import { endpointNames, featureNames, removedFeatures } from "@cloister/components/network/catalogue";
import {
  allowedDomains,
  endpointKind,
  endpointsOf,
  endpointZones,
  planEndpoints,
  serviceNames,
} from "@cloister/components/network/endpoints";
import { dashboardUrl } from "@cloister/components/monitoring/dashboard";
import { ownershipOf, s3Policy } from "@cloister/components/network/endpoint-policies";
import { appInstanceTypes, notebookInstanceTypes } from "@cloister/components/studio/instance-types";
import { ec2Type, hasEc2Type } from "@cloister/components/studio/named-types";
import { allowedText, nodeOf, pathText } from "@cloister/components/stack/schema";
import { z } from "zod";
import { context, perimeter, roleInputs } from "../../helpers/iam";
import { assertRecorded, type Recording } from "../../helpers/recording";

const record = (title: string, file: string, recordingOf: () => Recording) =>
  it(`${title} as recorded`, function () {
    assertRecorded(path.join(__dirname, "recorded", `${file}.json`), this.test!.file!, recordingOf());
  });

const bySid = (statements: readonly Statement[]) =>
  Object.fromEntries(statements.map(({ Sid, ...statement }) => [Sid, statement as unknown]));
const statementsOf = (permissions: readonly { statement: Statement }[]) => permissions.map(({ statement }) => statement);

const stage = { name: "fraud-dev-staging", environment: "fraud-dev", stage: "staging", region: context.region };
const mirror = { serviceName: "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0" };

record("deploy roles of target accounts have policies", "deploy-roles", () => {
  const settings: Record<string, Parameters<typeof deployOptionsOf>[0]> = {
    "the default settings": {},
    NAT: { network: { egress: "nat" } },
    "a package mirror": { network: { features: ["mirror"], mirrorServiceName: mirror.serviceName } },
    "a package mirror with a host": {
      network: { features: ["mirror"], mirrorServiceName: mirror.serviceName, mirrorHost: "Pypi.bank.example" },
    },
    "a mirror that no feature uses": { network: { features: ["hosting"], mirrorServiceName: mirror.serviceName } },
    "existing networks and roles": {
      accounts: [
        { id: "444455556666", mode: "existing-subnets", vpcId: "vpc-1", subnetIds: ["subnet-1", "subnet-2"] },
        { id: "555566667777", mode: "existing-vpc", vpcId: "vpc-2", s3EndpointId: "vpce-2" },
        { id: "666677778888", mode: "new" },
      ],
      network: { flowLogRoleArn: "arn:aws:iam::444455556666:role/FlowLogs" },
    },
  };
  const found: Recording = { "the boundary": bySid(statementsOf(targetBoundary(stage, context))) };
  const documents = (options: DeployOptions) =>
    Object.fromEntries(
      deployPermissions(stage, context, options).map((permissions, i) => [policyNames[i]!, bySid(statementsOf(permissions))]),
    );
  const base = documents({});
  for (const [title, value] of Object.entries(settings)) {
    const options = deployOptionsOf(value, context);
    found[`options with ${title}`] = { ...options };
    for (const [policy, statements] of Object.entries(documents(options)))
      found[`${policy} with ${title}`] = Object.fromEntries(
        Object.entries(statements).filter(
          ([sid, statement]) => title === "the default settings" || JSON.stringify(statement) !== JSON.stringify(base[policy]?.[sid]),
        ),
      );
  }
  const request = { stage, hubRoleArns: ["arn:aws:iam::111122223333:role/ci/Deployer"], externalId: "fraud-dev-staging", options: {} };
  const { Resources, ...template } = bootstrapTemplate(request);
  found.template = JSON.parse(JSON.stringify({ ...template, ...Resources }).replace(/"[0-9a-f]{16}"/, '"(hash)"')) as Recording[string];
  return found;
});

record("permissions of each network feature are", "feature-permissions", () => {
  const facts = { ...context, environment: "fraud-dev", tags: roleInputs.facts.tags, entranceVpcIds: ["vpc-1"] };
  const of = (settings: Parameters<typeof featureFactsOf>[1]) => (feature: (typeof featureNames)[number]) =>
    bySid(statementsOf(featurePermissions({ ...facts, ...featureFactsOf("fraud-dev", settings) }, [feature])));
  return Object.fromEntries(
    featureNames.flatMap((feature) => [
      [feature, of({ writableRepositories: [] })(feature)],
      [`${feature} with lists`, of({ writableRepositories: ["bank/models"], glueDatabases: ["sales", "risk*"] })(feature)],
    ]),
  );
});

record("guardrails and permissions boundaries are", "guardrails", () => {
  const found: Recording = {
    guardrails: Object.fromEntries(
      guardrails.map((guardrail) => [
        guardrail.id,
        { from: guardrail.from, actions: guardrail.actions, notebooks: isAboutNotebooks(guardrail) },
      ]),
    ),
    "account boundary": bySid(statementsOf(accountBoundary(context))),
    "account boundary, anywhere": bySid(statementsOf(accountBoundary(context, "anywhere"))),
    "launch boundary": bySid(statementsOf(launchBoundary(context, "fraud-dev", perimeter))),
  };
  for (const profile of profiles)
    for (const networkIsolation of [false, true]) {
      const choice = { profile, networkIsolation };
      const title = `${profile}${networkIsolation ? ", isolated" : ""}`;
      found[`denies of ${title}`] = bySid(statementsOf(deniesOf(guardrailsOf(choice), perimeter)));
      found[`denies of ${title} without values`] = bySid(statementsOf(deniesOf(guardrailsOf(choice))));
      found[`boundary of ${title}`] = bySid(
        statementsOf(
          environmentBoundary(context, "fraud-dev", choice, {
            ...perimeter,
            features: ["features"],
            roleArns: ["arn:aws:iam::111122223333:role/Own"],
          }),
        ),
      );
    }
  return found;
});

record("policies of an organization are", "organization", () => {
  const args = { exemptRoleArns: ["arn:aws:iam::111122223333:role/BreakGlass"] };
  const statements = (policies: string[]) =>
    Object.fromEntries(policies.map((policy, i) => [String(i + 1), JSON.parse(policy) as unknown]));
  return {
    ...Object.fromEntries(
      profiles.flatMap((profile) =>
        [false, true].map((networkIsolation) => [
          `service control policies of ${profile}${networkIsolation ? ", isolated" : ""}`,
          statements(serviceControlPolicies({ profile, networkIsolation }, args)),
        ]),
      ),
    ),
    "resource control policies": statements(resourceControlPolicies({ ...args, organizationId: "o-bank" })),
    "resource control policies without exemptions": statements(resourceControlPolicies({ exemptRoleArns: [], organizationId: "o-bank" })),
  };
});

record("properties of roles are", "roles", () =>
  Object.fromEntries(
    Object.entries(roles).map(([name, { about: _about, permissions: _permissions, description, ...row }]) => [
      name,
      { ...row, description: description("fraud-dev", "ana"), "description without a holder": description("fraud-dev", undefined) },
    ]),
  ),
);

record("limits of AWS are", "limits", () =>
  Object.fromEntries(
    Object.entries(limits as Record<string, Limit>).map(([name, limit]) => [
      name,
      {
        value: `${limit.value} ${limit.unit}`,
        check: limit.check,
        quota: limit.quota,
        increase: increaseCommand(limit, limit.value + 1),
        "increase beyond every value": increaseCommand(limit, 1_000_000),
      },
    ]),
  ),
);

record("endpoints and names of each network feature are", "endpoints", () => {
  const locations = [
    { region: "eu-central-1", partition: "aws" },
    { region: "us-east-1", partition: "aws" },
    { region: "cn-north-1", partition: "aws-cn" },
  ];
  return {
    ...Object.fromEntries(
      endpointNames.map((name) => [
        `endpoint ${name}`,
        {
          ...Object.fromEntries(
            locations.map((location) => [`in ${location.region}`, [serviceNames(name, location), endpointZones(name, location)]]),
          ),
          purpose: endpointKind(name).purpose,
          publicReads: endpointKind(name).publicReads,
          "without permission": endpointKind(name).withoutPermission !== undefined,
        },
      ]),
    ),
    ...Object.fromEntries(
      featureNames.map((feature) => [
        `feature ${feature}`,
        {
          endpoints: endpointsOf(feature),
          "without its first endpoint": planEndpoints({ features: [feature], omit: endpointsOf(feature).slice(0, 1) }),
          "with central endpoints": planEndpoints({ features: [feature], add: ["xray"], central: "all" }),
          ...Object.fromEntries(
            locations.map((location) => [
              `domains in ${location.region}`,
              allowedDomains({ ...location, endpoints: [], features: [feature], add: ["a.b"] }),
            ]),
          ),
        },
      ]),
    ),
    "removed features": removedFeatures,
  };
});

record("texts about the values of a setting are", "allowed-values", () => {
  const schemas = {
    "an integer": z.int(),
    "an integer from 1": z.int().min(1),
    "an integer to 9": z.int().max(9),
    "an integer from 1 to 9": z.int().min(1).max(9),
    "a number from 0.5": z.number().min(0.5),
    "a boolean": z.boolean(),
    "a text": z.string(),
    "a text with its own words": z.string().meta({ allowed: "a color" }),
    "an enumeration": z.enum(["red", "blue"]),
    "a list": z.array(z.string()),
    "a list with an item": z.array(z.int()).min(1),
    "a list with two items": z.array(z.enum(["red"])).min(2),
    "an object": z.strictObject({ red: z.int(), blue: z.int() }),
    "an object with any keys": z.record(z.string(), z.int()),
  };
  return {
    "must be": Object.fromEntries(
      Object.entries(schemas).map(([title, schema]) => [title, allowedText(nodeOf(z.strictObject({ it: schema })).properties!.it!)]),
    ),
    paths: Object.fromEntries(
      [["network"], ["network", "zones"], ["accounts", 1, "id"], ["tags", "cost.center"], ["tags", 'a"b'], ["tags", "a[b"], ["a.b"]].map(
        (keys) => [JSON.stringify(keys), pathText(keys)],
      ),
    ),
  };
});

record("values that differ between regions are", "regions", () => {
  const commercial =
    "af-south-1 ap-east-1 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 " +
    "eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-west-1 eu-west-2 eu-west-3 me-south-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2";
  const locations = [
    ...commercial.split(" ").map((region) => ({ region, partition: "aws" })),
    { region: "us-gov-west-1", partition: "aws-us-gov" },
    { region: "cn-north-1", partition: "aws-cn" },
  ];
  const settings = { accountIds: [], imageAccounts: [], organizationId: undefined };
  return Object.fromEntries(
    locations.map((location) => {
      const ownership = ownershipOf({ ...location, accountId: context.accountId }, settings);
      const { Statement: statements } = JSON.parse(s3Policy({ ...location, features: featureNames, ownership, bucketArns: [] })) as {
        Statement: Statement[];
      };
      return [
        location.region,
        {
          code: regionCode(location.region),
          path: userRolePath(location),
          dashboard: dashboardUrl({ ...location, accountId: "" }, "fraud-dev"),
          objects: bySid(statements),
        },
      ];
    }),
  );
});

record("instance types are", "instance-types", () => ({
  apps: Object.fromEntries(appInstanceTypes.map((type) => [type, hasEc2Type(type) ? ec2Type(type) : "no EC2 type"])),
  "only notebook instances": Object.fromEntries(
    notebookInstanceTypes.filter((type) => !appInstanceTypes.includes(type)).map((type) => [type, ""]),
  ),
  "only apps": Object.fromEntries(appInstanceTypes.filter((type) => !notebookInstanceTypes.includes(type)).map((type) => [type, ""])),
}));

record("channels of AWS actions are", "channels", () => {
  const scope: ChannelScope = {
    accountIds: [context.accountId],
    vpcIds: ["vpc-1"],
    bucketArns: ["arn:aws:s3:::data"],
    network: "vpc",
    expand: (pattern) => [pattern],
  };
  /** The rules that an action breaks, if a role can call it from everywhere or only through the network. */
  const brokenBy = (action: string, principal: string, more: object, exceptions: typeof channelExceptions) =>
    channelReport([{ principal, statements: [{ Sid: "It", Effect: "Allow", Action: action, Resource: "*", ...more }] }], {
      ...scope,
      exceptions,
    }).problems.map(({ rule }) => rule);
  const inside = { Condition: { StringEquals: { "aws:SourceVpc": ["vpc-1"] } } };
  const principals = [...Object.keys(roles), "model in a target account"];
  return {
    channels: Object.fromEntries([...channels].map(([action, { because: _because, ...channel }]) => [action, channel])),
    "broken rules": Object.fromEntries(
      [...channels.keys()].map((action) => [
        action,
        [brokenBy(action, "execution", {}, []), brokenBy(action, "lifecycle", {}, []), brokenBy(action, "execution", inside, [])],
      ]),
    ),
    "texts about all actions": Object.fromEntries(
      ["execution", "lifecycle"].map((principal) => [
        principal,
        channelReport(
          [
            {
              principal,
              statements: [{ Sid: "All", Effect: "Allow", Action: [...channels.keys(), "ec2:Unknown"], NotAction: [], Resource: "*" }],
            },
          ],
          { ...scope, exceptions: [] },
        ).problems.map(({ text }) => text.slice(0, 200)),
      ]),
    ),
    "endpoint policies": Object.fromEntries(
      Object.entries<Pick<Statement, "Action" | "Condition">>({
        everything: { Action: "*" },
        "one read": { Action: "logs:GetLogEvents" },
        "one write": { Action: "logs:PutLogEvents" },
        "an unknown action": { Action: ["ec2:Unknown"] },
        "own principals": { Action: "*", Condition: { StringEquals: { "aws:PrincipalAccount": [context.accountId] } } },
        "other principals": { Action: "*", Condition: { StringEquals: { "aws:PrincipalAccount": ["999900001111"] } } },
        "own principals and resources": {
          Action: "*",
          Condition: { StringEquals: { "aws:PrincipalAccount": [context.accountId], "aws:ResourceAccount": [context.accountId] } },
        },
        "an organization": {
          Action: "*",
          Condition: { StringEquals: { "aws:PrincipalOrgID": ["o-bank"], "aws:ResourceOrgID": ["o-bank"] } },
        },
        "requests without a signature": {
          Action: "s3:GetObject",
          Condition: { StringEqualsIfExists: { "aws:PrincipalAccount": "anonymous" } },
        },
      }).map(([title, statement]) => [
        title,
        endpointReport(
          [{ principal: "s3 endpoint", statements: [{ Sid: "It", Effect: "Allow", Principal: "*", Resource: "*", ...statement }] }],
          {
            ...scope,
            organizationId: "o-bank",
            exceptions: [],
          },
        ).problems.map(({ text }) => text),
      ]),
    ),
    "roles with an exception": Object.fromEntries(
      [...channels.keys()].flatMap((action) => {
        const excused = principals.flatMap((principal) => {
          const all = brokenBy(action, principal, {}, []);
          const left = brokenBy(action, principal, {}, channelExceptions);
          const rules = all.filter((rule) => !left.includes(rule));
          return rules.length > 0 ? [`${principal}: ${rules.join(", ")}`] : [];
        });
        return excused.length > 0 ? [[action, excused]] : [];
      }),
    ),
    exceptions: Object.fromEntries(channelExceptions.map(({ reason: _reason, source: _source, id, ...exception }) => [id, exception])),
  };
});

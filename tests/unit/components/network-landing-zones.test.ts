// Plans networks in the existing VPCs of landing zones: shared subnets, own DHCP options, gateways, central endpoints.
// Does not prove that lookups find existing resources: network-lookup.test.ts and tests/engine do.
import assert from "node:assert/strict";
import { z } from "zod";
import { endpointKind } from "@cloister/components/network/endpoints";
import { vpcSettings } from "@cloister/components/network/settings";
import { type FoundEndpoint } from "@cloister/components/network/lookup/findings";
import { otherEntranceVpcIds } from "@cloister/components/network/plan/network-plan";
import {
  allServices,
  existingEndpoint,
  existingVpc,
  type Given,
  inExistingSubnets,
  inExistingVpc,
  itReports,
  managed,
  otherVpcId,
  planOf,
  s3Endpoint,
  servicesIn,
  stsIn,
  subnet,
  vpcId,
  zones,
} from "./network-fixtures";

const inVpc = (differing: object, given: Given = inExistingVpc): Given => ({
  ...given,
  findings: { ...given.findings, vpc: { ...existingVpc, ...differing } },
});
const accepting = (paths: Record<string, string>, given: Given): Given => ({
  ...given,
  vpcSettings: { ...given.vpcSettings, acceptedPaths: paths },
});
const dhcp = (differing: object) =>
  inVpc({ dhcp: { domainName: "eu-central-1.compute.internal", nameServers: ["AmazonProvidedDNS"], ...differing } });

describe("DHCP options of an existing VPC", () => {
  for (const nameServers of [["AmazonProvidedDNS"], ["10.0.0.2"], ["169.254.169.253"]])
    it(`can contain the name server ${nameServers.join()}`, () => assert.deepEqual(planOf(dhcp({ nameServers })).problems, []));

  it("can contain another domain name, and cannot always be read", () => {
    assert.deepEqual(planOf(dhcp({ domainName: "bank.example" })).problems, []);
    assert.deepEqual(planOf(inVpc({})).problems, []);
  });

  it("can contain a name server that the settings accept", () => {
    const nameServers = ["10.9.0.2"];
    assert.deepEqual(planOf(accepting({ "10.9.0.2": "resolver of the bank" }, dhcp({ nameServers }))).problems, []);
  });

  itReports([
    [
      "no domain name",
      dhcp({ domainName: "" }),
      /network\.vpcId' must be a VPC whose DHCP options contain a domain name, without which SageMaker starts no jobs \(got vpc-\w+\)\. Fix: .* aws ec2 associate-dhcp-options --vpc-id vpc-0123456789abcdef0/,
    ],
    [
      "several domain names",
      dhcp({ domainName: "ec2.internal bank.example" }),
      /contain one domain name instead of 'ec2\.internal bank\.example'/,
    ],
    ["no name servers", dhcp({ nameServers: [] }), /whose DHCP options contain name servers/],
    [
      "a name server outside the VPC",
      dhcp({ nameServers: ["AmazonProvidedDNS", "10.9.0.2"] }),
      /network\.acceptedPaths' must list 10\.9\.0\.2, a name server .*, because DNS Firewall does not filter its answers.* Fix: .* pulumi config set --path 'cloister-environment:network\.acceptedPaths\["10\.9\.0\.2"\]' "<reason>"/,
    ],
  ]);
});

describe("accepted paths", () => {
  const schema = z.strictObject(vpcSettings("10.64.0.0/20"));
  const accepts = (path: string, reason = "reviewed") => schema.safeParse({ acceptedPaths: { [path]: reason } }).success;

  for (const path of [
    "tgw-0a1b2c3d",
    "igw-0123456789abcdef0",
    "10.0.0.10",
    "fd00::10",
    "arn:aws:networkmanager::111122223333:core-network/core-network-0a1b2c3d",
  ])
    it(`can contain ${path}`, () => assert.ok(accepts(path)));

  for (const path of ["tgw", "subnet-0a1b2c3d", "firewall", "0.0.0.0/0", ""])
    it(`cannot contain '${path}'`, () => assert.ok(!accepts(path)));

  it("require a reason", () => assert.ok(!accepts("tgw-0a1b2c3d", "")));
});

describe("gateways of an existing VPC", () => {
  const gateway = { internetGateway: { id: "igw-0a1b2c3d", tags: {} } };
  const attached = ["nat-0a1b2c3d", "pcx-0a1b2c3d", "vgw-0a1b2c3d"];

  it("can be accepted with a reason", () => {
    const paths = Object.fromEntries(["igw-0a1b2c3d", ...attached].map((id) => [id, "reviewed by the network team"]));
    for (const given of [inExistingVpc, inExistingSubnets] as Given[]) {
      const { problems } = planOf(
        accepting(paths, { ...given, findings: { ...given.findings, ...gateway, vpc: { ...existingVpc, attached } } }),
      );
      assert.deepEqual(problems, []);
    }
  });

  it("are not reported if the network uses them for NAT", () =>
    assert.deepEqual(planOf({ ...inExistingVpc, network: { dnsFirewall: "block", egress: "nat" }, findings: gateway }).problems, []));

  it("are used only with NAT", () =>
    assert.equal(
      planOf(accepting({ "igw-0a1b2c3d": "public subnets" }, { ...inExistingVpc, findings: gateway })).plan.internetGatewayId,
      undefined,
    ));

  itReports([
    [
      "an internet gateway",
      { ...inExistingVpc, findings: gateway },
      /network\.acceptedPaths' must list an internet gateway \(igw-0a1b2c3d\) of vpc-0123456789abcdef0, an egress path as soon as a route has this target\. Fix: use another VPC, or accept the path: pulumi config set --path cloister-environment:network\.acceptedPaths\.igw-0a1b2c3d "<reason>"/,
    ],
    [
      "an internet gateway with the tags of the network, without NAT",
      { ...inExistingVpc, findings: { internetGateway: { id: "igw-0a1b2c3d", tags: managed("internet") } } },
      /must list an internet gateway \(igw-0a1b2c3d\)/,
    ],
    ["a NAT gateway", inVpc({ attached }), /must list a NAT gateway \(nat-0a1b2c3d\)/],
    ["a peering connection", inVpc({ attached }), /must list a VPC peering connection \(pcx-0a1b2c3d\)/],
    ["a virtual private gateway", inVpc({ attached }), /must list a virtual private gateway \(vgw-0a1b2c3d\)/],
  ]);
});

describe("endpoints of a central network", () => {
  const cidrs = ["10.63.0.0/20"];
  const routes = [{ destination: "10.0.0.0/8", target: "tgw-1" }];
  const central = (differing: object = {}, given: Given = {}): Given => ({
    ...inExistingSubnets,
    vpcSettings: { ...inExistingSubnets.vpcSettings, acceptedPaths: { [otherVpcId]: "endpoints of the network team" } },
    network: { dnsFirewall: "block", centralEndpoints: { vpcId: otherVpcId, cidrs, ...differing } },
    findings: { subnets: [subnet(0, { routes }), subnet(1, { routes })] },
    ...given,
  });

  it("replace all endpoints of the features, whose names still resolve", () => {
    const { plan, problems } = planOf(central());
    assert.deepEqual([problems, plan.endpoints], [[], []]);
    assert.deepEqual([plan.central, otherEntranceVpcIds(plan)], [{ vpcId: otherVpcId, cidrs }, [otherVpcId]]);
    assert.ok(plan.domains.includes(endpointKind("sts").domains[0]!.replace("<region>.<suffix>", "eu-central-1.amazonaws.com")));
  });

  it("replace only the listed endpoints", () => {
    const { plan, problems } = planOf(central({ names: ["sts", "logs"] }));
    assert.deepEqual(
      [problems, plan.endpoints.map(({ name }) => name)],
      [[], ["sagemaker-api", "sagemaker-runtime", "sagemaker-studio", "ssm"]],
    );
  });

  it("have names that a private hosted zone of this account resolves, or that a warning lists", () => {
    const domains = ["sts.eu-central-1.amazonaws.com", "logs.eu-central-1.amazonaws.com"];
    const warningsOf = (centralZones: string[]) => {
      const given = central({ names: ["sts", "logs"] });
      return planOf({ ...given, findings: { ...given.findings, centralZones } }).warnings;
    };
    assert.match(warningsOf([domains[0]!]).join(), /cannot verify: logs\.eu-central-1\.amazonaws\.com\. Fix: associate the VPC/);
    assert.deepEqual(warningsOf(domains), []);
  });

  const inItself = (endpoints: FoundEndpoint[], acceptedPaths = {}): Given =>
    central(
      { vpcId, cidrs: ["10.0.9.0/24"], names: ["sts", "logs"] },
      {
        vpcSettings: { ...inExistingSubnets.vpcSettings, acceptedPaths },
        findings: { subnets: [subnet(0), subnet(1)], endpoints },
      },
    );
  const logs = existingEndpoint({ name: "logs", id: "vpce-logs", privateDns: false });

  it("can be in the VPC itself, with policies that name accounts", () => {
    const { plan, problems } = planOf(inItself([existingEndpoint(), logs]));
    assert.deepEqual([problems, otherEntranceVpcIds(plan)], [[], []]);
  });

  it("can be in the VPC itself, with policies that the settings accept", () => {
    const open = existingEndpoint({ id: "vpce-0a1b2c3d", policy: undefined });
    assert.deepEqual(planOf(inItself([open], { [open.id]: "reviewed", [vpcId]: "reviewed" })).problems, []);
  });

  itReports([
    [
      "subnets created by Cloister",
      { ...inExistingVpc, network: { dnsFirewall: "block", centralEndpoints: { vpcId: otherVpcId, cidrs } } },
      /network\.centralEndpoints' requires mode 'existing-subnets' \(got 'existing-vpc'\), because route tables created by Cloister lead to no other VPC/,
    ],
    [
      "an accepted path that is missing",
      central({}, { vpcSettings: inExistingSubnets.vpcSettings }),
      /network\.acceptedPaths' must list vpc-0fedcba9876543210, the VPC of the central endpoints, because the perimeter then contains every network/,
    ],
    [
      "an open endpoint in the VPC itself",
      inItself([existingEndpoint(), { ...logs, policy: undefined }]),
      /network\.acceptedPaths' must list the endpoint vpce-logs, whose endpoint policy lets an access key of any account/,
    ],
    [
      "a missing endpoint in the VPC itself",
      inItself([existingEndpoint()]),
      /network\.acceptedPaths' must list vpc-0123456789abcdef0, .* not have exactly one endpoint each for logs, whose policy must be verified\. Fix: create these endpoints first, or accept/,
    ],
    [
      "several endpoints for one service in the VPC itself",
      inItself([existingEndpoint(), { ...logs, id: "several" }]),
      /exactly one endpoint each for logs,/,
    ],
    [
      "an endpoint of the network in the VPC itself, which the deployment deletes",
      inItself([existingEndpoint({ tags: managed("sts") }), logs]),
      /exactly one endpoint each for sts,/,
    ],
    [
      "an endpoint that no feature requires",
      central({ names: ["athena"] }),
      /centralEndpoints' must not contain athena, which no feature requires/,
    ],
    [
      "ranges that contain a subnet of the network",
      central({ cidrs: ["10.0.0.0/20"] }),
      /centralEndpoints' must not have cidrs that contain 10\.0\.0\.0\/24, 10\.0\.1\.0\/24, a range of the network itself \(got 10\.0\.0\.0\/20\)/,
    ],
    [
      "ranges that contain the VPC",
      central({}, { findings: { ...inExistingSubnets.findings, vpc: { ...existingVpc, ranges: ["10.63.4.0/22"] } } }),
      /must not have cidrs that contain 10\.63\.4\.0\/22/,
    ],
    ["shared endpoints of core", central({}, { sharedEndpoints: {} }), /endpointsFrom' must be 'own' with centralEndpoints \(got 'core'\)/],
    [
      "a subnet with a route to the internet only",
      central({}, { findings: { subnets: [subnet(0, { routes: [{ destination: "10.63.0.0/16", target: "nat-1" }] })] } }),
      /must not contain subnet-0+1, whose route table rtb-0 has no route to 10\.63\.0\.0\/20/,
    ],
    [
      "a subnet without a route",
      central({ cidrs: ["10.63.0.0/20", "172.16.0.0/20"] }),
      /must not contain subnet-0+1, whose route table rtb-0 has no route to 172\.16\.0\.0\/20/,
    ],
  ]);
});

describe("policies of existing endpoints", () => {
  const id = s3Endpoint.id;
  const withPolicy = (policy: object | undefined, acceptedPaths: Record<string, string> = {}): Given => ({
    ...inExistingVpc,
    vpcSettings: { ...inExistingVpc.vpcSettings, s3EndpointId: id, acceptedPaths },
    findings: { s3Endpoint: { ...s3Endpoint, policy: policy && JSON.stringify(policy) } },
  });
  const allow = (differing: object) => ({
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Principal: "*", Action: "*", Resource: "*", ...differing },
  });
  const onlyIf = (operator: string, key: string, value: string | string[]) => allow({ Condition: { [operator]: { [key]: value } } });

  const restricted: Record<string, object> = {
    "principals of an organization": onlyIf("StringEquals", "aws:PrincipalOrgID", "o-exampleorgid"),
    "resources of accounts": onlyIf("StringLike", "AWS:ResourceAccount", ["111122223333", "999900001111"]),
    "a path of an organization": onlyIf("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-exampleorgid/r-ab12/*"),
    "roles of an account": onlyIf("ArnLike", "aws:PrincipalArn", "arn:aws:iam::111122223333:role/*"),
    "roles of an account in every partition": onlyIf("ArnLike", "aws:PrincipalArn", "arn:*:iam::111122223333:*"),
    "an account whose number is no text": allow({ Condition: { StringEquals: { "aws:PrincipalAccount": 111122223333 } } }),
    "another account as principal, which the owner of the endpoint names": allow({
      Principal: { AWS: "arn:aws:iam::999988887777:root" },
    }),
    buckets: allow({ Resource: ["arn:aws:s3:::bank-ledgers", "arn:aws:s3:::bank-ledgers/*"] }),
    "resources of an account": allow({ Resource: "arn:aws:s3:eu-central-1:111122223333:accesspoint/*" }),
    "an account as principal": allow({ Principal: { AWS: "arn:aws:iam::111122223333:root" } }),
    nothing: { Statement: [{ Effect: "Deny", Principal: "*", Action: "*", Resource: "*" }] },
  };
  for (const [what, policy] of Object.entries(restricted))
    it(`can allow only ${what}`, () => assert.deepEqual(planOf(withPolicy(policy)).problems, []));

  it("can be open if the settings accept the endpoint", () =>
    assert.deepEqual(planOf(withPolicy(allow({}), { [id]: "reviewed" })).problems, []));

  const message = new RegExp(
    `network\\.acceptedPaths' must list the endpoint ${id}, whose endpoint policy lets an access key of any account send data to that account\\. ` +
      `Fix: restrict the accounts .* --path cloister-environment:network\\.acceptedPaths\\.${id} "<reason>"`,
  );
  const open: Record<string, object | undefined> = {
    "the policy of AWS": allow({}),
    "no policy": undefined,
    "a wildcard as AWS principal": allow({ Principal: { AWS: ["*"] } }),
    "excluded principals": allow({ Principal: undefined, NotPrincipal: { AWS: "arn:aws:iam::111122223333:root" } }),
    "excluded resources": allow({ Resource: undefined, NotResource: "arn:aws:s3:::bank-ledgers/*" }),
    "objects of every bucket": allow({ Resource: "arn:aws:s3:::*/*" }),
    "buckets by the start of their names": allow({ Resource: ["arn:aws:s3:::bank-ledgers/*", "arn:aws:s3:::bank-*"] }),
    "a condition on the VPC": onlyIf("StringEquals", "aws:SourceVpc", vpcId),
    "a condition that excludes an account": onlyIf("StringNotEquals", "aws:PrincipalAccount", "999900001111"),
    "a condition on an optional key": onlyIf("StringEqualsIfExists", "aws:PrincipalOrgID", "o-exampleorgid"),
    "a condition that matches every organization": onlyIf("StringLike", "aws:PrincipalOrgID", "o-*"),
    "a condition that compares resources with the caller": onlyIf("StringEquals", "aws:ResourceOrgID", "${aws:PrincipalOrgID}"),
    "buckets whose name contains the account of the caller": allow({ Resource: "arn:aws:s3:::data-${aws:PrincipalAccount}/*" }),
    "texts that contain the account anywhere": onlyIf("StringLike", "aws:PrincipalArn", "arn:*:iam::111122223333:*"),
    "texts whose wildcard matches several segments": onlyIf("StringLike", "aws:PrincipalArn", "arn:aws:*:*:111122223333:*"),
    "resources whose wildcard matches several segments": allow({ Resource: "arn:aws:logs:*:111122223333:*" }),
    "buckets whose wildcard matches several segments": allow({ Resource: "arn:*:s3:::bank-ledgers/*" }),
    "a pattern of principals": allow({ Principal: { AWS: "arn:aws:iam::*:root" } }),
    "a condition that is null": allow({ Condition: null }),
    "a value that is null": allow({ Condition: { StringEquals: { "aws:PrincipalAccount": null } } }),
    "an effect that AWS does not know": allow({ Effect: "allow" }),
    "an account number that is too long": onlyIf("ArnLike", "aws:PrincipalArn", "arn:aws:iam::1111222233334:role/*"),
    "no statement": { Version: "2012-10-17" },
    "a condition on roles of every account": onlyIf("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/data"),
  };
  it("count as open if they are not JSON", () => {
    const given = withPolicy({});
    const { problems } = planOf({ ...given, findings: { s3Endpoint: { ...s3Endpoint, policy: "{" } } });
    assert.match(problems.join(), message);
  });

  itReports([
    ...Object.entries(open).map(([what, policy]): [string, Given, RegExp] => [what, withPolicy(policy), message]),
    [
      "an open interface endpoint instead of an omitted one",
      {
        ...inExistingVpc,
        network: { dnsFirewall: "block", endpoints: { omit: ["sts"] } },
        findings: { endpoints: [existingEndpoint({ policy: undefined })] },
      },
      /must list the endpoint vpce-existing, whose endpoint policy lets/,
    ],
  ]);
});

describe("shared subnets of another account", () => {
  const ownerId = "999900001111";
  const s3EndpointId = "vpce-0123456789abcdef0";
  const acceptedPaths = { [vpcId]: "policies reviewed", [s3EndpointId]: "policy reviewed" };
  const shared = (network: object = {}, vpcSettings: object = {}): Given => ({
    ...inExistingSubnets,
    vpcSettings: { ...inExistingSubnets.vpcSettings, s3EndpointId, acceptedPaths, ...vpcSettings },
    network: { dnsFirewall: "off", centralEndpoints: { vpcId, cidrs: ["10.0.9.0/24"] }, ...network },
    findings: { ...inExistingSubnets.findings, vpc: { ...existingVpc, ownerId } },
  });

  it("are used with the endpoints, DNS firewall and logs of that account", () => {
    const { plan, problems } = planOf(shared());
    assert.deepEqual([problems, plan.endpoints, plan.isShared, plan.s3EndpointId], [[], [], true, "vpce-0123456789abcdef0"]);
    assert.equal(planOf(inExistingSubnets).plan.isShared, false);
  });

  const sharedVpc = { findings: { vpc: { ...existingVpc, ownerId } } };
  const reason = `because only account ${ownerId}, which owns ${vpcId}, can create`;
  itReports([
    [
      "subnets to create",
      { ...inExistingVpc, ...sharedVpc },
      new RegExp(`network\\.mode' must be 'existing-subnets', ${reason} subnets \\(got 'existing-vpc'\\)`),
    ],
    [
      "endpoints to create",
      shared({ centralEndpoints: { vpcId, cidrs: ["10.0.9.0/24"], names: ["sts"] } }),
      new RegExp(
        `network\\.centralEndpoints' must provide sagemaker-api, sagemaker-runtime, .*, ${reason} endpoints\\. Fix: .* set centralEndpoints\\.vpcId to ${vpcId}`,
      ),
    ],
    [
      "an S3 endpoint to create",
      shared({}, { s3EndpointId: undefined }),
      new RegExp(`network\\.s3EndpointId' is required, ${reason} S3 endpoints`),
    ],
    [
      "an S3 endpoint whose policy cannot be read",
      shared({}, { acceptedPaths: { [vpcId]: "policies reviewed" } }),
      /network\.acceptedPaths' must list the endpoint vpce-0123456789abcdef0, whose endpoint policy this account cannot read\. Fix: let account 999900001111 restrict/,
    ],
    [
      "endpoints whose policies cannot be read",
      shared({}, { acceptedPaths: { [s3EndpointId]: "policy reviewed" } }),
      /must list vpc-0123456789abcdef0, the VPC of the central endpoints, because this account cannot read their endpoint policies\. Fix: let account 999900001111/,
    ],
    [
      "a DNS firewall to create",
      shared({ dnsFirewall: "block" }),
      new RegExp(`network\\.dnsFirewall' must be 'off', ${reason} a DNS Firewall for the VPC \\(got 'block'\\)`),
    ],
    [
      "a package mirror to create",
      shared({ features: ["jobs", "mirror"], mirrorServiceName: "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0" }),
      new RegExp(`network\\.mirrorServiceName' is not supported, ${reason} endpoints`),
    ],
    [
      "a peering connection to create",
      { ...shared(), sharedEndpoints: {} },
      new RegExp(`endpointsFrom' must be 'own', ${reason} peering connections`),
    ],
  ]);
});

describe("Availability Zones of created subnets", () => {
  const zonesOf = (given: Given) => {
    const { plan, problems } = planOf(given);
    assert.deepEqual(problems, []);
    return plan.subnets.map(({ zone }) => zone);
  };
  const [a, b, c] = zones as [string, string, string];
  const deployed = (index: number, zone: string) => subnet(0, { zone, cidr: `10.64.${4 * index}.0/22`, tags: managed(zone) });

  it("are zones that offer all endpoints, in alphabetical order", () => {
    assert.deepEqual(zonesOf({ findings: stsIn([b, c]) }), [b, c]);
    assert.deepEqual(zonesOf({ network: { zones: 3 }, findings: stsIn([b, c]) }), [a, b, c]);
    assert.deepEqual(zonesOf({ network: { endpoints: { omit: ["ssm"] } }, findings: { services: { ...allServices, ssm: undefined } } }), [
      a,
      b,
    ]);
  });

  it("are the first zones if AWS does not return the zones of endpoints", () => {
    const { plan } = planOf({ findings: { services: servicesIn([]) } });
    assert.deepEqual(plan.endpoints[0]?.zones, [a, b]);
  });

  it("stay the zones of existing subnets, even if another zone offers more endpoints", () => {
    const subnets = [deployed(0, a), deployed(1, b)];
    assert.deepEqual(zonesOf({ findings: { ...stsIn([b, c]), subnets }, network: { zones: 3 } }), [a, b, c]);
    const twoVpcs = [...subnets, deployed(0, c), deployed(1, a)];
    assert.deepEqual(zonesOf({ findings: { subnets: twoVpcs } }), [a, b]);
  });

  it("can be named by ID, in any order", () => {
    assert.deepEqual(zonesOf({ network: { zoneIds: ["euc1-az1", "euc1-az2"] } }), [c, a]);
    assert.deepEqual(zonesOf({ network: { zoneIds: ["euc1-az1"], features: ["jobs"] } }), [c]);
    const subnets = [deployed(0, a)];
    assert.deepEqual(zonesOf({ network: { zoneIds: ["euc1-az1", "euc1-az2"] }, findings: { subnets } }), [a, c]);
  });

  itReports([
    [
      "an unknown ID",
      { network: { zoneIds: ["use1-az1", "euc1-az2"] } },
      /network\.zoneIds' must contain only Availability Zones of eu-central-1 \(got use1-az1\)\. Fix: use euc1-az2 \(eu-central-1a\), /,
    ],
    [
      "a zone in use that the list lacks",
      { network: { zoneIds: ["euc1-az3", "euc1-az1"] }, findings: { subnets: [deployed(0, a), deployed(1, b)] } },
      /network\.zoneIds' must contain euc1-az2, where the network has subnets \(got euc1-az3, euc1-az1\)/,
    ],
    [
      "zone IDs with existing subnets",
      { ...inExistingSubnets, network: { dnsFirewall: "block", zoneIds: ["euc1-az1"] } },
      /network\.zoneIds' is not supported with mode 'existing-subnets'/,
    ],
  ]);
});

import { type Scenario, type Step } from "../scenario";

// Private hosted zones that resolve the names of endpoints in other VPCs.

const call = (operation: string, input: object = {}, more: Partial<Step> = {}): Step => ({
  call: `route53:${operation}`,
  input,
  ...more,
});
const ec2 = (operation: string, input: object = {}, more: Partial<Step> = {}): Step => ({ call: `ec2:${operation}`, input, ...more });
const region = "eu-central-1";
const name = "kms.eu-central-1.amazonaws.com";
const vpc = (id: string) => ({ VPCId: `\${${id}}`, VPCRegion: region });
const noVpc = { VPCId: "vpc-0123456789abcdef0", VPCRegion: region };
const noZone = "Z0123456789ABCDEFGHIJ";
const missing = { error: "NoSuchHostedZone" };
const zone = (more: object = {}) => ({
  Name: name,
  CallerReference: "zone-${run}",
  VPC: vpc("hub"),
  ...more,
});
const endpoint = (more: object = {}) => ({
  VpcId: "${team}",
  VpcEndpointType: "Interface",
  ServiceName: "com.amazonaws.eu-central-1.kms",
  SubnetIds: ["${subnet}"],
  PrivateDnsEnabled: true,
  ...more,
});
const tagged = { ResourceType: "hostedzone", ResourceId: "${zoneId}" };
const makeVpcs = [
  ec2("CreateVpc", { CidrBlock: "10.1.0.0/20" }, { save: { hub: "Vpc.VpcId" } }),
  ec2("CreateVpc", { CidrBlock: "10.2.0.0/20" }, { save: { team: "Vpc.VpcId" } }),
];
const dropVpcs = [ec2("DeleteVpc", { VpcId: "${hub}" }), ec2("DeleteVpc", { VpcId: "${team}" })];
const change = (Action: string, more: object = {}) => ({
  HostedZoneId: "${zone}",
  ChangeBatch: {
    Changes: [{ Action, ResourceRecordSet: { Name: `txt.${name}`, Type: "TXT", TTL: 60, ResourceRecords: [{ Value: '"x"' }], ...more } }],
  },
});

export const route53: Scenario[] = [
  {
    title: "creates a private hosted zone with tags and associates VPCs",
    steps: [
      ...makeVpcs,
      call("CreateHostedZone", zone({ VPC: noVpc }), { error: "InvalidVPCId" }),
      call("CreateHostedZone", zone({ Name: "no domain" }), { error: "InvalidDomainName" }),
      call("CreateHostedZone", zone(), {
        output: { HostedZone: { Name: `${name}.`, Config: { PrivateZone: true } }, ChangeInfo: { Status: "INSYNC" } },
        save: { zone: "HostedZone.Id", change: "ChangeInfo.Id" },
      }),
      call("CreateHostedZone", zone(), { error: "HostedZoneAlreadyExists" }),
      call("CreateHostedZone", zone({ CallerReference: "again-${run}" }), { error: "ConflictingDomainExists" }),
      call("GetChange", { Id: "${change}" }, { output: { ChangeInfo: { Status: "INSYNC" } } }),
      call("GetHostedZone", { Id: "${zone}" }, { output: { HostedZone: { Name: `${name}.` }, VPCs: [vpc("hub")] } }),
      call("GetHostedZone", { Id: noZone }, missing),
      call("GetChange", { Id: "C0123456789ABCDEF" }, { error: "NoSuchChange" }),
      call("AssociateVPCWithHostedZone", { HostedZoneId: "${zone}", VPC: vpc("team") }),
      call("AssociateVPCWithHostedZone", { HostedZoneId: "${zone}", VPC: vpc("team") }, { error: "ConflictingDomainExists" }),
      call("AssociateVPCWithHostedZone", { HostedZoneId: "${zone}", VPC: noVpc }, { error: "InvalidVPCId" }),
      call("AssociateVPCWithHostedZone", { HostedZoneId: noZone, VPC: vpc("team") }, missing),
      call("ListHostedZonesByVPC", { ...vpc("team"), VPCRegion: "nowhere" }, { error: "InvalidInput" }),
      call("ListHostedZonesByVPC", vpc("team"), {
        output: { HostedZoneSummaries: [{ Name: `${name}.` }] },
        save: { zoneId: "HostedZoneSummaries.0.HostedZoneId" },
      }),
      call("ChangeTagsForResource", { ...tagged, AddTags: [{ Key: "team", Value: "ml" }] }),
      call("ChangeTagsForResource", { ...tagged, ResourceId: noZone, AddTags: [{ Key: "team", Value: "ml" }] }, missing),
      call("ListTagsForResource", tagged, { output: { ResourceTagSet: { Tags: [{ Key: "team", Value: "ml" }] } } }),
      call("ListTagsForResource", { ...tagged, ResourceId: noZone }, missing),
      call("DisassociateVPCFromHostedZone", { HostedZoneId: "${zone}", VPC: vpc("team") }),
      call("DisassociateVPCFromHostedZone", { HostedZoneId: "${zone}", VPC: vpc("team") }, { error: "VPCAssociationNotFound" }),
      call("DisassociateVPCFromHostedZone", { HostedZoneId: "${zone}", VPC: vpc("hub") }, { error: "LastVPCAssociation" }),
      call("DeleteHostedZone", { Id: "${zone}" }),
      call("DeleteHostedZone", { Id: "${zone}" }, missing),
      ...dropVpcs,
    ],
  },
  {
    title: "stores each record once and does not delete a zone with records",
    steps: [
      ...makeVpcs,
      call("CreateHostedZone", zone(), { save: { zone: "HostedZone.Id" } }),
      call("ChangeResourceRecordSets", change("CREATE")),
      call("ChangeResourceRecordSets", change("CREATE"), { error: "InvalidChangeBatch" }),
      call("ChangeResourceRecordSets", change("UPSERT", { ResourceRecords: [{ Value: '"y"' }] })),
      call(
        "ListResourceRecordSets",
        { HostedZoneId: "${zone}", StartRecordName: `txt.${name}`, StartRecordType: "TXT" },
        { output: { ResourceRecordSets: [{ Name: `txt.${name}.`, Type: "TXT", ResourceRecords: [{ Value: '"y"' }] }] } },
      ),
      call("ListResourceRecordSets", { HostedZoneId: noZone }, missing),
      call("ChangeResourceRecordSets", change("CREATE", { Name: "elsewhere.example.com" }), { error: "InvalidChangeBatch" }),
      call("DeleteHostedZone", { Id: "${zone}" }, { error: "HostedZoneNotEmpty" }),
      call("ChangeResourceRecordSets", change("DELETE", { Name: `none.${name}` }), { error: "InvalidChangeBatch" }),
      call("ChangeResourceRecordSets", change("DELETE", { ResourceRecords: [{ Value: '"y"' }] })),
      call("ChangeResourceRecordSets", change("CREATE")),
      call("ChangeResourceRecordSets", change("DELETE")),
      call("DeleteHostedZone", { Id: "${zone}" }),
      ...dropVpcs,
    ],
  },
  {
    title: "accepts an alias for an endpoint, except in a VPC whose endpoint resolves the same name",
    steps: [
      ...makeVpcs,
      ec2("ModifyVpcAttribute", { VpcId: "${team}", EnableDnsHostnames: { Value: true } }),
      ec2("CreateSubnet", { VpcId: "${team}", CidrBlock: "10.2.0.0/24" }, { save: { subnet: "Subnet.SubnetId" } }),
      ec2("CreateVpcEndpoint", endpoint(), {
        save: {
          endpoint: "VpcEndpoint.VpcEndpointId",
          dnsName: "VpcEndpoint.DnsEntries.0.DnsName",
          dnsZone: "VpcEndpoint.DnsEntries.0.HostedZoneId",
        },
      }),
      call("CreateHostedZone", zone(), { save: { zone: "HostedZone.Id" } }),
      call(
        "ChangeResourceRecordSets",
        change("CREATE", {
          Name: name,
          Type: "A",
          TTL: undefined,
          ResourceRecords: undefined,
          AliasTarget: { DNSName: "${dnsName}", HostedZoneId: "${dnsZone}", EvaluateTargetHealth: false },
        }),
      ),
      call(
        "ChangeResourceRecordSets",
        change("CREATE", {
          Name: `*.${name}`,
          Type: "A",
          TTL: undefined,
          ResourceRecords: undefined,
          AliasTarget: { DNSName: "${dnsName}", HostedZoneId: noZone, EvaluateTargetHealth: false },
        }),
        { error: "InvalidChangeBatch" },
      ),
      call("AssociateVPCWithHostedZone", { HostedZoneId: "${zone}", VPC: vpc("team") }, { error: "ConflictingDomainExists" }),
      ec2("ModifyVpcEndpoint", { VpcEndpointId: "${endpoint}", PrivateDnsEnabled: false }),
      call("AssociateVPCWithHostedZone", { HostedZoneId: "${zone}", VPC: vpc("team") }),
      ec2("ModifyVpcEndpoint", { VpcEndpointId: "${endpoint}", PrivateDnsEnabled: true }, { error: "InvalidParameter" }),
      ec2(
        "ModifyVpcEndpoint",
        { VpcEndpointId: "vpce-0123456789abcdef0", PrivateDnsEnabled: true },
        { error: "InvalidVpcEndpointId.NotFound" },
      ),
      ec2("DeleteVpcEndpoints", { VpcEndpointIds: ["${endpoint}"] }),
      ec2("CreateVpcEndpoint", endpoint(), { error: "InvalidParameter" }),
      call("DisassociateVPCFromHostedZone", { HostedZoneId: "${zone}", VPC: vpc("team") }),
      call(
        "ChangeResourceRecordSets",
        change("DELETE", {
          Name: name,
          Type: "A",
          TTL: undefined,
          ResourceRecords: undefined,
          AliasTarget: { DNSName: "${dnsName}", HostedZoneId: "${dnsZone}", EvaluateTargetHealth: false },
        }),
      ),
      call("DeleteHostedZone", { Id: "${zone}" }),
      ec2("DeleteSubnet", { SubnetId: "${subnet}" }),
      ...dropVpcs,
    ],
  },
];
